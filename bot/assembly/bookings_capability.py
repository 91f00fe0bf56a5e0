"""Legal-aid bookings: wiring, and the sample offices of a demonstration."""

from __future__ import annotations

from bot.assembly.bookings_desk import BookingsDesk
from bot.assembly.capability import Capability, Foundations
from bot.bookings.limitation import LimitationClock
from bot.bookings.office_import import office_import
from bot.bookings.promises import Promises
from bot.bookings.reminders import Reminders
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.legal_aid_booking import LegalAidBookingForm
from bot.handlers.legal_aid_told import BookingWords
from bot.handlers.my_bookings import MyBookingsForm
from bot.handlers.phrasing_legal_aid_booking import reminder
from bot.policies.legal_aid_rules import load_legal_aid_promises
from bot.policies.legal_references import load_legal_references
from bot.policies.setting_aside import told_in_log
from bot.regions.city_distances import load_city_distances

SAMPLES = "samples/legal_aid_offices.jsonl"


def bookings_capability(base: Foundations) -> Capability:
    """The forms that make and change bookings, their reminders and sweeps.

    Raises:
        RuleFileError: the promises or legal references of the corpus cannot be used.
    """
    desk = BookingsDesk.over(base.documents, base.privacy, base.clock, base.divisions)

    is_production = base.settings.mode == "production"

    async def prepare() -> None:
        await desk.prepare()
        if is_production:
            await desk.offices.remove_samples()

    async def seed() -> None:
        path = base.settings.corpus_dir / SAMPLES
        if not is_production and path.exists() and not await desk.offices.count():
            await office_import(desk.offices).run(path, base.divisions, base.places, is_sample=True)

    reminders = Reminders(base.documents, base.privacy.bookings, desk.offices, base.notices, reminder, base.clock)
    return Capability(
        forms=(_booking_form(base, desk), MyBookingsForm(desk.bookings, desk.offices, desk.availability, base.clock)),
        duties={
            "half-done bookings undone": desk.sweeps.undo_half_done,
            "past bookings closed": desk.sweeps.close_past,
            "old bookings deleted": desk.sweeps.delete_old,
            "reminders sent": reminders.send_due,
        },
        prepare=prepare,
        seed=seed,
    )


def _booking_form(base: Foundations, desk: BookingsDesk) -> LegalAidBookingForm:
    references = load_legal_references(base.settings.corpus_dir)
    rules = load_legal_aid_promises(base.settings.corpus_dir, references, told_in_log)
    promises = Promises(base.divisions, rules, base.settings.on_site_group_size)
    words = BookingWords(promises, LimitationClock(references), references, base.divisions, load_city_distances())
    return LegalAidBookingForm(
        bookings=desk.bookings,
        new_bookings=desk.new_bookings,
        offices=desk.offices,
        availability=desk.availability,
        contact=ContactQuestions(base.privacy.consents, base.privacy.profiles),
        words=words,
        finder=base.places,
        divisions=base.divisions,
        clock=base.clock,
    )
