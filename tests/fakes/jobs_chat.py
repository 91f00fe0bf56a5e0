"""Workers who look for jobs: the capability as it is wired, over one store and one clock."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Literal, cast

from pydantic import SecretStr

from bot.assembly.capability import Capability, Foundations
from bot.assembly.jobs_capability import jobs_capability
from bot.assembly.jobs_desk import JobsDesk
from bot.assembly.privacy_desk import PrivacyDesk
from bot.domain.intent import Intent, Understanding
from bot.domain.notice import Notice
from bot.handlers.conversations import Conversations
from bot.ports import Cache, DocumentStore, FileStore, PictureSource
from bot.privacy.key_ring import KEY_BYTES
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.settings import Settings
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker, FormChat, WordsUnderstander

KEY = base64.b64encode(bytes(range(KEY_BYTES))).decode()
UNDERSTOOD = {
    "也发给我": Understanding(Intent.JOB_SEARCH, also=Intent.SUBSCRIBE_JOBS),
    "进厂": Understanding(Intent.JOB_SEARCH, {"occupation": "缝纫工"}),
    "订": Understanding(Intent.SUBSCRIBE_JOBS),
    "挖虾": Understanding(Intent.JOB_SEARCH, {"occupation": "挖虾"}),
    **dict.fromkeys(["招", "找", "活", "工作", "以上", "那", "焊", "保安", "日结"], Understanding(Intent.JOB_SEARCH)),
    "社保": Understanding(Intent.POLICY_QA, confidence=0.9),
}


class ToldNotices:
    """`bot.ports.Notices` that remembers what it was given."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[str, str], Notice] = {}

    async def send(self, openid: str, notice: Notice) -> None:
        self.waiting.setdefault((openid, notice.key), notice)

    async def take_back(self, openid: str, key: str) -> bool:
        return self.waiting.pop((openid, key), None) is not None


class JobsChat:
    """One process in which workers look for jobs.

    Args:
        store: where everything lies.
        clock: the time.
        corpus_dir: holds the samples.
        mode: of the installation.
    """

    def __init__(
        self,
        store: DocumentStore,
        clock: FakeClock,
        corpus_dir: Path,
        mode: Literal["demo", "production"] = "demo",
    ) -> None:
        settings = Settings(
            privacy_keys=SecretStr(f"k1:{KEY}"), wechat_app_secret=SecretStr("盐"), corpus_dir=corpus_dir, mode=mode
        )
        divisions = load_divisions()
        self.privacy = PrivacyDesk.assembled(settings, store, clock, divisions)
        self.notices = ToldNotices()
        self.clock = clock
        base = Foundations(
            settings=settings,
            documents=store,
            cache=cast("Cache", None),
            files=cast("FileStore", None),
            clock=clock,
            privacy=self.privacy,
            divisions=divisions,
            places=load_place_finder(),
            conversations=Conversations(store, self.privacy.cipher, clock.now),
            notices=self.notices,
            understander=WordsUnderstander(UNDERSTOOD),
            pictures=cast("PictureSource", None),
        )
        self.capability: Capability = jobs_capability(base)
        self.chat = FormChat(
            store,
            clock,
            self.capability.forms,
            WordsUnderstander(UNDERSTOOD),
            intents=self.capability.handlers,
            alarms=self.capability.alarms,
        )
        self.desk = JobsDesk.over(
            store, self.privacy, self.notices, clock, divisions, load_place_finder(), shows_samples=mode == "demo"
        )

    def worker(self, openid: str = "o-zhang") -> ChattingWorker:
        """Somebody who writes."""
        return self.chat.worker(openid)
