"""What is told about a legal-aid appointment: what is promised where, until when something can be claimed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.bookings.limitation import Deadline, LimitationClock
from bot.bookings.phrasing_bookings import provisional
from bot.bookings.promises import Promises
from bot.domain.booking import Booking, DayInfo, Matter, Office, PromiseKind
from bot.domain.legal_reference import LegalReferences, SourceQuote
from bot.handlers import phrasing_legal_aid_booking as phrasing
from bot.regions.city_distances import CityDistances
from bot.regions.divisions import Divisions

REPRESENTATIVES = ("劳动争议调解仲裁法", "第七条", "可以推举代表参加调解、仲裁或者诉讼活动")


@dataclass(frozen=True, slots=True)
class Case:
    """What the words depend on.

    Attributes:
        matter: what it is about.
        place: code of where it is dealt with.
        home: code of where the worker comes from; None while unknown.
        people: for how many.
        event_on: the day that periods are counted from; None where it is not known.
        is_exact: whether that very day was said.
        is_employed: whether the work goes on.
        wants_visit: whether the worker asked by themselves that the office come.
    """

    matter: Matter
    place: str
    home: str | None
    people: int
    event_on: date | None
    is_exact: bool
    is_employed: bool
    wants_visit: bool


class BookingWords:
    """Puts together what a worker hears.

    Args:
        promises: what rules promise.
        clock: counts periods.
        references: articles of law.
        divisions: names of places.
        cities: which city a place lies in.
    """

    def __init__(
        self,
        promises: Promises,
        clock: LimitationClock,
        references: LegalReferences,
        divisions: Divisions,
        cities: CityDistances,
    ) -> None:
        self._promises = promises
        self._clock = clock
        self._representatives = references.quote(*REPRESENTATIVES)
        self._divisions = divisions
        self._cities = cities

    def visit(self, case: Case) -> SourceQuote | None:
        """Where a visit to the group is promised; None where it is not."""
        return next(iter(self._promises.quotes(PromiseKind.ON_SITE, case.place, case.matter, case.people)), None)

    def urgent(self, case: Case, today: date) -> str:
        """What has to be said first; "" where there is time."""
        if case.event_on is None:
            return ""
        ends = self._deadlines(case, today)
        return phrasing.urgent(ends, case.event_on, self._clock.at_once, is_exact=case.is_exact)

    def booked(self, booking: Booking, office: Office, case: Case, day: DayInfo, today: date) -> str:
        """The whole reply once it is booked."""
        hardship = self._about_hardship(case, today)
        lines = [
            self.urgent(case, today),
            phrasing.booked(booking, office),
            phrasing.SAMPLE if office.is_sample else "",
            provisional(day),
            phrasing.VISIT_ASKED if booking.is_on_site else "",
            self._about_group(booking, case),
            self._about_periods(case, today),
            hardship,
            self._about_home(case, today, hardship),
            phrasing.PAPERS,
            phrasing.NEXT,
        ]
        return "\n".join(line for line in lines if line)

    def _deadlines(self, case: Case, today: date) -> list[Deadline]:
        return [] if case.event_on is None else self._clock.deadlines(case.matter, case.event_on, today)

    def _about_periods(self, case: Case, today: date) -> str:
        if case.event_on is None:
            return phrasing.without_day(case.matter, self._clock, is_employed=case.is_employed)
        return phrasing.periods(self._deadlines(case, today), case.event_on, is_exact=case.is_exact)

    def _about_group(self, booking: Booking, case: Case) -> str:
        if case.wants_visit and self.visit(case) is None:
            return phrasing.VISIT_NOT_PROMISED
        if not self._promises.is_group(case.people) or booking.is_on_site:
            return ""
        return phrasing.REPRESENTATIVES.format(source=phrasing.source(self._representatives))

    def _about_hardship(self, case: Case, today: date) -> str:
        """The law first, since it is in force; then what the place adds."""
        waivers = self._promises.quotes(PromiseKind.NO_HARDSHIP_CHECK, case.place, case.matter)
        binding = next((quote for quote in waivers if not quote.is_draft), None)
        local = next((quote for quote in waivers if quote is not binding), None)
        priority = next(iter(self._promises.quotes(PromiseKind.PRIORITY, case.place, case.matter)), None)
        first = phrasing.NO_CHECK.format(source=phrasing.source(binding)) if binding else phrasing.CHECK_OPEN
        return "\n".join(line for line in (first, phrasing.local_rule(local, priority, today)) if line)

    def _about_home(self, case: Case, today: date, named: str) -> str:
        """Where work and home differ, and the place's documents say that offices help each other."""
        quotes = self._promises.quotes(PromiseKind.CROSS_REGION, case.place, case.matter)
        if case.home is None or not quotes or self._cities.city_of(case.home) == self._cities.city_of(case.place):
            return ""
        return phrasing.across(self._divisions.short_name(case.home), quotes[0], today, named)
