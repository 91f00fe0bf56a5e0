import pytest

from bot.wechat.error_codes import MEANINGS, ErrorAction, action_for, meaning_of

TABLE = {
    -1: ErrorAction.BACK_OFF,
    40001: ErrorAction.REFRESH_TOKEN,
    40014: ErrorAction.REFRESH_TOKEN,
    42001: ErrorAction.REFRESH_TOKEN,
    45009: ErrorAction.STOP_AND_ALERT,
    45015: ErrorAction.WAIT_FOR_NEXT_MESSAGE,
    45047: ErrorAction.WAIT_FOR_NEXT_MESSAGE,
    45002: ErrorAction.SPLIT,
    40003: ErrorAction.GIVE_UP,
    40200: ErrorAction.GIVE_UP,
    43101: ErrorAction.GIVE_UP,
    48001: ErrorAction.GIVE_UP,
}


@pytest.mark.parametrize(("errcode", "action"), TABLE.items())
def test_a_code_asks_for_what_the_platform_documents(errcode: int, action: ErrorAction) -> None:
    assert action_for(errcode) is action


def test_a_code_that_nobody_knows_is_permanent_and_an_unknown_outcome_waits() -> None:
    assert action_for(61501) is ErrorAction.GIVE_UP
    assert action_for(None) is ErrorAction.WAIT_FOR_NEXT_MESSAGE


def test_every_code_is_explained_to_an_operator() -> None:
    assert all(len(meaning_of(errcode).advice) >= 8 for errcode in [*MEANINGS, None, 61501])
