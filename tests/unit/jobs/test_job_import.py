"""Tables as offices send them, the nasty ones above all."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.domain.errors import ImportFileError, UnknownRegionError
from bot.domain.job import JobPay, JobPosting, JobType, PayPeriod
from bot.jobs.job_import import JobImport
from bot.jobs.postings import JobPostings
from bot.regions.city_distances import load_city_distances
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock

Table = Callable[..., Path]
HEADING = "岗位,用工单位,工作地点,薪资,联系电话,截止日期\n"
WELDER = "电焊工,示例三明机械有限公司,福建省三明市永安市,6000-8000元/月,0598-1234567,2026-12-31\n"


async def all_of(postings: JobPostings) -> list[JobPosting]:
    return sorted(await postings.find({}, 1000), key=lambda posting: posting.title)


async def only(postings: JobPostings) -> JobPosting:
    [posting] = await all_of(postings)
    return posting


async def test_a_row_becomes_a_posting(job_import: JobImport, postings: JobPostings, table: Table) -> None:
    report = await job_import.run(table(HEADING + WELDER), source="三明公共招聘网")
    assert (report.added, report.problems, report.remarks, report.unknown_columns) == (1, [], [], [])
    posting = await only(postings)
    assert posting.title == "电焊工"
    assert posting.trade_id == "welder"
    assert posting.region_code == "350481"
    assert posting.pay == JobPay(PayPeriod.MONTH, 600_000, 800_000)
    assert posting.pay_text == "6000-8000元/月"
    assert posting.contact == "0598-1234567"
    assert posting.source == "三明公共招聘网"
    assert (posting.posted_on, posting.expires_on) == (date(2026, 11, 28), date(2026, 12, 31))
    assert not posting.is_sample


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_encodings_of_offices_are_read(
    job_import: JobImport, postings: JobPostings, table: Table, encoding: str
) -> None:
    await job_import.run(table(HEADING + WELDER, encoding=encoding))
    assert (await only(postings)).employer == "示例三明机械有限公司"


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("职位名称,公司名称,城市,月薪（元）,手机", "电焊工,甲乙丙丁厂,三明市,6000-8000,13800000000"),
        ("工种*,单位,所在地,待遇,联系方式", "电焊工,甲乙丙丁厂,三明,六千到八千一个月,13800000000"),
        ("招聘岗位,企业名称,省份,所在市,最低工资,最高工资,电话", "焊工,甲乙丙丁厂,福建,三明市,6000,8000,13800000000"),
        ("title,company,city,salary,phone", "电焊工,甲乙丙丁厂,福建三明,6-8千,13800000000"),
        ("岗位/工种,用人单位,行政区划代码,综合工资,联系人及电话", "电焊工,甲乙丙丁厂,350400,6000—8000元,13800000000"),
    ],
)  # fmt: skip
async def test_columns_are_known_by_any_of_their_names(
    job_import: JobImport, postings: JobPostings, table: Table, heading: str, row: str
) -> None:
    report = await job_import.run(table(f"{heading}\n{row}\n"))
    assert report.problems == []
    posting = await only(postings)
    assert (posting.trade_id, posting.region_code, posting.contact) == ("welder", "350400", "13800000000")
    assert posting.pay == JobPay(PayPeriod.MONTH, 600_000, 800_000)


@pytest.mark.parametrize(
    ("column", "written", "pay", "job_type"),
    [
        ("日薪", "300-350", JobPay(PayPeriod.DAY, 30_000, 35_000), None),
        ("工资", "300元/天，日结", JobPay(PayPeriod.DAY, 30_000, 30_000), JobType.DAY_LABOUR),
        ("时薪", "22", JobPay(PayPeriod.HOUR, 2_200, 2_200), JobType.HOURLY),
        ("年薪", "8-12万", JobPay(PayPeriod.MONTH, 666_700, 1_000_000), None),
        ("月薪", "5千-1.2万·13薪", JobPay(PayPeriod.MONTH, 500_000, 1_200_000), None),
        ("工资", "8000以上", JobPay(PayPeriod.MONTH, 800_000, 800_000), None),
    ],
)
async def test_pay_is_read_for_its_period(
    job_import: JobImport,
    postings: JobPostings,
    table: Table,
    column: str,
    written: str,
    pay: JobPay,
    job_type: JobType,
) -> None:
    row = f'普工,甲乙丙丁厂,三明,"{written}"\n'
    await job_import.run(table(f"岗位,单位,城市,{column}\n{row}"))
    posting = await only(postings)
    assert (posting.pay, posting.job_type) == (pay, job_type)


async def test_what_cannot_be_read_is_kept_as_written_and_told(
    job_import: JobImport, postings: JobPostings, table: Table
) -> None:
    row = "普工,甲乙丙丁厂,三明,看活给钱,,随缘\n缝纫工,甲乙丙丁厂,三明,面议,,\n"
    report = await job_import.run(table(HEADING + row))
    assert [remark.number for remark in report.remarks] == [2, 2]
    assert "看活给钱" in report.remarks[0].reason
    assert "随缘" in report.remarks[1].reason
    worker, sewing = await all_of(postings)
    assert (worker.pay, worker.pay_text, worker.expires_on) == (None, "看活给钱", date(2027, 1, 27))
    assert (sewing.pay, sewing.pay_text) == (None, "面议")


async def test_bad_rows_are_told_by_number_and_the_others_imported(
    job_import: JobImport, postings: JobPostings, table: Table
) -> None:
    rows = ",甲乙丙丁厂,三明,,,\n普工,甲乙丙丁厂,瓦坎达,,,\n普工,甲乙丙丁厂,,,,\n普工,,三明,,,\n"
    rows += "普工,甲乙丙丁厂,朝阳区,,,\n"
    report = await job_import.run(table(HEADING + rows + WELDER))
    assert (report.added, report.rows) == (1, 6)
    reasons = {problem.number: problem.reason for problem in report.problems}
    assert list(reasons) == [2, 3, 4, 5, 6]
    for number, said in {2: "没写招什么工", 3: "瓦坎达", 4: "没写地点", 5: "找不到人", 6: "朝阳区"}.items():
        assert said in reasons[number]
    assert (await only(postings)).title == "电焊工"


async def test_a_place_given_for_the_file_stands_in_and_decides(
    job_import: JobImport, postings: JobPostings, table: Table
) -> None:
    rows = "普工,甲乙丙丁厂,,5000,,\n保安,甲乙丙丁厂,朝阳区,5000,,\n"
    report = await job_import.run(table(HEADING + rows), near="110000")
    assert report.problems == []
    assert {posting.region_code for posting in await all_of(postings)} == {"110000", "110105"}
    with pytest.raises(UnknownRegionError):
        await job_import.run(table(HEADING + rows), near="999999")


async def test_doubles_within_a_file_are_one_posting_with_what_each_says(
    job_import: JobImport, postings: JobPostings, table: Table
) -> None:
    heading = "岗位,用工单位,工作地点,薪资,福利,发布日期,人数\n"
    rows = (
        "急招电焊工5名,示例（三明）机械有限公司,三明,6000-8000元/月,包吃住,2026-11-01,5\n"
        "电焊工,示例三明机械有限责任公司,三明,6-8千,,2026-11-20,\n"
        "电焊工,示例三明机械有限公司,三明,9000-10000,,2026-11-20,\n"
    )
    report = await job_import.run(table(heading + rows))
    assert (report.added, report.merged) == (2, 1)
    found = {posting.pay_text: posting for posting in await all_of(postings)}
    assert found["6-8千"].benefits == "包吃住"
    assert found["6-8千"].headcount == "5"
    assert found["6-8千"].posted_on == date(2026, 11, 20)
    assert "9000-10000" in found


async def test_the_same_file_again_changes_nothing(
    job_import: JobImport, postings: JobPostings, table: Table, clock: FakeClock
) -> None:
    path = table(HEADING.replace("截止日期", "发布日期") + WELDER.replace("2026-12-31", "2026-11-20"))
    await job_import.run(path)
    arrived = await postings.latest_arrival_ms()
    await clock.advance(3600)
    report = await job_import.run(path)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    assert await postings.latest_arrival_ms() == arrived


async def test_a_later_file_brings_a_known_posting_up_to_date(
    job_import: JobImport, postings: JobPostings, table: Table
) -> None:
    await job_import.run(table(HEADING + WELDER))
    report = await job_import.run(table(HEADING + WELDER.replace("2026-12-31", "2027-01-31")))
    assert (report.added, report.changed) == (0, 1)
    assert (await only(postings)).expires_on == date(2027, 1, 31)


async def test_what_is_over_is_left_out_and_counted(
    job_import: JobImport, postings: JobPostings, table: Table, clock: FakeClock
) -> None:
    rows = WELDER.replace("2026-12-31", "2026-11-27") + WELDER.replace("电焊工", "普工").replace(
        "2026-12-31", "2026-11-28"
    )
    report = await job_import.run(table(HEADING + rows))
    assert (report.added, report.dropped) == (1, 1)
    await clock.advance(24 * 3600)
    assert await postings.find({}, 10) == []
    assert await postings.expire() == 1


async def test_unknown_columns_are_named_once(job_import: JobImport, table: Table) -> None:
    text = "序号,岗位,单位,城市,链接\n1,普工,甲乙丙丁厂,三明,http://a\n2,保安,甲乙丙丁厂,三明,http://b\n"
    report = await job_import.run(table(text))
    assert report.unknown_columns == ["序号", "链接"]


async def test_json_lines_are_read_and_broken_ones_told(
    job_import: JobImport, postings: JobPostings, table: Table
) -> None:
    good = json.dumps(
        {"职位": "保洁", "公司": "甲乙丙丁厂", "city": "广东省珠海", "salary": "4-5千"}, ensure_ascii=False
    )
    report = await job_import.run(table(f"{good}\n\n[1]\n{{坏\n", "jobs.jsonl"))
    assert (report.added, [problem.number for problem in report.problems]) == (1, [3, 4])
    assert (await only(postings)).region_code == "440400"


async def test_a_spreadsheet_with_a_title_numbers_and_days_is_read(
    job_import: JobImport, postings: JobPostings, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2026年冬季用工需求表", None, None, None, None, None])
    sheet.append(["岗位", "单位", "工作地点", "日薪", "电话", "有效期"])
    sheet.append(["钢筋工", "甲乙丙丁厂", "河北邢台", 350, 13800000000, date(2026, 12, 31)])
    sheet.append([None] * 6)
    sheet.append(["", "甲乙丙丁厂", "河北邢台", 350, None, None])
    book.save(tmp_path / "jobs.xlsx")
    report = await job_import.run(tmp_path / "jobs.xlsx")
    assert (report.added, [problem.number for problem in report.problems]) == (1, [5])
    posting = await only(postings)
    assert (posting.trade_id, posting.contact) == ("rebar_worker", "13800000000")
    assert posting.pay == JobPay(PayPeriod.DAY, 35_000, 35_000)
    assert posting.expires_on == date(2026, 12, 31)


async def test_mark_up_and_endless_texts_do_not_get_into_replies(
    job_import: JobImport, postings: JobPostings, table: Table
) -> None:
    long = "会看图纸" * 500 + "，入职交押金300元"
    row = f'"<b>电焊工</b>&nbsp;\x07",甲乙丙丁厂,三明,6000,,,"{long}"\n'
    await job_import.run(table(HEADING.strip() + ",要求\n" + row))
    posting = await only(postings)
    assert posting.title == "电焊工"
    assert len(posting.requirements) == 400
    assert posting.deposit == "押金"


@pytest.mark.parametrize(
    ("name", "text"), [("jobs.xlsx", "这不是表格"), ("jobs.doc", HEADING), ("jobs.csv", ""), ("none.csv", None)]
)
async def test_a_file_that_cannot_be_read_says_what_to_change(
    job_import: JobImport, tmp_path: Path, name: str, text: str | None
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(ImportFileError, match=r"请|第一行"):
        await job_import.run(tmp_path / name)


async def test_progress_is_told_up_to_the_end(job_import: JobImport, table: Table) -> None:
    told: list[tuple[str, int, int]] = []
    rows = "".join(WELDER.replace("示例三明", f"示例第{number}") for number in range(600))
    await job_import.run(table(HEADING + rows), progress=lambda *step: told.append(step))
    assert [(stage, done) for stage, done, _ in told] == [
        (stage, done) for stage in ("读表", "保存") for done in (256, 512, 600)
    ]
    assert all(done <= total for _, done, total in told)


async def test_an_import_broken_off_may_be_repeated(job_import: JobImport, postings: JobPostings, table: Table) -> None:
    rows = "".join(WELDER.replace("示例三明", f"示例第{number}") for number in range(600))
    path = table(HEADING + rows)

    def stop(stage: str, done: int, total: int) -> None:
        del total
        if stage == "保存" and done > 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await job_import.run(path, progress=stop)
    report = await job_import.run(path)
    assert (report.added, report.unchanged) == (88, 512)
    assert len(await all_of(postings)) == 600


async def test_samples_are_marked_and_gone_in_production(
    job_import: JobImport, postings: JobPostings, table: Table, store: SqliteDocumentStore, clock: FakeClock
) -> None:
    await job_import.run(table(HEADING + WELDER), is_sample=True)
    assert (await only(postings)).is_sample
    in_production = JobPostings(store, load_city_distances(), clock)
    assert await in_production.find({}, 10) == []
    await in_production.prepare()
    assert await store.count("job_postings", {}) == 0
