"""Looking for work: where, what, for how much; then a list to leaf through."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.conversation import Turn
from bot.domain.form import Choice, Question, Values
from bot.domain.intent import Intent
from bot.domain.job import FEN_PER_YUAN, Benefit, JobType
from bot.domain.message import Reply
from bot.domain.region import NATION_CODE
from bot.handlers import phrasing_job_search as phrasing
from bot.handlers.forms import Known, Reading
from bot.handlers.job_list import FoundJobsList, NewJobsList
from bot.handlers.job_wish import (
    BENEFITS,
    DAY_PAY,
    MONTH_PAY,
    PLACE,
    SEVERAL,
    TRADE,
    TYPE,
    WORDS,
    place_of,
    read_wish,
    refined,
    search_in_listing,
    search_of,
)
from bot.jobs.phrasing_jobs import ANYWHERE, TYPES, benefits_in_words
from bot.jobs.phrasing_jobs import DAY_PAY as DAY_WORDS
from bot.jobs.phrasing_jobs import MONTH_PAY as MONTH_WORDS
from bot.jobs.subscriptions import JobSubscriptions
from bot.language.trades import load_trades
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder

NEWS = "news"
_NEWS_WISH = re.compile(
    r"(?:我?(?:要|想)?(?:看看?|查看?|打开))?(?:一下)?(?:给我)?(?:推送的|推过的|订阅的|最?新的?)"
    r"(?:岗位|职位|工作|招工信息)[吧啊呢。.!！]*"
)


class JobSearchForm:
    """See `bot.handlers.forms.Form`: asks where, and what where nothing at all was said, then shows the list.

    A message that only says more (有没有七千以上的) goes on from the list that is open.

    Args:
        found: lists what was found.
        news: lists what was told.
        subscriptions: who was told of what.
        finder: finds places in texts.
        divisions: names of places.
    """

    name = Intent.JOB_SEARCH.value
    title = phrasing.TITLE
    is_repeatable = True

    def __init__(
        self,
        found: FoundJobsList,
        news: NewJobsList,
        subscriptions: JobSubscriptions,
        finder: PlaceFinder,
        divisions: Divisions,
    ) -> None:
        self._found = found
        self._news = news
        self._subscriptions = subscriptions
        self._finder = finder
        self._divisions = divisions

    def is_summoned(self, text: str) -> bool:
        """看新岗位: what a digest offers; see `bot.handlers.forms.Summoned`."""
        return _NEWS_WISH.fullmatch(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Place, work, pay and kind of employment."""
        if asked is None and self.is_summoned(turn.message.text):
            return Reading({NEWS: True})
        said = read_wish(turn, self._finder, asked.field if asked is not None else "")
        if asked is None and not values:
            return Reading(refined(turn.message.text, said, search_in_listing(turn)))
        return Reading(said)

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The place, unless one is known; the work, unless anything was said of it."""
        if NEWS in values:
            return None
        place = place_question(turn, values, self._divisions, phrasing.ASK_PLACE)
        if place is not None:
            return place
        if any(name in values for name in (TRADE, WORDS, MONTH_PAY, DAY_PAY, TYPE, BENEFITS)):
            return None
        return Question(TRADE, phrasing.ASK_TRADE, is_optional=True, takes_any=True)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """The first page. Nothing is kept but which page was shown."""
        del form_id
        if NEWS in values:
            known = await self._subscriptions.of(turn.conversation.worker_id)
            return await self._news.begin_told(turn, known.told[: known.told_last] if known is not None else ())
        return await self._found.begin(turn, search_of(turn, values))

    def known(self, values: Values) -> Sequence[Known]:
        """What is known of the search."""
        return known_of_search(values, self._divisions)


def place_question(turn: Turn, values: Values, divisions: Divisions, text: str) -> Question | None:
    """Asks for the place, or which of several; None where it is known."""
    if PLACE in values:
        return None
    if values.get(SEVERAL):
        choices = tuple(Choice(code, divisions.full_name(code)) for code in values[SEVERAL])
        return Question(PLACE, phrasing.SEVERAL_PLACES, choices)
    return None if place_of(turn, values) is not None else Question(PLACE, text)


def known_of_search(values: Values, divisions: Divisions) -> list[Known]:
    """A search's values in words."""
    known = []
    if values.get(PLACE):
        is_anywhere = values[PLACE] == NATION_CODE
        known.append(Known(PLACE, phrasing.PLACE, ANYWHERE if is_anywhere else divisions.short_name(values[PLACE])))
    if values.get(TRADE):
        known.append(Known(TRADE, phrasing.TRADE, load_trades()[values[TRADE]].name))
    if values.get(WORDS):
        known.append(Known(WORDS, phrasing.TRADE, values[WORDS]))
    for field, words in ((MONTH_PAY, MONTH_WORDS), (DAY_PAY, DAY_WORDS)):
        if values.get(field):
            known.append(Known(field, phrasing.PAY, words.format(yuan=values[field] // FEN_PER_YUAN)))
    if values.get(TYPE):
        known.append(Known(TYPE, phrasing.TYPE, TYPES[JobType(values[TYPE])]))
    if values.get(BENEFITS):
        wanted = benefits_in_words(map(Benefit, values[BENEFITS]))
        known.append(Known(BENEFITS, phrasing.BENEFITS, "、".join(wanted)))
    return known
