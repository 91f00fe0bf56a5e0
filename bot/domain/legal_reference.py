"""Articles of national law and clauses of local documents that handlers quote, word for word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.errors import RuleFileError
from bot.domain.policy import PolicyStatus
from bot.domain.region import NATION_CODE


@dataclass(frozen=True, slots=True)
class LegalArticle:
    """One article.

    Attributes:
        law: its usual name: ``法律援助法``.
        article: its number as printed: ``第四十二条``.
        text: the whole article, paragraphs and items on lines of their own.
        status: whether it binds anyone.
        version_on: the day of the version that the text is from.
    """

    law: str
    article: str
    text: str
    status: PolicyStatus
    version_on: date


@dataclass(frozen=True, slots=True)
class SourceQuote:
    """Words that stand in a source, and where.

    Attributes:
        text: the words.
        title: of the law or document, without brackets.
        place: the article, or the numbers of the clause.
        status: whether the source binds anyone: a draft is called one.
        region_code: where it holds.
        targets_to: the year that its targets name; None for none.
    """

    text: str
    title: str
    place: str
    status: PolicyStatus
    region_code: str = NATION_CODE
    targets_to: int | None = None

    @property
    def is_draft(self) -> bool:
        """Whether the source is only a draft for comment."""
        return self.status is PolicyStatus.DRAFT_FOR_COMMENT

    @property
    def cited(self) -> str:
        """``《法律援助法》第四十二条``."""
        return f"《{self.title}》{self.place}"


class LegalReferences:
    """The articles that an installation holds for its handlers.

    Args:
        articles: by law and number.
    """

    def __init__(self, articles: Mapping[tuple[str, str], LegalArticle]) -> None:
        self._articles = dict(articles)

    def __iter__(self) -> Iterator[LegalArticle]:
        """All of them, by law and in the order of their files."""
        return iter(self._articles.values())

    def article(self, law: str, article: str) -> LegalArticle:
        """One article.

        Raises:
            RuleFileError: it is not held.
        """
        found = self._articles.get((law, article))
        if found is None:
            raise RuleFileError(f"没有收录《{law}》{article}；请加进 corpus/legal_references")
        return found

    def quote(self, law: str, article: str, words: str = "") -> SourceQuote:
        """Words of an article, the whole of it for "".

        Raises:
            RuleFileError: the article is not held, or the words do not stand in it.
        """
        found = self.article(law, article)
        if words not in found.text:
            raise RuleFileError(f"《{law}》{article}里没有“{words}”这句话；请对照原文改引文")
        return SourceQuote(words or found.text, law, article, found.status)
