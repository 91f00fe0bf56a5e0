"""What many different workers send: questions as they put them, places, small talk, menu clicks and long stories.

Made from a seed, so that two runs send the same; varied, so that neither a cache nor luck answers for the product.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.evaluation.worker_story import WORK, long_story
from bot.wechat.simulated_messages import SimulatedMessage, event, location_message, text_message

REST_OF_A_WORKER_S = 20.0
"""A worker writes again after the platform has given up on the message before (three posts of 5 s)."""
MESSAGES_OF_A_WORKER = 3
MENU_KEYS = ("POLICY", "HELP", "PERSON", "REGION")

_OPENINGS = ("", "", "", "你好，", "请问", "师傅，", "麻烦问一下，", "同志你好，", "想打听下，", "那个，")
_CLOSINGS = ("", "", "", "？", "，急", "，谢谢", "，懂的说一下", "啊", "，等回信", "，帮我查查")
_SMALL_TALK = (
    "你好",
    "您好，在吗",
    "谢谢了",
    "好的",
    "再见",
    "菜单",
    "你能做什么",
    "人工",
    "知道了",
    "早上好",
    "在不在啊",
)
_PLACE_SAYINGS = (
    "我在{place}",
    "我在{place}打工",
    "现在在{place}干活",
    "{place}",
    "我到{place}来了",
    "人在{place}上班",
)
_CITIES = (
    ("福建省三明市永安市燕江中路", 25.97, 117.36),
    ("湖北省武汉市新洲区邾城街", 30.84, 114.80),
    ("广东省佛山市南海区桂城街道", 23.03, 113.14),
    ("四川省广元市利州区东坝街", 32.43, 105.85),
    ("河北省邢台市信都区中兴大街", 37.07, 114.48),
    ("浙江省宁波市鄞州区首南街道", 29.83, 121.55),
    ("江苏省苏州市昆山市玉山镇", 31.39, 120.95),
    ("河南省郑州市中原区建设路", 34.75, 113.61),
)


class LoadKind(StrEnum):
    """What sort of message it is, for the report."""

    QUESTION = "question"
    STORY = "story"
    PLACE = "place"
    SMALL_TALK = "small_talk"
    CLICK = "click"
    LOCATION = "location"


SHARES = {
    LoadKind.QUESTION: 0.62,
    LoadKind.STORY: 0.10,
    LoadKind.PLACE: 0.08,
    LoadKind.SMALL_TALK: 0.08,
    LoadKind.CLICK: 0.06,
    LoadKind.LOCATION: 0.06,
}
"""How often each is sent; every one of them is a message that is answered."""


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One message of the load.

    Attributes:
        at_s: when the worker sends it, seconds after the start.
        kind: its sort.
        content: what the simulated platform carries.
    """

    at_s: float
    kind: LoadKind
    content: SimulatedMessage

    @property
    def openid(self) -> str:
        """The worker."""
        return self.content.openid

    @property
    def text(self) -> str:
        """What they typed; "" for a click or a location."""
        return str(self.content.fields.get("Content", ""))


class WorkerMessages:
    """Makes the messages of a load.

    Args:
        questions: workers' real questions; combined with openings, places, work and closings.
        places: names of places as workers say them.
        seed: the same seed makes the same messages.
        messages_of_a_worker: how many each worker sends, at most about; with one, every answer that a worker gets can
            only belong to that message.
    """

    def __init__(
        self,
        questions: Sequence[str],
        places: Sequence[str],
        seed: int = 0,
        messages_of_a_worker: int = MESSAGES_OF_A_WORKER,
    ) -> None:
        self._questions = questions
        self._places = places
        self._messages_of_a_worker = messages_of_a_worker
        self._random = random.Random(seed)  # noqa: S311 - a load, not a secret

    def poisson(self, rate: float, seconds: float) -> list[PlannedMessage]:
        """Arrivals of a Poisson process, each from one of many workers.

        Args:
            rate: messages a second, on average.
            seconds: how long.

        Returns:
            The messages in the order of their times; a worker's own at least `REST_OF_A_WORKER_S` apart as a rule.
        """
        times = list(self._arrivals(rate, seconds))
        workers = max(math.ceil(len(times) / self._messages_of_a_worker), math.ceil(rate * REST_OF_A_WORKER_S))
        run = f"{self._random.getrandbits(40):010x}"
        openids = itertools.cycle([f"o{run}{number:06d}" for number in range(workers)])
        return [self._message(at_s, next(openids)) for at_s in times]

    def _arrivals(self, rate: float, seconds: float) -> Iterator[float]:
        at_s = self._random.expovariate(rate)
        while at_s < seconds:
            yield at_s
            at_s += self._random.expovariate(rate)

    def _message(self, at_s: float, openid: str) -> PlannedMessage:
        kind = self._random.choices(list(SHARES), weights=list(SHARES.values()))[0]
        return PlannedMessage(at_s, kind, self._content(kind, openid))

    def _content(self, kind: LoadKind, openid: str) -> SimulatedMessage:
        pick = self._random.choice
        match kind:
            case LoadKind.QUESTION:
                return text_message(openid, self._question())
            case LoadKind.STORY:
                return text_message(openid, long_story(self._random, self._places, pick(self._questions)))
            case LoadKind.PLACE:
                return text_message(openid, pick(_PLACE_SAYINGS).format(place=pick(self._places)))
            case LoadKind.SMALL_TALK:
                return text_message(openid, pick(_SMALL_TALK))
            case LoadKind.CLICK:
                return event(openid, "CLICK", pick(MENU_KEYS))
            case LoadKind.LOCATION:
                label, latitude, longitude = pick(_CITIES)
                return location_message(openid, latitude, longitude, f"{label}{self._random.randint(1, 300)}号")

    def _question(self) -> str:
        """A real question in somebody's words: most say where they are or what they do."""
        pick = self._random.choice
        said = (
            "",
            f"我在{pick(self._places)}打工，",
            f"我是{pick(WORK)}，",
            f"老家{pick(self._places)}的，{self._random.randint(18, 62)}岁，",
            f"干{pick(WORK)}{self._random.randint(1, 20)}年了，",
        )
        return f"{pick(_OPENINGS)}{pick(said)}{pick(self._questions)}{pick(_CLOSINGS)}"
