"""Employers' names in one form, so that a posting's and an offender list's can be compared."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = re.compile(r"[\s()（）\[\]【】〔〕<>《》“”\"'‘’·•,，.。、:：;；/\\|*_—-]+")
_LEGAL_FORM = re.compile(r"(?:有限责任|股份有限|有限)?公司$|有限合伙$|普通合伙$")
_BRANCH = re.compile(r"(?P<parent>.+?公司).*(?:分公司|分店|办事处|项目部|经理部)$")
SHORTEST = 4
"""Shorter names are borne by many, those of persons above all: nobody is accused by such a likeness."""


def name_key(name: str) -> str:
    """A name without signs, width and legal form: 示例（三明）建筑有限公司 and 示例三明建筑有限责任公司 are the same.

    集团 stays: a group and its company are two employers. "" where too little is left to tell one from another.
    """
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", name)).casefold()
    stem = _LEGAL_FORM.sub("", plain)
    return stem if len(stem) >= SHORTEST else ""


def name_keys(name: str) -> tuple[str, ...]:
    """The keys under which an employer may be listed: its own, and that of the company whose branch it is."""
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", name))
    branch = _BRANCH.fullmatch(plain)
    keys = [name_key(name), name_key(branch["parent"]) if branch else ""]
    return tuple(dict.fromkeys(key for key in keys if key))
