import pytest

from bot.domain.errors import RegionError, UnknownRegionError
from bot.domain.region import PlaceMention, PlaceRole, RegionLevel
from bot.regions import place_lexicon
from bot.regions.divisions import Divisions, load_divisions
from bot.regions.place_lexicon import Support, build_lexicon
from bot.regions.place_names import PlaceFinder, only_place, regions_of

WORK, HOME, MENTIONED = PlaceRole.WORK, PlaceRole.HOME, PlaceRole.MENTIONED
DIVISIONS = load_divisions()
LEXICON = build_lexicon(DIVISIONS)


def said(mentions: list[PlaceMention]) -> list[tuple[str, str | None, PlaceRole]]:
    return [(mention.text, mention.code, mention.role) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我在永安打工", [("永安", "350481", WORK)]),
        ("老家四川利州在广州打工", [("四川利州", "510802", HOME), ("广州", "440100", WORK)]),
        ("我是湖南人，在永安上班", [("湖南", "430000", HOME), ("永安", "350481", WORK)]),
        ("在福建打工一年，利州这边有没有补贴", [("福建", "350000", WORK), ("利州", "510802", WORK)]),
        ("我是青岛的在山东干活", [("青岛", "370200", HOME), ("山东", "370000", WORK)]),
        ("户口在宁晋，孩子想转到邢台上学", [("宁晋", "130528", HOME), ("邢台", "130500", MENTIONED)]),
        ("腊月二十六广州到重庆的车票", [("广州", "440100", MENTIONED), ("重庆", "500000", MENTIONED)]),
        ("大埔和梅县", [("大埔", "441422", MENTIONED), ("梅县", "441403", MENTIONED)]),
    ],
)
def test_places_are_found_with_their_roles(
    finder: PlaceFinder, text: str, expected: list[tuple[str, str, PlaceRole]]
) -> None:
    assert said(finder.find(text)) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("广东省梅州市五华县", "441424"),
        ("广东五华", "441424"),
        ("福建三明", "350400"),
        ("福建省 三明市 三元区", "350404"),
        ("福建的永安", "350481"),
        ("四川利州", "510802"),
        ("湖北武汉新洲", "420117"),
        ("辽宁朝阳", "211300"),
        ("北京朝阳", "110105"),
        ("青海平安", "630203"),
        ("济南市中区", "370103"),
        ("阳泉城区", "140302"),
        ("湖北宜昌长阳县", "420528"),
        ("恩施州建始县", "422822"),
        ("内蒙古呼和浩特", "150100"),
        ("吉林吉林市", "220200"),
        ("大连中山", "210202"),
    ],
)
def test_a_place_and_what_lies_in_it_are_one_mention(finder: PlaceFinder, text: str, code: str) -> None:
    assert said(finder.find(text)) == [(text, code, MENTIONED)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("沙县", "350405"),
        ("梅列区", "350404"),
        ("邢台县", "130503"),
        ("宁晋", "130528"),
        ("威县", "130533"),
        ("武昌", "420106"),
        ("内蒙", "150000"),
        ("浦东", "310115"),
        ("石家庄高新区", "130171"),
        ("广西省", "450000"),
        ("长沙", "430100"),
        ("西安", "610100"),
        ("中山", "442000"),
        ("海南", "460000"),
    ],
)
def test_short_former_and_everyday_names_are_known(finder: PlaceFinder, text: str, code: str) -> None:
    assert [mention.code for mention in finder.find(text)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "合同安全",
        "农安全生产",
        "东西安排好了",
        "单位和县里都不管",
        "公安管不管",
        "我去公安那边问问",
        "和平解决",
        "平安就好",
        "祝大家长寿",
        "东方不亮西方亮",
        "比如工资和社保",
        "一直往南方走",
        "合作社能不能办",
        "在港口打工",
        "在小店打工",
        "在建设工地上班",
        "社区和开发区的政策",
        "县城区别大不大",
        "罚款三元",
        "大方点说",
        "通道堵了",
        "我在中山路上班",
        "在沙县小吃打工",
        "三明治好吃",
        "大同小异",
        "上级和会同县级以上政府",
        "老板拖欠了三个月工资不给怎么办",
        "",
        "。。。",
        "hello 123",
    ],
)
def test_ordinary_words_that_hold_names_are_no_places(finder: PlaceFinder, text: str) -> None:
    assert finder.find(text) == []


@pytest.mark.parametrize(
    ("text", "place"), [("永安市场", "永安"), ("在永安市区", "永安市"), ("去威县县城", "威县"), ("上海南边", "上海")]
)
def test_a_name_ends_where_its_word_ends(finder: PlaceFinder, text: str, place: str) -> None:
    found = [mention.text for mention in finder.find(text)]

    assert found == [place]


@pytest.mark.parametrize(
    ("text", "code"), [("在平安打工", "630203"), ("我是平安人", "630203"), ("海东市平安区", "630203")]
)
def test_an_ordinary_word_counts_where_it_is_said_as_a_place(finder: PlaceFinder, text: str, code: str) -> None:
    assert [mention.code for mention in finder.find(text)] == [code]


def test_an_ambiguous_name_keeps_its_candidates_best_first(finder: PlaceFinder) -> None:
    [chaoyang] = finder.find("我在朝阳打工")
    [jilin] = finder.find("在吉林打工")

    assert chaoyang.candidates == ("110105", "211300", "220104")
    assert chaoyang.code is None
    assert jilin.candidates == ("220000", "220200")


@pytest.mark.parametrize(
    ("text", "near", "candidates"),
    [
        ("在朝阳打工", "110101", ("110105",)),
        ("在朝阳打工", "220100", ("220104",)),
        ("在鼓楼打工", "350100", ("350102",)),
        ("在鼓楼打工", "350400", ("350102",)),
        ("在五华打工", "440000", ("441424",)),
        ("中山", "210200", ("210202",)),
        ("中山", "440100", ("442000",)),
        ("吉林", "220202", ("220200",)),
        ("海南", "632500", ("460000",)),
        ("长沙", "430121", ("430100",)),
        ("想回五华老家", "441400", ("441424",)),
        ("老家朝阳", "110105", ("110105", "211300", "220104")),
        ("永安", "110000", ("350481",)),
    ],
)
def test_the_remembered_place_decides_between_namesakes(
    finder: PlaceFinder, text: str, near: str, candidates: tuple[str, ...]
) -> None:
    assert [mention.candidates for mention in finder.find(text, near=near)] == [candidates]


def test_another_place_of_the_text_decides_before_the_remembered_one(finder: PlaceFinder) -> None:
    _, chaoyang = finder.find("在北京打工，住朝阳", near="220100")

    assert chaoyang.code == "110105"


def test_home_and_work_say_nothing_about_each_other(finder: PlaceFinder) -> None:
    chaoyang, beijing = finder.find("老家朝阳在北京打工")

    assert chaoyang.code is None
    assert beijing.code == "110000"


def test_an_unknown_remembered_place_is_refused(finder: PlaceFinder) -> None:
    with pytest.raises(UnknownRegionError):
        finder.find("在朝阳打工", near="999999")


def test_positions_point_into_the_text(finder: PlaceFinder) -> None:
    text = "你好，我在福建三明打工，老家是贵州毕节的"

    mentions = finder.find(text)

    assert [text[mention.start : mention.end] for mention in mentions] == ["福建三明", "贵州毕节"]
    assert [mention.text for mention in mentions] == ["福建三明", "贵州毕节"]


@pytest.mark.parametrize("template", ["{}", "我在{}打工", "老家{}的，想问问"])
def test_every_division_is_found_by_its_full_name(finder: PlaceFinder, divisions: Divisions, template: str) -> None:
    missed = [
        region.full_name
        for region in divisions
        if region.level is not RegionLevel.NATION
        and [mention.code for mention in finder.find(template.format(region.full_name))] != [region.code]
    ]

    assert missed == ["甘肃省嘉峪关市"], "the county 620201 bears its city's name: the city is meant"


def test_nearly_every_short_name_is_found_where_a_worker_says_it(finder: PlaceFinder) -> None:
    names = [name for name, place in LEXICON.items() if place.is_bare and place.support is not Support.PARENT]

    missed = [name for name in names if name not in {mention.text for mention in finder.find(f"我在{name}打工")}]

    assert len(names) > 3000
    assert missed == ["于都"], "在于 is a common word"


@pytest.mark.parametrize(
    ("text", "code", "role"),
    [
        ("永安", "350481", MENTIONED),
        ("三明市三元区", "350404", MENTIONED),
        ("我在三明", "350400", WORK),
        ("福建永安的", "350481", MENTIONED),
        ("福建，永安", "350481", MENTIONED),
        ("我是永安的", "350481", HOME),
        ("老家利州", "510802", HOME),
        ("在永安打工。", "350481", WORK),
        ("嗯，人在广州这边呢", "440100", WORK),
        ("平安", "630203", MENTIONED),
        ("在三元", "350404", WORK),
    ],
)
def test_a_reply_that_is_only_a_place_is_recognised(text: str, code: str, role: PlaceRole) -> None:
    mention = only_place(text)

    assert mention is not None
    assert (mention.code, mention.role) == (code, role)


@pytest.mark.parametrize(
    "text", ["永安有补贴吗", "老家四川现在广州", "公安", "城区", "在哪里", "不知道", "三明治", "", "广州和深圳"]
)
def test_a_reply_that_says_more_or_no_place_is_not_only_a_place(text: str) -> None:
    assert only_place(text) is None


def test_a_reply_may_leave_several_candidates(finder: PlaceFinder) -> None:
    open_reply, decided = finder.only_place("和平区"), finder.only_place("和平区", near="120000")

    assert open_reply is not None
    assert open_reply.candidates == ("120101", "210102")
    assert decided is not None
    assert decided.code == "120101"


def test_regions_of_tells_work_and_home(finder: PlaceFinder) -> None:
    assert regions_of(finder.find("老家四川利州在广州打工")) == ("440100", "510802")
    assert regions_of(finder.find("三明的公租房")) == ("350400", None)
    assert regions_of(finder.find("我在朝阳打工")) == (None, None)
    assert regions_of([]) == (None, None)


def test_an_alias_that_means_a_code_out_of_use_is_refused(
    divisions: Divisions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_lexicon, "read_aliases", lambda: {"老三元": ("350403",)})

    with pytest.raises(RegionError, match="老三元"):
        build_lexicon(divisions)


def test_names_repeated_without_end_stay_cheap(finder: PlaceFinder) -> None:
    assert len(finder.find("朝阳广州" * 100)) == 200
    assert finder.find("我在" * 1000) == []
