"""Jobs, fairs and courses: wiring, duties, and the samples of a demonstration."""

from __future__ import annotations

from bot.assembly.capability import Capability, Foundations
from bot.assembly.job_samples import load_samples
from bot.assembly.jobs_desk import JobsDesk
from bot.domain.intent import Intent
from bot.handlers.announcements import COURSES, FAIRS, AnnouncementsForm, AnnouncementsList
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.course_sign_up import CourseSignUpForm, CourseWithdrawalForm
from bot.handlers.job_list import FoundJobsList, JobLines, NewJobsList
from bot.handlers.job_lists import JobListsHandler
from bot.handlers.job_places import JobPlaces
from bot.handlers.job_search import JobSearchForm
from bot.handlers.job_subscription import JobSubscriptionForm, StopPushes
from bot.handlers.listed_places import ListedPlaces


def jobs_capability(base: Foundations) -> Capability:
    """Everything that workers do about jobs."""
    is_demo = base.settings.mode == "demo"
    desk = JobsDesk.over(
        base.documents,
        base.privacy,
        base.notices,
        base.clock,
        base.divisions,
        base.places,
        shows_samples=is_demo,
    )

    async def seed() -> None:
        if is_demo:
            await load_samples(desk, base.documents, base.settings.corpus_dir)

    lines = JobLines(desk.offenders, JobPlaces(base.divisions, desk.distances), base.clock)
    found = FoundJobsList(desk.finder, desk.postings, lines, base.conversations)
    news = NewJobsList(desk.finder, desk.postings, lines, base.conversations)
    places = ListedPlaces(base.places, base.divisions)
    events = AnnouncementsList(FAIRS, desk.events, places, base.conversations, base.clock)
    courses = AnnouncementsList(COURSES, desk.courses, places, base.conversations, base.clock)
    contact = ContactQuestions(base.privacy.consents, base.privacy.profiles)
    return Capability(
        forms=(
            JobSearchForm(found, news, desk.subscriptions, base.places, base.divisions),
            JobSubscriptionForm(desk.subscriptions, base.privacy.consents, base.places, base.divisions),
            AnnouncementsForm(FAIRS, events, places),
            CourseSignUpForm(desk.courses, desk.sign_ups, contact, base.clock),
            CourseWithdrawalForm(desk.sign_ups),
            AnnouncementsForm(COURSES, courses, places),
        ),
        handlers={Intent.JOB_SEARCH: JobListsHandler(found, news, events, courses)},
        alarms=(StopPushes(desk.subscriptions, base.privacy.consents, base.notices, base.conversations),),
        duties={
            "postings expired": desk.postings.expire,
            "fairs expired": desk.events.expire,
            "courses expired": desk.courses.expire,
            "sign-ups forgotten": desk.sign_ups.expire,
            "new jobs told": desk.push.push_due,
        },
        prepare=desk.prepare,
        seed=seed,
    )
