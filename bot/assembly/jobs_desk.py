"""Everything about jobs, put together over a store: for the serving processes and for the command line."""

from __future__ import annotations

from dataclasses import dataclass

from bot.assembly.privacy_desk import PrivacyDesk
from bot.handlers.phrasing_job_subscription import DigestPhrasing
from bot.jobs.announcement_import import AnnouncementImport
from bot.jobs.announcement_kinds import COURSES, FAIRS
from bot.jobs.announcements import Announcements
from bot.jobs.course_sign_ups import CourseSignUps
from bot.jobs.job_import import JobImport
from bot.jobs.job_push import JobPush
from bot.jobs.job_search import JobFinder
from bot.jobs.postings import JobPostings
from bot.jobs.subscriptions import JobSubscriptions, sealed_subscriptions
from bot.jobs.table_places import PlaceReader
from bot.jobs.wage_offenders import WageOffenders
from bot.ports import Clock, DocumentStore, Notices
from bot.regions.city_distances import CityDistances, load_city_distances
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder


@dataclass(frozen=True, slots=True)
class JobsDesk:
    """Everything about jobs.

    Attributes:
        postings: the postings.
        offenders: employers who owe wages.
        events: the fairs.
        courses: the courses.
        sign_ups: who takes part in them.
        subscriptions: who is told of what.
        push: tells them.
        privacy: learns who looked at what.
        distances: which cities lie near.
        divisions: names of places.
        places: finds places in texts.
        clock: the time.
    """

    postings: JobPostings
    offenders: WageOffenders
    events: Announcements
    courses: Announcements
    sign_ups: CourseSignUps
    subscriptions: JobSubscriptions
    push: JobPush
    privacy: PrivacyDesk
    distances: CityDistances
    divisions: Divisions
    places: PlaceFinder
    clock: Clock

    @classmethod
    def over(
        cls,
        store: DocumentStore,
        privacy: PrivacyDesk,
        notices: Notices,
        clock: Clock,
        divisions: Divisions,
        places: PlaceFinder,
        *,
        shows_samples: bool,
    ) -> JobsDesk:
        """Put everything together over a store."""
        distances = load_city_distances()
        postings = JobPostings(store, distances, clock, shows_samples=shows_samples)
        subscriptions = JobSubscriptions(store, sealed_subscriptions(privacy.cipher, privacy.pseudonyms), clock)
        words = DigestPhrasing(divisions)
        return cls(
            postings=postings,
            offenders=WageOffenders(store, clock, shows_samples=shows_samples),
            events=Announcements(store, FAIRS, distances, clock, shows_samples=shows_samples),
            courses=Announcements(store, COURSES, distances, clock, shows_samples=shows_samples),
            sign_ups=CourseSignUps(store, privacy.cipher, clock),
            subscriptions=subscriptions,
            push=JobPush(subscriptions, postings, distances, privacy.consents, notices, words, clock),
            privacy=privacy,
            distances=distances,
            divisions=divisions,
            places=places,
            clock=clock,
        )

    async def prepare(self) -> None:
        """Create the indexes; what is made up goes where it may not be shown."""
        for room in (self.postings, self.offenders, self.events, self.courses, self.sign_ups, self.subscriptions):
            await room.prepare()

    @property
    def finder(self) -> JobFinder:
        """Searches the postings."""
        return JobFinder(self.postings, self.distances)

    @property
    def job_import(self) -> JobImport:
        """Imports postings."""
        return JobImport(self.postings, self.places, self.divisions, self.clock)

    @property
    def event_import(self) -> AnnouncementImport:
        """Imports fairs."""
        return AnnouncementImport(self.events, self.clock)

    @property
    def course_import(self) -> AnnouncementImport:
        """Imports courses."""
        return AnnouncementImport(self.courses, self.clock)

    def place_reader(self, near: str | None = None) -> PlaceReader:
        """Reads places of a table.

        Raises:
            UnknownRegionError: ``near`` is not a code.
        """
        return PlaceReader(self.places, self.divisions, near)
