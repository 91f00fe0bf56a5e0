"""What kind of place a sentence looks for."""

from __future__ import annotations

import re

from bot.domain.place import PointKind

_WORDS = {
    PointKind.LEGAL_AID: "法律援助|法援|律师|法律服务|司法所|打官司|法律帮助",
    PointKind.LABOUR_INSPECTION: (
        "劳动监察|劳动保障监察|监察大队|监察支队|劳监|投诉(?:工资|老板|欠薪)|举报(?:老板|欠薪|工资)|讨薪|要工资|讨工钱|仲裁"
    ),
    PointKind.REST_STATION: (
        "爱心驿站|临工驿站|工会驿站|户外驿站|驿站|歇脚|歇一?下|歇会|休息的?地方|喝水|热饭|充电|避暑|纳凉"
    ),
    PointKind.LABOUR_MARKET: (
        "零工市场|劳务市场|人力市场|人力资源市场|人才市场|散工|零散工|日结|等活|招工|找活|找工作|找事做|就业服务站|就业站|就业中心|劳务合作社"
    ),
    PointKind.SERVICE_WINDOW: (
        "服务窗口|综合窗口|办事|政务|便民|人社|社保|社会保障|医保|农民工服务|农民工综合|服务中心|服务站|服务点|窗口|大厅|失业登记|劳动局"
    ),
}
_READ = {kind: re.compile(words) for kind, words in _WORDS.items()}
_ELSEWHERE = re.compile(
    r"派出所|公安局|医院|卫生院|诊所|学校|幼儿园|银行|车站|法院|税务局|民政局|教育局|住建局|房管局|工商局"
)
"""Places that workers ask for and that no list of ours holds."""


def kind_asked_for(text: str) -> PointKind | None:
    """The kind that a sentence names first in the order of `PointKind`'s special kinds; None where it names none."""
    return next((kind for kind, pattern in _READ.items() if pattern.search(text)), None)


def place_elsewhere(text: str) -> str:
    """The name of a place that is asked for and that is none of ours, such as 派出所; "" where there is none."""
    found = _ELSEWHERE.search(text)
    return found[0] if found else ""
