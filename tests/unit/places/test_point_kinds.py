import pytest

from bot.domain.place import PointKind, ServicePoint
from bot.places.map_link import map_link
from bot.places.point_kinds import kind_asked_for, place_elsewhere


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("法律援助中心的地址发我一下", PointKind.LEGAL_AID),
        ("哪里有免费律师", PointKind.LEGAL_AID),
        ("附近哪有零工市场", PointKind.LABOUR_MARKET),
        ("去哪等活好", PointKind.LABOUR_MARKET),
        ("想找个地方歇脚喝水", PointKind.REST_STATION),
        ("离我最近的人社服务点在哪", PointKind.SERVICE_WINDOW),
        ("新洲劳动监察大队在哪条路上", PointKind.LABOUR_INSPECTION),
        ("在哪能举报老板", PointKind.LABOUR_INSPECTION),
        ("你们在哪", None),
    ],
)
def test_the_kind_is_read_from_how_workers_ask(text: str, kind: PointKind | None) -> None:
    assert kind_asked_for(text) is kind


def test_places_that_no_list_holds_are_known_as_such() -> None:
    assert place_elsewhere("办居住证去哪个派出所近一点") == "派出所"
    assert place_elsewhere("服务窗口在哪") == ""


def test_a_map_link_names_the_longitude_first_as_that_map_wants_it() -> None:
    point = ServicePoint("a", PointKind.LEGAL_AID, "三元法援", "350403", "一路1号", 26.231, 117.601)

    assert map_link(point) == "https://uri.amap.com/marker?position=117.601000,26.231000"


def test_a_point_without_coordinates_has_no_link() -> None:
    assert map_link(ServicePoint("a", PointKind.LEGAL_AID, "法援", "350403", "一路1号")) == ""
