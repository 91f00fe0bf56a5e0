import hashlib
from collections import Counter

import pytest
from gb2260.data import data as revisions

from bot.domain.errors import RegionError, UnknownRegionError
from bot.domain.region import NATION_CODE, Region, RegionLevel
from bot.regions.divisions import DivisionChange, Divisions, read_changes


def test_the_table_is_the_edition_of_2023_and_nothing_has_changed_in_it(divisions: Divisions) -> None:
    rows = sorted(f"{region.code} {region.name}" for region in divisions)

    assert Counter(region.level.value for region in divisions) == {
        "nation": 1,
        "province": 34,
        "city": 333,
        "county": 2975,
    }
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    assert digest == "4484592bb939b16974279386ca447927419e0478e2c03f2e04cde567a85e0b56"


@pytest.mark.parametrize(
    ("code", "lineage"),
    [
        ("350404", ("350404", "350400", "350000", "000000")),
        ("350400", ("350400", "350000", "000000")),
        ("429004", ("429004", "420000", "000000")),
        ("469001", ("469001", "460000", "000000")),
        ("659001", ("659001", "650000", "000000")),
        ("110101", ("110101", "110000", "000000")),
        ("500235", ("500235", "500000", "000000")),
        ("441900", ("441900", "440000", "000000")),
        ("810000", ("810000", "000000")),
        ("000000", ("000000",)),
    ],
)
def test_lineage_climbs_to_the_nation(divisions: Divisions, code: str, lineage: tuple[str, ...]) -> None:
    assert divisions.lineage(code) == lineage


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("350403", "350404"),
        ("350402", "350404"),
        ("350427", "350405"),
        ("610126", "610117"),
        ("360122", "360112"),
        ("330103", "330105"),
        ("130521", "130503"),
        ("500234", "500154"),
        ("441421", "441403"),
        ("522401", "520502"),
        ("469003", "460400"),
    ],
)
def test_a_code_out_of_use_leads_to_its_successor(divisions: Divisions, old: str, new: str) -> None:
    assert divisions.current_code(old) == new
    assert divisions.get(old) == divisions.get(new)
    assert divisions.lineage(old) == divisions.lineage(new)


@pytest.mark.parametrize(("split", "holder"), [("330104", "330100"), ("371200", "370100"), ("510902", "510900")])
def test_a_split_division_leads_to_the_one_that_holds_all_of_it(divisions: Divisions, split: str, holder: str) -> None:
    assert divisions.current_code(split) == holder


@pytest.mark.parametrize(
    ("placeholder", "above"), [("110100", "110000"), ("350401", "350400"), ("419000", "410000"), ("500200", "500000")]
)
def test_a_placeholder_stands_for_the_division_above(divisions: Divisions, placeholder: str, above: str) -> None:
    assert divisions.current_code(placeholder) == above
    assert all(region.name != "市辖区" for region in divisions)


def test_every_code_of_every_revision_leads_to_a_division_of_today(divisions: Divisions) -> None:
    codes = {str(code) for table in revisions.values() for code in table}

    assert len(codes) > 3700
    assert {divisions.get(code).code for code in codes} <= {region.code for region in divisions}


def test_a_replaced_code_stays_in_its_province(divisions: Divisions) -> None:
    for change in read_changes():
        if change.change == "replaced":
            assert divisions.current_code(change.code)[:2] == change.code[:2]


@pytest.mark.parametrize("code", ["999999", "", "35040", "三明", "350499"])
def test_an_unknown_code_is_refused_in_chinese(divisions: Divisions, code: str) -> None:
    assert code not in divisions
    with pytest.raises(UnknownRegionError, match="六位数字"):
        divisions.get(code)
    with pytest.raises(UnknownRegionError):
        divisions.covers("350000", code)


def test_a_worker_stands_under_own_place_city_province_and_nation_only(divisions: Divisions) -> None:
    covering = [region.code for region in divisions if divisions.covers(region.code, "350404")]

    assert covering == ["000000", "350000", "350400", "350404"]


def test_covers_understands_codes_out_of_use(divisions: Divisions) -> None:
    assert divisions.covers("350400", "350402")
    assert divisions.covers("350403", "350404")
    assert not divisions.covers("350404", "350400")
    assert not divisions.covers("350405", "350404")


@pytest.mark.parametrize(
    ("code", "full_name", "short_name"),
    [
        ("350404", "福建省三明市三元区", "三元"),
        ("110101", "北京市东城区", "东城"),
        ("429004", "湖北省仙桃市", "仙桃"),
        ("620201", "甘肃省嘉峪关市", "嘉峪关"),
        ("150000", "内蒙古自治区", "内蒙古"),
        ("422800", "湖北省恩施土家族苗族自治州", "恩施"),
        ("130533", "河北省邢台市威县", "威县"),
        ("620924", "甘肃省酒泉市阿克塞哈萨克族自治县", "阿克塞"),
        ("150724", "内蒙古自治区呼伦贝尔市鄂温克族自治旗", "鄂温克"),
        ("622926", "甘肃省临夏回族自治州东乡族自治县", "东乡"),
        ("140302", "山西省阳泉市城区", "城区"),
        ("810000", "香港特别行政区", "香港"),
    ],
)
def test_names_in_full_and_as_spoken(divisions: Divisions, code: str, full_name: str, short_name: str) -> None:
    assert divisions.full_name(code) == full_name
    assert divisions.short_name(code) == short_name
    assert full_name.endswith(divisions.name(code))


def test_full_names_are_unique_but_for_the_county_that_is_its_city(divisions: Divisions) -> None:
    repeated = [name for name, count in Counter(region.full_name for region in divisions).items() if count > 1]

    assert repeated == ["甘肃省嘉峪关市"]


def test_parents_and_children_agree(divisions: Divisions) -> None:
    assert [region.name for region in divisions.children("350400")][:2] == ["三元区", "沙县区"]
    assert "429004" in [region.code for region in divisions.children("420000")]
    assert all(region.level is RegionLevel.PROVINCE for region in divisions.children(NATION_CODE))
    assert divisions.parent(NATION_CODE) is None
    for region in divisions:
        assert all(divisions.parent(child.code) == region.code for child in divisions.children(region.code))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("三明", "350400"),
        ("福建三明", "350400"),
        ("三明市三", "350404"),
        ("三明 永", "350481"),
        ("四川利", "510802"),
        ("梅列", "350404"),
        ("沙县", "350405"),
        ("内蒙古", "150000"),
        ("吉林", "220000"),
    ],
)
def test_a_place_picker_finds_by_the_beginning_of_any_name(divisions: Divisions, typed: str, first: str) -> None:
    assert divisions.search(typed, 5)[0].code == first


def test_a_place_picker_gives_no_more_than_asked_and_nothing_for_nothing(divisions: Divisions) -> None:
    assert len(divisions.search("河", 3)) == 3
    assert divisions.search("  ") == []
    assert divisions.search("火星") == []
    assert all(isinstance(region, Region) for region in divisions.search("朝阳"))


def test_former_names_lead_on_unless_a_division_bears_them_today(divisions: Divisions) -> None:
    former = dict(divisions.former_names)

    assert former["梅列区"] == "350404"
    assert former["襄樊市"] == "420600"
    assert "洛龙区" not in former


def test_an_overlay_that_leads_nowhere_is_refused() -> None:
    nowhere = DivisionChange("replaced", "350403", "三元区", "350499", "2021")

    with pytest.raises(RegionError, match="350403"):
        Divisions({"350000": "福建省", "350403": "三元区"}, [], [nowhere])


def test_an_overlay_adds_renames_and_replaces() -> None:
    divisions = Divisions(
        {"350000": "福建省", "350400": "三明市", "350403": "三元区", "350421": "明溪县"},
        [],
        [
            DivisionChange("added", "350404", "新三元区", "-", "2021"),
            DivisionChange("renamed", "350421", "明溪市", "-", "-"),
            DivisionChange("replaced", "350403", "三元区", "350404", "2021"),
        ],
    )

    assert [region.name for region in divisions.children("350400")] == ["新三元区", "明溪市"]
    assert set(divisions.former_names) == {("三元区", "350404"), ("明溪县", "350421")}
