import pytest

from bot.regions.official_names import short_form, spoken_forms


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("三明市", "三明"),
        ("沙县区", "沙县"),
        ("威县", "威县"),
        ("浦东新区", "浦东"),
        ("神农架林区", "神农架"),
        ("大兴安岭地区", "大兴安岭"),
        ("锡林郭勒盟", "锡林郭勒"),
        ("敖汉旗", "敖汉"),
        ("黔东南苗族侗族自治州", "黔东南"),
        ("城区", "城区"),
        ("新疆维吾尔自治区", "新疆"),
    ],
)
def test_a_short_form_drops_the_kind_of_division_but_never_leaves_one_character(name: str, short: str) -> None:
    assert short_form(name) == short


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("恩施土家族苗族自治州", ("恩施州",)),
        ("长阳土家族自治县", ("长阳县",)),
        ("广西壮族自治区", ("广西省",)),
        ("石家庄高新技术产业开发区", ("石家庄高新区",)),
        ("邯郸经济技术开发区", ("邯郸经开区", "邯郸开发区")),
        ("三元区", ()),
    ],
)
def test_spoken_forms_are_what_people_make_of_official_names(name: str, spoken: tuple[str, ...]) -> None:
    assert spoken_forms(name) == spoken
