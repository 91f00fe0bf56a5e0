"""May I have it? Asks for place, scheme and only the facts that decide, then says the verdict with its clause."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.conversation import PolicyTopic, Turn
from bot.domain.form import Choice, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import MessageKind, Reply
from bot.domain.moments import to_ms
from bot.domain.region import PlaceMention
from bot.domain.subsidy import Assessment, Audience, Fact, FactKind, FactValue, SubsidyRule, Verdict
from bot.handlers import phrasing_subsidy_eligibility as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Known, Reading
from bot.handlers.place_choice import MOST_CHOICES
from bot.handlers.place_statement import looks_like_unknown_place, read_places
from bot.handlers.subsidy_answers import direct_answer, kept, lacks_unit, unkept
from bot.ports import Clock
from bot.subsidies.assessment import assess
from bot.subsidies.subsidy_desk import SubsidyDesk

PLACE, HOME, PLACES, AUDIENCE, SCHEME, SAID, IS_HERE = (
    "place",
    "home",
    "places",
    "audience",
    "scheme",
    "said",
    "is_here",
)
LONGEST_SAID = 500
"""Characters of the opening message that are kept until scheme and place are known."""
_EMPLOYER = re.compile(
    r"(?:我们?|咱们?|俺们?)(?:这)?(?:个|家)?(?:公司|厂|企业|单位|合作社|机构|学校|幼儿园)|(?:我|俺)(?:厂子|公司|厂里招)|小微企业|人力资源"
)

_SUMMONS = re.compile(
    r"(?:我|俺|咱|帮我)?(?:这种|这个|这样)?(?:的)?(?:情况|条件)?(?:查|看|算)?(?:一下|下|看|查)?(?:我)?(?:能|可以|够得上)?(?:领|拿|享受|申请)?(?:到)?"
    r"(?:些)?(?:什么|啥|哪些|哪种)?(?:政策)?(?:补贴|补助)(?:能领|可以领|资格)?[吗呢啊不了吧。.!！?？]*"
)


class SubsidyEligibilityForm:
    """See `bot.handlers.forms.Form`.

    Args:
        desk: the rules.
        conversations: where the worker's place is remembered once it was asked for.
        clock: the day on which rules must be valid.
    """

    name = Intent.SUBSIDY_ELIGIBILITY.value
    title = phrasing.TITLE
    is_repeatable = True

    def __init__(self, desk: SubsidyDesk, conversations: Conversations, clock: Clock) -> None:
        self._desk = desk
        self._conversations = conversations
        self._clock = clock

    def is_summoned(self, text: str) -> bool:
        """Whether a message asks what can be had at all: 我这种情况能领啥补贴; see `bot.handlers.forms.Summoned`."""
        return _SUMMONS.fullmatch(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Scheme, place, for whom, and every fact of the rule that the words tell."""
        message = turn.message
        text = message.fields.get("Label", "") if message.kind is MessageKind.LOCATION else message.text
        if not text:
            return Reading()
        field = asked.field if asked is not None else ""
        read: dict[str, Any] = {}
        if field in {"", PLACE, HOME}:
            read |= self._places_said(turn, text, field)
        if field in {"", SCHEME}:
            read |= self._scheme_said(turn, text, {**values, **read})
        if field in {"", PLACE, HOME}:
            read |= self._home_said(turn, text, {**values, **read}, field)
        if field in {"", AUDIENCE} and _EMPLOYER.search(text):
            read[AUDIENCE] = Audience.EMPLOYER.value
        rule = self._rule(turn, {**values, **read})
        if rule is None:
            if not values and field == "":
                read[SAID] = text[:LONGEST_SAID]
            return self._with_refusal(read, text, asked)
        read |= self._facts_said(text, values, rule, field)
        if not read and asked is not None:
            read = self._other_scheme(turn, text, values)
        return self._with_refusal(read, text, asked, self._forgotten(read, values))

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The place, for whom, the scheme, then the facts that decide, soonest first."""
        if PLACES in values and PLACE not in values:
            return self._which_place(values)
        scheme = self._desk.book.schemes.get(str(values.get(SCHEME)))
        place = self._place(turn, values)
        if place is None:
            return Question(PLACE, phrasing.ASK_PLACE)
        if scheme is None:
            return self._which_scheme(values, place)
        rule = self._rule(turn, values)
        if rule is None:
            knows_home = HOME in values or turn.conversation.home_region is not None
            asks_home = scheme.is_at_home and not knows_home
            return Question(HOME, phrasing.ASK_HOME.format(scheme=scheme.name)) if asks_home else None
        missing = self._assessed(rule, values).missing
        facts = [self._desk.book.facts.by_name[name] for name in missing if name not in values]
        return next((_question(fact) for fact in facts if fact.kind is not FactKind.CONFIRMATION), None)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """The verdict. Nothing is done, so nothing can happen twice."""
        del form_id
        place = self._place(turn, values) or ""
        if values.get(IS_HERE) and turn.conversation.work_region is None:
            await self._conversations.remember(turn.conversation.worker_id, work_region=values[PLACE])
        name = self._desk.divisions.short_name(place)
        scheme = self._desk.book.schemes.get(str(values.get(SCHEME)))
        if scheme is None:
            has_rules = bool(self._desk.rules(place, self._clock.today()))
            return Reply(phrasing.NONE_FITS.format(place=name) if has_rules else phrasing.no_documents(name))
        rule = self._rule(turn, values)
        if rule is None:
            return Reply(phrasing.no_rule(scheme, name))
        found = self._assessed(rule, values)
        await self._keep_topic(turn, place, scheme.name, rule)
        desk = self._desk
        source = phrasing.Source(
            rule, scheme, desk.document_of(rule), desk.clause_of(rule), desk.divisions.get(rule.region_code)
        )
        return Reply(phrasing.verdict(found, source, desk.book.facts.by_name, self._clock.today()))

    async def _keep_topic(self, turn: Turn, place: str, name: str, rule: SubsidyRule) -> None:
        """那要找哪个部门, after the verdict, is about the scheme and the clause that it rests on."""
        clause, worker_id = self._desk.clause_of(rule), turn.conversation.worker_id
        own = (await self._conversations.open(worker_id)).work_region
        topic = PolicyTopic(
            about=name,
            question=name,
            clause_ids=(clause.clause_id,),
            title=clause.title,
            elsewhere=place if place != own else None,
            asked_ms=to_ms(self._clock.now()),
        )
        await self._conversations.remember(worker_id, topic=topic)

    def known(self, values: Values) -> Sequence[Known]:
        """Place, scheme and facts, as far as they were told."""
        divisions, book = self._desk.divisions, self._desk.book
        found = [
            Known(field, label, divisions.short_name(values[field]))
            for field, label in ((PLACE, phrasing.PLACE), (HOME, phrasing.HOME))
            if values.get(field)
        ]
        if values.get(SCHEME) in book.schemes:
            found.append(Known(SCHEME, phrasing.SCHEME, book.schemes[values[SCHEME]].name))
        for name, fact in book.facts.by_name.items():
            value = unkept(fact, values.get(name))
            if value is not None:
                label, _, text = phrasing.fact_text(fact, value).partition("：")
                found.append(Known(name, label, text))
        return found

    def _scheme_said(self, turn: Turn, text: str, values: Values) -> dict[str, Any]:
        """The scheme that the words name; what the understanding found where they name none that the place has."""
        understood = turn.understanding.slots.get("scheme") if turn.understanding is not None else None
        named = list(self._desk.schemes_named(text))
        if isinstance(understood, str) and understood in self._desk.book.schemes:
            named.sort(key=lambda scheme: scheme != understood)
            named = named if understood in named else [understood, *named]
        place = self._place(turn, values)
        here = {rule.scheme for rule in self._desk.rules(place, self._clock.today())} if place else set()
        scheme = next((scheme for scheme in named if scheme in here), next(iter(named), None))
        return {SCHEME: scheme} if scheme else {}

    def _other_scheme(self, turn: Turn, text: str, values: Values) -> dict[str, Any]:
        """那公租房呢, in the middle of another scheme."""
        said = self._scheme_said(turn, text, values)
        return said if said and said[SCHEME] != values.get(SCHEME) else {}

    def _places_said(self, turn: Turn, text: str, field: str) -> dict[str, Any]:
        said = read_places(self._desk.places, text, turn.conversation.work_region)
        if said.open is not None:
            several, _ = said.open
            return {PLACES: [several.text, *several.candidates[:MOST_CHOICES]]}
        read = {HOME: said.home.code} if said.home is not None else {}
        if field == HOME:
            told = said.home or said.mentioned or said.work
            return {HOME: told.code} if told is not None else {}
        named = said.work or said.mentioned or (said.home if field == PLACE else None)
        if named is None:
            return read
        is_here = {IS_HERE: True} if field == PLACE or said.work is not None else {}
        return {**read, PLACE: named.code, **is_here}

    def _home_said(self, turn: Turn, text: str, values: Values, field: str) -> dict[str, Any]:
        """从利州去上海: the place that gives what the place of origin gives."""
        scheme = self._desk.book.schemes.get(str(values.get(SCHEME)))
        if scheme is None or not scheme.is_at_home or (HOME in values and field != HOME):
            return {}
        mentions: list[PlaceMention] = self._desk.places.find(text, near=turn.conversation.home_region)
        today = self._clock.today()
        codes = [mention.code for mention in mentions if mention.code is not None]
        home = next((code for code in codes if self._desk.rule(scheme.scheme_id, code, today) is not None), None)
        return {HOME: home} if home else {}

    def _facts_said(self, text: str, values: Values, rule: SubsidyRule, field: str) -> dict[str, Any]:
        """The facts of a rule; those of the opening message, too, where the rule was not known then."""
        said = f"{values[SAID]}。{text}" if values.get(SAID) and field in {PLACE, HOME, SCHEME} else text
        found: dict[str, FactValue] = self._desk.facts_said(said, rule, self._clock.today())
        fact = self._desk.book.facts.by_name.get(field)
        if fact is not None and field not in found:
            answer = direct_answer(fact, text)
            found |= {} if answer is None else {field: answer}
        return {name: kept(value) for name, value in found.items()}

    def _forgotten(self, read: Mapping[str, Any], values: Values) -> tuple[str, ...]:
        """Facts told for another scheme: the same word may count something else there."""
        is_other = SCHEME in read and values.get(SCHEME) not in {None, read[SCHEME]}
        return tuple(name for name in values if name in self._desk.book.facts.by_name) if is_other else ()

    def _with_refusal(
        self, read: Mapping[str, Any], text: str, asked: Question | None, forgets: tuple[str, ...] = ()
    ) -> Reading:
        """The reading; where nothing was read of a place or a length of time, why."""
        if read or asked is None:
            return Reading(read, forgets=forgets)
        fact = self._desk.book.facts.by_name.get(asked.field)
        if fact is not None and lacks_unit(fact, text):
            return Reading(refusal=phrasing.MONTHS_OR_YEARS)
        is_unknown = asked.field in {PLACE, HOME} and looks_like_unknown_place(text)
        return Reading(refusal=phrasing.UNKNOWN_PLACE if is_unknown else "")

    def _place(self, turn: Turn, values: Values) -> str | None:
        """The place whose rule it is: where they work, or where they come from for what is given there."""
        here = [values.get(PLACE), turn.conversation.work_region]
        scheme = self._desk.book.schemes.get(str(values.get(SCHEME)))
        if scheme is None or not scheme.is_at_home:
            return next((code for code in here if code), None)
        ordered = [code for code in (values.get(HOME), turn.conversation.home_region, *here) if code]
        today = self._clock.today()
        with_rule = (code for code in ordered if self._desk.rule(scheme.scheme_id, code, today) is not None)
        return next(with_rule, next(iter(ordered), None))

    def _rule(self, turn: Turn, values: Values) -> SubsidyRule | None:
        place, scheme = self._place(turn, values), values.get(SCHEME)
        if place is None or not isinstance(scheme, str):
            return None
        return self._desk.rule(scheme, place, self._clock.today())

    def _assessed(self, rule: SubsidyRule, values: Values) -> Assessment:
        book, today = self._desk.book, self._clock.today()
        said = self._desk.facts_said(values[SAID], rule, today) if values.get(SAID) else {}
        told = {name: unkept(book.facts.by_name[name], values.get(name)) for name in book.facts_of(rule)}
        return assess(rule, said | {name: value for name, value in told.items() if value is not None})

    def _which_place(self, values: Values) -> Question:
        name, *codes = values[PLACES]
        choices = tuple(Choice(code, self._desk.divisions.full_name(code)) for code in codes)
        return Question(PLACE, phrasing.SEVERAL_PLACES.format(name=name), choices)

    def _which_scheme(self, values: Values, place: str) -> Question | None:
        """For whom, then the schemes of the place that may fit; None where there are none."""
        rules = self._desk.rules(place, self._clock.today())
        schemes = self._desk.book.schemes
        audiences = [one for one in Audience if any(schemes[rule.scheme].audience is one for rule in rules)]
        if AUDIENCE not in values and len(audiences) > 1:
            return Question(
                AUDIENCE, phrasing.ASK_AUDIENCE, tuple(Choice(one.value, phrasing.AUDIENCES[one]) for one in audiences)
            )
        wanted = values.get(AUDIENCE, audiences[0].value if audiences else None)
        asked = [rule for rule in rules if schemes[rule.scheme].audience.value == wanted]
        assessed = {rule.scheme: self._assessed(rule, values) for rule in asked}
        fitting = [rule for rule in asked if assessed[rule.scheme].verdict is not Verdict.NOT_ELIGIBLE]
        fitting.sort(key=lambda rule: not assessed[rule.scheme].facts)
        return self._offering(fitting, len(asked) - len(fitting), place) if fitting else None

    def _offering(self, rules: Sequence[SubsidyRule], others: int, place: str) -> Question:
        labels = [phrasing.scheme_label(rule, is_short=False) for rule in rules]
        if not phrasing.fits_into_a_message(labels):
            labels = [phrasing.scheme_label(rule, is_short=True) for rule in rules]
        text = phrasing.ASK_SCHEME.format(place=self._desk.divisions.short_name(place))
        text = (phrasing.SAYS_NO.format(count=others) + text) if others else text
        choices = tuple(Choice(rule.scheme, label) for rule, label in zip(rules, labels, strict=True))
        return Question(SCHEME, text, choices)


def _question(fact: Fact) -> Question:
    choices = tuple(Choice(value, label) for value, label in zip((True, False), fact.answers, strict=False))
    return Question(fact.name, fact.question, choices, is_optional=True)
