"""Whatever stands in a row, it becomes a posting that can be stored and shown, or a reason."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.job import JobPosting
from bot.handlers.phrasing_job_search import JobLine, detail
from bot.jobs.job_rows import JobRowReader
from bot.jobs.posting_documents import from_document, merged, to_document
from bot.jobs.table_places import PlaceReader
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.document_rules import check_document
from bot.tables.import_report import UnusableRowError

TODAY = date(2026, 11, 28)
READER = JobRowReader(PlaceReader(load_place_finder(), load_divisions(), "350400"), TODAY, "来源")
NUMBERS = st.sampled_from(["9" * 30, "0", "-5", "1e999", "99999999999999999999-1万亿", "三百万亿", "0.0001万"])
DAYS = st.sampled_from(["9999-12-31", "0001-01-01", "99999", "99999天", "十万年", "2月30日", "2026-99-99", "7" * 9])
ODD = st.sampled_from(["<b>焊工</b>", "&#0;", "\x00", "\ud7ff", "朝阳区", "押" * 99])
FIELDS = st.sampled_from(
    [
        "title",
        "trade",
        "employer",
        "place",
        "pay",
        "day_pay",
        "year_pay",
        "pay_min",
        "pay_max",
        "contact",
        "deadline",
        "posted",
        "requirements",
        "benefits",
        "job_type",
        "headcount",
        "region",
        "source",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(FIELDS, st.text(max_size=40) | NUMBERS | DAYS | ODD, max_size=10))
def test_any_row_is_a_posting_or_a_reason(cells: dict[str, str]) -> None:
    try:
        posting = READER.read({"title": "焊工", "employer": "甲乙丙丁厂"} | cells).item
    except UnusableRowError:
        return
    document = to_document(posting, load_city_distances(), 0)
    check_document(document)
    assert from_document(document) == posting
    assert merged(posting, posting) == posting
    assert len(detail(JobLine(posting, "三明"), TODAY).encode()) <= 2000
    assert isinstance(posting, JobPosting)
    assert posting.posted_on <= TODAY
