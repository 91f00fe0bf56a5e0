import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.domain.errors import ImportFileError
from bot.tables import table_reader
from bot.tables.columns import Columns
from bot.tables.table_reader import TableRow, read_table, row_count

JOBS = Columns({"title": ["职位", "岗位", "工种"], "pay": ["工资", "月薪"]})


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_whatever_program_saved_it(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "岗位.csv", "职位,工资\n焊工, 7000 \n,\n普工,\n".encode(encoding))

    assert list(read_table(path)) == [
        TableRow(2, {"职位": "焊工", "工资": "7000"}),
        TableRow(4, {"职位": "普工"}),
    ]


def test_a_title_above_the_heading_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "2026年岗位表,,\n职位,工资,\n焊工,7000,\n".encode())

    assert [row.cells for row in read_table(path)] == [{"职位": "焊工", "工资": "7000"}]


def test_a_title_without_commas_is_passed_over_too(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "2026年岗位表\n职位,工资\n焊工,7000\n".encode())

    assert [row.cells for row in read_table(path)] == [{"职位": "焊工", "工资": "7000"}]
    assert [row.cells for row in read_table(written(tmp_path, "b.csv", "职位\n焊工\n".encode()))] == [{"职位": "焊工"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_sign_parts_the_cells(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path, "a.csv", "职位,工资\n焊工,7000\n".replace(",", delimiter).encode())

    assert [row.cells for row in read_table(path)] == [{"职位": "焊工", "工资": "7000"}]


def test_a_row_that_is_out_of_step_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    text = "职位,工资\n焊工,6,000元\n普工,5000\n保安,4000,\n"
    rows = list(read_table(written(tmp_path, "a.csv", text.encode())))

    assert [(row.number, bool(row.problem)) for row in rows] == [(2, True), (3, False), (4, False)]
    assert "多出 1 格" in rows[0].problem


def test_a_quotation_mark_that_nobody_closes_is_told(tmp_path: Path) -> None:
    text = '职位,工资\n焊工,"7000\n' + "普工,5000\n" * 60
    [row] = read_table(written(tmp_path, "a.csv", text.encode()))

    assert "引号没有配对" in row.problem


def test_lines_of_json_end_at_line_feeds_alone_and_may_be_hostile(tmp_path: Path) -> None:
    text = '{"职位": "焊\u2028工"}\n' + "[" * 100_000 + "\n" + '{"职位": "普工"}\n'
    rows = list(read_table(written(tmp_path, "a.jsonl", text.encode())))

    assert [(row.number, bool(row.problem)) for row in rows] == [(1, False), (2, True), (3, False)]


def test_a_cell_far_out_does_not_make_endless_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["职位", "工资"])
    sheet.append(["焊工", 7000])
    sheet.cell(row=1_048_576, column=16_384, value="远")
    book.save(tmp_path / "a.xlsx")

    assert [row.cells for row in read_table(tmp_path / "a.xlsx")] == [{"职位": "焊工", "工资": "7000"}]


def test_cells_with_line_breaks_and_quotes_stay_whole(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", '职位,要求\n焊工,"会""氩弧焊""\n有证"\n'.encode())

    assert next(read_table(path)).cells["要求"] == '会"氩弧焊"\n有证'


def test_a_spreadsheet_gives_numbers_and_days_as_people_write_them(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["职位", "月薪", "截止"])
    book.active.append(["焊工", 7000.0, datetime(2026, 12, 1)])  # noqa: DTZ001 - as Excel has it
    book.save(tmp_path / "a.xlsx")

    assert list(read_table(tmp_path / "a.xlsx")) == [
        TableRow(2, {"职位": "焊工", "月薪": "7000", "截止": "2026-12-01"})
    ]


def test_a_line_that_is_no_object_is_reported_with_its_number(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"职位": "焊工", "标签": ["包吃", "包住"]}\n[1]\n{broken\n'.encode())

    rows = list(read_table(path))

    assert rows[0].cells == {"职位": "焊工", "标签": "包吃、包住"}
    assert [(row.number, bool(row.problem)) for row in rows] == [(1, False), (2, True), (3, True)]


def with_entities() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.pdf", b"%PDF", ".csv"),
        ("a.xlsx", b"no zip at all", "另存为"),
        ("a.xlsx", bomb(), "太大"),
        ("a.xlsx", with_entities(), "另存为"),
        ("a.csv", b"", "列名"),
        ("a.csv", b"\xff\xfe\xfa\xff\xff", "编码"),
        ("a.csv", b"x" * 200, "分成几份"),
    ],
)
def test_what_cannot_be_read_says_what_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, advice: str
) -> None:
    monkeypatch.setattr(table_reader, "LARGEST_UNZIPPED_BYTES", 1_000_000)
    monkeypatch.setattr(table_reader, "LARGEST_FILE_BYTES", 100 if content.startswith(b"xxx") else 1 << 20)

    with pytest.raises(ImportFileError, match=advice):
        list(read_table(written(tmp_path, name, content)))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="打不开"):
        read_table(tmp_path / "none.csv")


def test_rows_are_counted_for_a_progress_bar(tmp_path: Path) -> None:
    assert row_count(written(tmp_path, "a.csv", b"a\n1\n2\n")) == 3
    assert row_count(tmp_path / "none.csv") == 0


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("岗位", "title"),
        ("工 种*", "title"),
        ("月薪（元）", "pay"),
        ("工资:", "pay"),
        ("title", "title"),
        ("备注", None),
    ],
)
def test_columns_are_known_by_any_of_their_names(column: str, field: str | None) -> None:
    assert JOBS.field_of(column) == field


def test_the_first_of_two_columns_for_one_field_counts() -> None:
    row = TableRow(2, {"工资": "7000", "月薪": "8000", "备注": "急"})

    assert JOBS.fields(row) == {"pay": "7000"}
    assert JOBS.unknown(row) == ("备注",)
