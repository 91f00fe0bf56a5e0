"""A worker who books legal aid in the dialogue, with an understander of a few words."""

from __future__ import annotations

from pathlib import Path

from bot.bookings.limitation import LimitationClock
from bot.bookings.promises import Promises
from bot.domain.intent import Intent, Understanding
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.legal_aid_booking import LegalAidBookingForm
from bot.handlers.legal_aid_told import BookingWords
from bot.handlers.my_bookings import MyBookingsForm
from bot.policies.legal_aid_rules import load_legal_aid_promises
from bot.policies.legal_references import load_legal_references
from bot.ports import DocumentStore
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from tests.fakes.bookings_room import BookingsRoom
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import FormChat, WordsUnderstander

CORPUS = Path(__file__).parents[2] / "corpus"
WORDS = {
    "取消": Understanding(Intent.MY_BOOKINGS),
    "我约的": Understanding(Intent.MY_BOOKINGS),
    "查一下我的预约": Understanding(Intent.MY_BOOKINGS),
    "约": Understanding(Intent.LEGAL_AID_BOOKING),
    "法律援助": Understanding(Intent.LEGAL_AID_BOOKING),
}


class BookingsChat:
    """One process that serves workers who book.

    Attributes:
        room: the bookings.
        chat: the dialogue.
        form: the form that books.
    """

    def __init__(self, store: DocumentStore, clock: FakeClock) -> None:
        self.room = BookingsRoom.over(store, clock)
        references, divisions = load_legal_references(CORPUS), load_divisions()
        promises = Promises(divisions, load_legal_aid_promises(CORPUS, references), group_size=10)
        words = BookingWords(promises, LimitationClock(references), references, divisions, load_city_distances())
        privacy = self.room.privacy
        self.form = LegalAidBookingForm(
            bookings=self.room.bookings,
            new_bookings=self.room.new_bookings,
            offices=self.room.offices,
            availability=self.room.availability,
            contact=ContactQuestions(privacy.consents, privacy.profiles),
            words=words,
            finder=load_place_finder(),
            divisions=divisions,
            clock=clock,
        )
        mine = MyBookingsForm(self.room.bookings, self.room.offices, self.room.availability, clock)
        self.chat = FormChat(store, clock, (self.form, mine), WordsUnderstander(WORDS))
