"""Articles of national law for handlers, ``legal_references/<law>.yaml`` in the corpus folder, outside the index.

::

    law: 法律援助法
    title: 中华人民共和国法律援助法
    version_on: 2021-08-20
    status: in_force
    articles:
      第四十二条: |-
        法律援助申请人有材料证明属于下列人员之一的，免予核查经济困难状况：
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import RuleFileError
from bot.domain.legal_reference import LegalArticle, LegalReferences
from bot.domain.policy import PolicyStatus
from bot.policies.yaml_files import read_yaml

LEGAL_REFERENCES_FOLDER = "legal_references"
FIELDS = frozenset({"law", "title", "version_on", "status", "articles"})

_ARTICLE = re.compile(r"第[一二三四五六七八九十百零]+条(?:之[一二三四五六七八九十])?")


def load_legal_references(corpus_dir: Path) -> LegalReferences:
    """The articles of a corpus folder.

    Raises:
        RuleFileError: a file cannot be used, or two hold the same article; the message says what to change.
    """
    articles: dict[tuple[str, str], LegalArticle] = {}
    for path in sorted((corpus_dir / LEGAL_REFERENCES_FOLDER).glob("*.yaml")):
        for article in _articles(path):
            key = (article.law, article.article)
            if key in articles:
                raise RuleFileError(f"{path}：《{article.law}》{article.article}已经在别的文件里了；请只留一处")
            articles[key] = article
    return LegalReferences(articles)


def _articles(path: Path) -> list[LegalArticle]:
    content = read_yaml(path, yaml.SafeLoader, RuleFileError)
    if not isinstance(content, dict) or set(content) != FIELDS:
        raise RuleFileError(f"{path}：应当正好有这些字段：{'、'.join(sorted(FIELDS))}")
    articles, version_on = content["articles"], content["version_on"]
    if not isinstance(articles, dict) or not articles or not isinstance(version_on, date):
        raise RuleFileError(f"{path}：articles 应当是“第几条: 原文”，version_on 应当写成 2021-08-20 这样的日期")
    return [_article(path, content, number, text) for number, text in articles.items()]


def _article(path: Path, content: dict[str, Any], number: object, text: object) -> LegalArticle:
    if not isinstance(number, str) or not _ARTICLE.fullmatch(number):
        raise RuleFileError(f"{path}：“{number}”不是条号；请写成“第四十二条”")
    if not isinstance(text, str) or not text.strip():
        raise RuleFileError(f"{path}：{number}没有原文；请抄上整条")
    try:
        status = PolicyStatus(content["status"])
    except ValueError:
        raise RuleFileError(f"{path}：status 应当是 {'、'.join(PolicyStatus)} 之一") from None
    return LegalArticle(str(content["law"]), number, text.strip(), status, content["version_on"])
