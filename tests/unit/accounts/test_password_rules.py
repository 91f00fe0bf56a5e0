"""Which passwords are refused, and how it is said."""

import pytest

from bot.accounts.password_rules import check_password, common_passwords, normalised
from bot.domain.errors import PasswordRuleError


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "太短：现在 0 个"),
        ("九个字的密码还太短", "太短：现在 9 个"),
        ("a1b2" * 33, "太长"),
        ("wangfang.zhang", "不能是用户名"),
        ("WangFang.Zhang2024!", "不能是用户名"),
        ("123wangfang.zhang", "不能是用户名"),
        ("gnahz.gnafgnaw", "不能是用户名"),
        ("aaaaaaaaaaaa", "不同的字符太少"),
        ("abababababab", "不同的字符太少"),
        ("1234567890", "连号"),
        ("0987654321", "连号"),
        ("qwertyuiop", "连号"),
        ("abcd12345678", "连号"),
        ("qwer1234asdf", "连号"),
        ("ＱＷＥＲＴＹＵＩＯＰ", "连号"),
        ("password123", "太常见"),
        ("Password123", "太常见"),
        ("woaini1314520", "太常见"),
        ("1qaz2wsx3edc", "太常见"),
    ],
)
def test_an_early_guess_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(PasswordRuleError, match=reason):
        check_password(password, "wangfang.zhang")


@pytest.mark.parametrize(
    "password",
    ["春天的第一趟火车 07:15", "correct horse battery", "k7!mQ2z#Lp9x", "wangfang 喜欢下雨天", "三明的雨下在八月里吗"],
)
def test_a_long_phrase_of_ones_own_is_taken(password: str) -> None:
    check_password(password, "wangfang")


def test_every_listed_password_would_pass_the_length_rule() -> None:
    assert len(common_passwords()) > 1000
    assert min(map(len, common_passwords())) >= 10
    assert all(entry == entry.casefold() for entry in common_passwords())


def test_full_width_and_half_width_are_the_same_password() -> None:
    assert normalised("ｇｏｎｇ　２０") == "gong 20"
