"""What is said of the rows of a table: short sentences that say what to change."""

from __future__ import annotations

NO_TITLE = "没写招什么工；请填“职位”或“工种”"
NOBODY_TO_ASK = "没写单位，也没写联系方式，工友找不到人；请至少填一样"
NO_PLACE = "没写地点；请填“工作地点”，或者导入时用 --region 指明地区"
NO_NAME = "没写名称；请填“名称”"
NO_DAY = "没写日期，或者日期认不出；请写成 2026-12-31 这样"
NO_EMPLOYER = "没写单位名称，或者名称太短，分不清是哪家"


def no_such_code(code: str) -> str:
    """A region code that does not exist."""
    return f"没有 {code} 这个行政区划代码"


def unknown_place(words: str) -> str:
    """A place that is not recognised, or is one of several."""
    return f"地点“{_short(words)}”认不出，或者有好几个地方叫这个名字；请写全省、市、县"


def unread_pay(text: str) -> str:
    """Kept as it is written, but not found by its pay."""
    return f"工资“{_short(text)}”没读懂，照原样显示，按工资找的时候找不到它"


def unread_day(text: str) -> str:
    """Taken for today."""
    return f"发布日期“{_short(text)}”没读懂，按今天算"


def unread_end(text: str, days: int) -> str:
    """Ends by itself."""
    return f"截止日期“{_short(text)}”没读懂，按发布后{days}天算"


def _short(text: str, length: int = 20) -> str:
    return text if len(text) <= length else text[:length] + "…"
