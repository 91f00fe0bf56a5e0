"""What is said about service points: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.place import PointKind, ServicePoint
from bot.places.map_link import map_link
from bot.places.service_points import FoundPoint

TITLE = "找附近的服务点"
KINDS = {
    PointKind.LEGAL_AID: "法律援助点",
    PointKind.LABOUR_MARKET: "零工市场、就业服务站",
    PointKind.REST_STATION: "爱心驿站",
    PointKind.SERVICE_WINDOW: "服务窗口",
    PointKind.LABOUR_INSPECTION: "劳动监察（投诉欠薪）的地方",
}
ANY_KIND = "服务点"
ASK_PLACE = "您现在在哪？点右下角“＋”发个位置，我按远近给您找；也可以打字说，比如“三明永安”。"
SEND_LOCATION = "发个位置给我，可以按远近排。"
SAMPLE = "以上是示例，不是真的服务点；要找真的，请打12333（劳动保障）或12348（法律援助）问。"
CALL_FIRST = "去之前先打个电话问一声，以窗口要求为准。"
_HOTLINES = {
    PointKind.LEGAL_AID: "可以打12348问最近的法律援助点。",
    PointKind.LABOUR_INSPECTION: "可以打12333问劳动监察在哪，投诉欠薪也可以打12333。",
}
_OTHER_HOTLINE = "可以打12333（劳动保障）或12345（政府热线）问。"
_KILOMETRE_M = 1000.0
_NEARBY_M = 100.0


def found(
    points: Sequence[FoundPoint], kind: PointKind | None, *, place: str, wider: str, can_send_location: bool
) -> str:
    """The points with their distance, hours, phone and map link.

    Args:
        points: at least one.
        kind: what was asked for; None for any.
        place: the place that was asked about, "" where a location was sent.
        wider: the larger place where they were found instead; "" where they lie in the place itself.
        can_send_location: whether to say that a location gives distances.
    """
    what = KINDS[kind] if kind else ANY_KIND
    heading = f"离您最近的{what}：" if not place else f"{place}的{what}："
    if wider:
        heading = f"{place}我这里没有登记{what}，{wider}有："
    lines = [heading, *(_point(number, one) for number, one in enumerate(points, 1))]
    lines.append(SAMPLE if any(one.point.is_sample for one in points) else CALL_FIRST)
    return "\n".join([*lines, SEND_LOCATION] if can_send_location else lines)


def none_found(kind: PointKind | None, place: str) -> str:
    """Nothing is listed there."""
    what = KINDS[kind] if kind else ANY_KIND
    where = f"{place}附近" if place else "您附近"
    return f"{where}我这里没有登记{what}。" + (_HOTLINES.get(kind, _OTHER_HOTLINE) if kind else _OTHER_HOTLINE)


def not_ours(what: str) -> str:
    """A kind of place that no list of ours holds."""
    return f"我这里没有{what}的地址。可以打12345（政府热线）问，或者在手机地图里搜“{what}”。"


def distance(metres: float) -> str:
    """A distance as people say it."""
    if metres < _NEARBY_M:
        return "就在旁边"
    if metres < _KILOMETRE_M:
        return f"约{round(metres, -2):.0f}米"
    return f"约{metres / _KILOMETRE_M:.1f}公里"


def _point(number: int, one: FoundPoint) -> str:
    point = one.point
    far = f"，{distance(one.distance_m)}" if one.distance_m is not None else ""
    mark = "（示例）" if point.is_sample and "示例" not in point.name else ""
    return "\n".join([f"{number}. {point.name}{mark}{far}", *_facts(point)])


def _facts(point: ServicePoint) -> list[str]:
    facts = {"地址": point.address, "时间": point.hours, "电话": point.phone, "地图": map_link(point)}
    return [f"{label}：{fact}" for label, fact in facts.items() if fact]
