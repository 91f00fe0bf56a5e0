"""4,581 office jobs of a public crawl (JobSpider, MIT): the variety of pay and places as people write them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.jobs.job_import import JobImport
from bot.jobs.postings import JobPostings
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock

LAST_DAY = datetime(2023, 12, 12, 4, tzinfo=UTC)
LEAST_SHARE_OF_PAY, LEAST_SHARE_OF_PLACES = 0.995, 0.995


async def test_nearly_all_pay_and_places_are_read_and_the_import_may_be_repeated(
    data_directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data_directory / "job_postings.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with_pay = sum(bool(row["salary"].strip()) for row in rows)
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    try:
        clock = FakeClock(LAST_DAY)
        postings = JobPostings(store, load_city_distances(), clock)
        await postings.prepare()
        job_import = JobImport(postings, load_place_finder(), load_divisions(), clock)
        report = await job_import.run(path)
        again = await job_import.run(path)
        stored = await store.count("job_postings", {})
    finally:
        await store.close()
    without_place = sum("地点" in problem.reason for problem in report.problems)
    unread_pay = sum("工资" in remark.reason for remark in report.remarks)
    share_of_places = 1 - without_place / len(rows)
    share_of_pay = 1 - unread_pay / with_pay
    with capsys.disabled():
        print(  # noqa: T201 - the figures are the test's purpose
            f"\n{len(rows)} rows: {report.added} added, {report.merged} doubles, {report.dropped} over, "
            f"{len(report.problems)} unusable; places {share_of_places:.4f}, pay {share_of_pay:.4f} of {with_pay}"
        )
    assert len(rows) == report.rows == 4581
    assert share_of_places >= LEAST_SHARE_OF_PLACES
    assert share_of_pay >= LEAST_SHARE_OF_PAY
    assert report.unknown_columns == []
    assert (again.added, again.changed) == (0, 0)
    assert stored == report.added
