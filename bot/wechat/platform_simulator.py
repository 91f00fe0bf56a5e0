"""The whole simulated platform: a worker's message goes out, and every way by which an answer comes back is seen."""

from __future__ import annotations

from bot.ports import Clock
from bot.wechat.simulated_api import DeliveredMessage, Failure, SimulatedPlatformApi
from bot.wechat.simulated_messages import SimulatedMessage
from bot.wechat.simulated_worker import (
    CallbackRequest,
    Credentials,
    Delivery,
    DeliveryOutcome,
    Post,
    SimulatedPlatform,
    over_http,
    surviving_drops,
    with_query,
    with_tampered_body,
)

__all__ = [
    "CallbackRequest",
    "Credentials",
    "DeliveredMessage",
    "Delivery",
    "DeliveryOutcome",
    "Failure",
    "PlatformSimulator",
    "SimulatedMessage",
    "SimulatedPlatform",
    "SimulatedPlatformApi",
    "over_http",
    "surviving_drops",
    "with_query",
    "with_tampered_body",
]


class PlatformSimulator:
    """Both halves of the platform for one account: what workers send opens the windows for what they get.

    Args:
        credentials: token, EncodingAESKey and appid of the account.
        app_secret: its AppSecret.
        account_id: its original id, ``gh_…``.
        callback_url: where it receives callbacks.
        post: the way there.
        clock: the platform's time.
        is_verified: whether it may use more than passive replies.

    Attributes:
        platform: posts callbacks.
        api: answers the account's calls.
    """

    def __init__(
        self,
        credentials: Credentials,
        app_secret: str,
        account_id: str,
        callback_url: str,
        post: Post,
        clock: Clock,
        *,
        is_verified: bool = True,
    ) -> None:
        self.platform = SimulatedPlatform(credentials, account_id, callback_url, post, clock)
        self.api = SimulatedPlatformApi(credentials.app_id, app_secret, clock, is_verified=is_verified)

    async def worker_sends(self, message: SimulatedMessage) -> Delivery:
        """A worker sends a message or does something that is an event."""
        self.api.worker_acted(message)
        return await self.platform.deliver(message)

    def read_by(self, openid: str) -> list[str]:
        """The texts that reached a worker through the API, oldest first."""
        return [delivered.text for delivered in self.api.inbox.get(openid, [])]
