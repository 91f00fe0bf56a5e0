"""Which passwords are refused, after NIST SP 800-63B, section 5.1.1.2: length counts, composition does not."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files

from bot.domain.errors import PasswordRuleError

MIN_LENGTH = 10
MAX_LENGTH = 128
MIN_DIFFERENT = 5
SHORTEST_RUN = 3
COMMON_FILE = "common_passwords.txt"
HINT = f"至少 {MIN_LENGTH} 个字符，可以用一句只有自己知道的话，中文、空格都行；不要用用户名、连号或者常见密码。"

_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "!@#$%^&*()")
_PADDING = "0123456789!@#$%^&*()_-+=.,? "


def normalised(password: str) -> str:
    """The password as it is hashed: compatible forms (full-width digits, composed letters) are the same (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, user_name: str) -> None:
    """Refuse a new password that an attacker tries early.

    Args:
        password: as typed.
        user_name: whose it will be.

    Raises:
        PasswordRuleError: says in plain words what is wrong with it.
    """
    typed = normalised(password)
    if len(typed) < MIN_LENGTH:
        raise PasswordRuleError(f"新密码太短：现在 {len(typed)} 个字符，至少要 {MIN_LENGTH} 个。")
    if len(typed) > MAX_LENGTH:
        raise PasswordRuleError(f"新密码太长：最多 {MAX_LENGTH} 个字符。")
    folded = typed.casefold()
    if folded.strip(_PADDING) in _names_of(user_name):
        raise PasswordRuleError("新密码不能是用户名，也不能只在用户名前后加几个数字。")
    if len(set(folded)) < MIN_DIFFERENT:
        raise PasswordRuleError(f"新密码里不同的字符太少：至少要用 {MIN_DIFFERENT} 种不同的字符。")
    if _is_made_of_runs(folded):
        raise PasswordRuleError("新密码全是连号或键盘上挨着的键，很容易被猜到；请换一个。")
    if folded in common_passwords():
        raise PasswordRuleError("这个密码太常见，很容易被猜到；请换一个。")


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The passwords that attackers try first, lower case; read once per process."""
    text = files("bot.accounts").joinpath(COMMON_FILE).read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("# "))


def _names_of(user_name: str) -> set[str]:
    """The name, backwards, twice, and without what the password's ends lost."""
    name = normalised(user_name).casefold()
    forms = {name, name[::-1], name * 2}
    return forms | {form.strip(_PADDING) for form in forms} - {""}


def _is_made_of_runs(text: str) -> bool:
    """Whether neighbours in a row, forwards or backwards, or one repeated character make up all of it."""
    start = 0
    while start < len(text):
        length = _run_length(text[start:])
        if length < min(SHORTEST_RUN, len(text) - start):
            return False
        start += length
    return True


def _run_length(text: str) -> int:
    """Characters at the beginning that follow each other in a row or repeat."""
    longest = len(text) - len(text.lstrip(text[0]))
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        length = next((size for size in range(len(text), 1, -1) if text[:size] in row), 1)
        longest = max(longest, length)
    return longest
