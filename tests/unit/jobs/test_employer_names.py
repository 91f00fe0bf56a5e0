import pytest

from bot.jobs.employer_names import name_key, name_keys


@pytest.mark.parametrize(
    "name",
    [
        "示例三明建筑工程有限公司",
        "示例（三明）建筑工程有限公司",
        "示例(三明)建筑工程有限责任公司",
        " 示例 三明 建筑工程 股份有限公司 ",
        "示例【三明】建筑工程公司",
        "示例三明建筑工程",
    ],
)
def test_legal_form_brackets_and_spaces_do_not_make_another_employer(name: str) -> None:
    assert name_key(name) == "示例三明建筑工程"


def test_full_width_letters_are_the_same() -> None:
    assert name_key("ＡＢＣ示例电子有限公司") == name_key("abc示例电子有限公司")


def test_a_group_is_not_its_company() -> None:
    assert name_key("示例建筑集团有限公司") != name_key("示例建筑有限公司")


def test_a_branch_is_looked_up_as_its_company_too() -> None:
    assert name_keys("示例建筑有限公司三明分公司") == ("示例建筑有限公司三明分", "示例建筑")


@pytest.mark.parametrize("name", ["", "（）", "有限公司", "甲公司", "李建国"])
def test_what_could_be_anybodys_name_has_no_key(name: str) -> None:
    assert name_key(name) == ""
