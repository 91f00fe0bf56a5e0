"""The only wiring: which engine stands behind which port."""

from bot.assembly.application import Application
from bot.assembly.bookings_desk import BookingsDesk, open_bookings
from bot.assembly.jobs_desk import JobsDesk
from bot.assembly.open_accounts import open_accounts
from bot.assembly.open_dead_letters import open_dead_letters
from bot.assembly.open_jobs import open_jobs
from bot.assembly.open_service_points import open_service_points
from bot.assembly.open_staff_desk import StaffDesk, open_staff_desk
from bot.assembly.policy_desk import PolicyDesk, build_policy_index, ensure_policy_index, index_dir_of
from bot.assembly.privacy_desk import PrivacyDesk, open_privacy

__all__ = [
    "Application",
    "BookingsDesk",
    "JobsDesk",
    "PolicyDesk",
    "PrivacyDesk",
    "StaffDesk",
    "build_policy_index",
    "ensure_policy_index",
    "index_dir_of",
    "open_accounts",
    "open_bookings",
    "open_dead_letters",
    "open_jobs",
    "open_privacy",
    "open_service_points",
    "open_staff_desk",
]
