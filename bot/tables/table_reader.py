"""Rows of a CSV, XLSX or JSONL file as text by column name; what cannot be read says what to change."""

from __future__ import annotations

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.domain.errors import ImportFileError

LARGEST_FILE_BYTES = 64 * 1024 * 1024
LARGEST_UNZIPPED_BYTES = 128 * 1024 * 1024
"""A spreadsheet of 320 KB can unfold to 692 MB; counted while unzipping, since the sizes it names may be false."""
ROWS_MAX, COLUMNS_MAX = 200_000, 200
"""Of a spreadsheet: one cell far out makes a row of 16,384 cells, or a million empty rows."""
LINES_IN_A_CELL_MAX = 50
"""A quotation mark that nobody closes swallows the rows behind it."""
HEADING_CHARACTERS = 1000
_CHUNK_BYTES = 1 << 20
NOT_WHOLE = "{name} 不是完好的 Excel 文件；请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
_TEXT_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row.

    Attributes:
        number: as a person counts it in the file, from 1, the heading included.
        cells: text by column name, spaces around it removed; empty cells are left out.
        problem: why it cannot be read; "" where it can.
    """

    number: int
    cells: dict[str, str]
    problem: str = ""


def read_table(path: Path) -> Iterator[TableRow]:
    """The rows of a file, by its ending: ``.csv``, ``.tsv``, ``.xlsx``, ``.jsonl``.

    Raises:
        ImportFileError: it cannot be opened, is of another kind, too large, broken, or has no heading.
    """
    readers = {".csv": _csv_rows, ".tsv": _csv_rows, ".txt": _csv_rows, ".xlsx": _xlsx_rows, ".jsonl": _jsonl_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ImportFileError(f"{path.name} 不是能导入的表格；请存成 .csv、.xlsx 或 .jsonl 再试")
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise ImportFileError(f"{path.name} 超过 {LARGEST_FILE_BYTES >> 20} MB；请分成几份再导入")
        content = path.read_bytes()
    except OSError as error:
        raise ImportFileError(f"打不开 {path}（{error.strerror}）；请检查路径和读取权限") from error
    return reader(path, content)


def row_count(path: Path) -> int:
    """About how many rows a file has, for a progress bar; 0 where that is not known beforehand."""
    if path.suffix.lower() == ".xlsx":
        return 0
    try:
        with path.open("rb") as stream:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(_CHUNK_BYTES), b""))
    except OSError:
        return 0


def _csv_rows(path: Path, content: bytes) -> Iterator[TableRow]:
    text = _decoded(path, content)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        yield from _under_heading(path, ((rows.line_num, row) for row in rows), is_exact=True)
    except csv.Error as error:
        raise ImportFileError(f"{path.name} 第 {rows.line_num} 行不是 CSV（{error}）；请检查引号和逗号") from error


def _jsonl_rows(path: Path, content: bytes) -> Iterator[TableRow]:
    for number, line in enumerate(_decoded(path, content).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield TableRow(number, {str(name).strip(): text for name, value in row.items() if (text := _text(value))})
        else:
            yield TableRow(number, {}, "这一行不是一个 JSON 对象")


def _xlsx_rows(path: Path, content: bytes) -> Iterator[TableRow]:
    _check_unzipped_size(path, content)
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second, for spreadsheets alone

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which nobody here looks at
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = workbook.worksheets[0]
            within = sheet.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX, values_only=True)
            rows = [[_text(cell) for cell in row] for row in within]
            workbook.close()
    except Exception as error:
        raise ImportFileError(NOT_WHOLE.format(name=path.name)) from error
    yield from _under_heading(path, enumerate(rows, 1))


def _under_heading(path: Path, rows: Iterator[tuple[int, list[str]]], *, is_exact: bool = False) -> Iterator[TableRow]:
    """Rows by the names of the heading; where it is exact, a row with more cells than the heading is told."""
    heading: list[str] | None = None
    for number, row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if heading is None and sum(map(bool, cells)) == 1 and len(cells) > 1:
            continue  # a title above the heading
        if heading is None or (len(heading) == 1 and sum(map(bool, cells)) > 1):
            heading = cells  # a title of one cell is given up for the heading below it
            continue
        problem = _problem(cells, len(heading)) if is_exact else ""
        named = {name: cell for name, cell in zip(heading, cells, strict=False) if name and cell}
        yield TableRow(number, {} if problem else named, problem)
    if heading is None:
        raise ImportFileError(f"{path.name} 是空的；第一行应写列名，下面每行一条")


def _problem(cells: list[str], width: int) -> str:
    """Why the cells of a CSV's row are not what they seem; "" where they are."""
    if any(cell.count("\n") > LINES_IN_A_CELL_MAX for cell in cells):
        return "有个引号没有配对，后面的行都并进了这一格；请检查引号"
    if any(cells[width:]):
        return f"比表头多出 {len(cells) - width} 格；内容里有逗号的要加引号"
    return ""


def _delimiter(text: str) -> str:
    """What parts the cells, told by the first lines."""
    return max((",", "\t", ";"), key=text[:HEADING_CHARACTERS].count)


def _check_unzipped_size(path: Path, content: bytes) -> None:
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    while chunk := stream.read(_CHUNK_BYTES):
                        if b"<!DOCTYPE" in chunk:
                            raise ImportFileError(NOT_WHOLE.format(name=path.name))
                        total += len(chunk)
                        if total > LARGEST_UNZIPPED_BYTES:
                            raise ImportFileError(f"{path.name} 解开后太大；请删掉空白行和图片，另存后再试")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ImportFileError(NOT_WHOLE.format(name=path.name)) from error


def _decoded(path: Path, content: bytes) -> str:
    for encoding in _TEXT_ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportFileError(f"{path.name} 的文字编码认不出；请另存为 UTF-8 再试")


def _text(value: object) -> str:
    """A cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return "、".join(map(_text, value))
    return str(value).strip()
