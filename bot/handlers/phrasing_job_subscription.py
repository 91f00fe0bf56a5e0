"""What is said about being told of new jobs: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.job import JobPosting, JobSearch, JobSubscription
from bot.domain.notice import Notice
from bot.handlers.phrasing_job_lists import SAMPLE, fitting
from bot.handlers.phrasing_job_search import SAMPLES_ONLY
from bot.jobs.job_push import MOST_TOLD, TEMPLATE, digest_key
from bot.jobs.phrasing_jobs import ANYWHERE, benefits_in_words, in_words
from bot.jobs.subscriptions import SEARCHES_MAX
from bot.language.trades import load_trades
from bot.regions.divisions import Divisions

TITLE = "订招工信息"
AGREE_AGAIN = "同意我记下找活的条件和微信号的编号，有新岗位就告诉您吗？"
AGREE, DISAGREE = "同意", "不同意"
ASK_PLACE = "想要哪里的招工信息？比如“东莞”“三明永安”。哪里都行，就回复“不限”。"
ASK_TRADE = "想要什么活的？比如“电焊工”“保洁”“厨师”。"
ASK_PAY = "工资最少要多少？比如“一个月6000”“一天300”。"
ASK_TYPE = "要哪种活？"
HOW_TO_STOP = "有新的，一天最多告诉您一次。不想收了，回复“退订”，马上停。"
ONLY_STATED = "只告诉您写明{benefits}的。"
NOT_AGREED = "好的，不订，什么都没有记。想找活随时问我。"
STOPPED = "退订好了，以后不再推送，您订的条件也删掉了。想找活随时问我。"
NOT_SUBSCRIBED = "您没有订招工信息，不会给您推送。"
TOO_MANY = f"最多订{SEARCHES_MAX}种，您已经订满了。先回复“退订”，再重新订。"


def subscribed(search: JobSearch, divisions: Divisions) -> str:
    """A new subscription."""
    wanted = "、".join(benefits_in_words(search.benefits))
    only = ONLY_STATED.format(benefits=wanted) if wanted else ""
    return f"订好了：{in_words(search, divisions)}。{only}{HOW_TO_STOP}"


def already(search: JobSearch, divisions: Divisions) -> str:
    """The same search was subscribed to before."""
    return f"这个您已经订过了：{in_words(search, divisions)}。{HOW_TO_STOP}"


class DigestPhrasing:
    """Tells subscribers of new postings; see `bot.jobs.job_push.DigestWords`.

    Args:
        divisions: names of places.
    """

    def __init__(self, divisions: Divisions) -> None:
        self._divisions = divisions

    def __call__(self, subscription: JobSubscription, postings: Sequence[JobPosting], on: date) -> Notice:
        """The notice of a day."""
        told = [f"您订的招工信息，有{len(postings)}个新岗位："]
        told += [self._line(number, posting) for number, posting in enumerate(postings[:MOST_TOLD], 1)]
        told += ["……"] if len(postings) > MOST_TOLD else []
        told += [SAMPLES_ONLY] if any(posting.is_sample for posting in postings[:MOST_TOLD]) else []
        told.append("看详情和电话，回复“看新岗位”。不想收了，回复“退订”。")
        fields = {
            "count": f"{len(postings)}个",
            "trade": "、".join(dict.fromkeys(self._trade(search) for search in subscription.searches)),
            "place": "、".join(dict.fromkeys(self._place(search) for search in subscription.searches)),
            "first": f"{SAMPLE if postings[0].is_sample else ''}{postings[0].title}",
            "note": "回复“看新岗位”看详情，回复“退订”停收",
        }
        return Notice(digest_key(on), "\n".join(told), TEMPLATE, fields)

    def _line(self, number: int, posting: JobPosting) -> str:
        mark = SAMPLE if posting.is_sample else ""
        facts = [
            f"{mark}{fitting(posting.title, 54)}",
            self._divisions.name(posting.region_code),
            fitting(posting.pay_text, 60) or "工资没写",
            fitting(posting.employer, 54),
        ]
        return f"{number}. {'，'.join(fact for fact in facts if fact)}"

    def _place(self, search: JobSearch) -> str:
        return self._divisions.short_name(search.region_code) if search.region_code else ANYWHERE

    def _trade(self, search: JobSearch) -> str:
        return load_trades()[search.trade_id].name if search.trade_id else search.words or "不限"
