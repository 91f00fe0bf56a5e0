"""Wage claims, workers who wait for a person, and service points, from the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.commands import app
from api.commands.auditing import completed_settings
from bot.assembly import open_staff_desk
from bot.domain.claim import ClaimDetails, Referral
from bot.domain.errors import ClaimRefusedError, ImportFileError, StaffChangeError
from bot.domain.handoff import HandoffReason
from bot.domain.legal_reference import SourceQuote
from bot.domain.policy import PolicyStatus
from bot.gateway.outbox import COLLECTION as OUTBOX

OPENID = "oWorkerWhoIsOwedWages0000001"
QUOTE = SourceQuote("畅通“绿色通道”", "若干措施", "六、17", PolicyStatus.DRAFT_FOR_COMMENT, "350400")
DETAILS = ClaimDetails("老王", "", "350481", "福建省永安市", 2_300_000, "三个月", 20, "张三丰", "13812345678")


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GONGYOU_PRIVACY_KEY_FILE", str(tmp_path / "privacy.key"))
    monkeypatch.setenv("COLUMNS", "220")


def gongyou(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


async def registered() -> str:
    async with open_staff_desk(completed_settings()) as desk:
        return (await desk.claims.register("f1", OPENID, DETAILS, Referral("市人社局", QUOTE))).number


async def waiting_for_a_person() -> str:
    async with open_staff_desk(completed_settings()) as desk:
        return (await desk.handoffs.ask(OPENID, HandoffReason.DANGER, "我被打了，电话13812345678")).handoff_id


async def notices_kept() -> int:
    async with open_staff_desk(completed_settings()) as desk:
        return await desk.privacy.store.count(OUTBOX, {})


def test_a_claim_is_listed_masked_shown_whole_and_moved_forward() -> None:
    assert "没有在办" in gongyou("claims", "list").output
    number = asyncio.run(registered())

    listed = gongyou("claims", "list", "--region", "350400").output
    assert number in listed
    assert "138****5678" in listed
    assert "13812345678" not in listed
    assert "没有在办" in gongyou("claims", "list", "--region", "420117").output
    assert "13812345678" in gongyou("claims", "show", number).output
    assert "立案" in gongyou("claims", "advance", number, "filed", "--note", "已联系公司").output
    assert asyncio.run(notices_kept()) == 1
    assert isinstance(gongyou("claims", "advance", number, "elsewhere").exception, ClaimRefusedError)
    assert "查看欠薪登记" in gongyou("audit", "show").output


def test_who_waits_is_taken_answered_and_let_go() -> None:
    assert "没有人在等" in gongyou("handoffs", "list").output
    handoff_id = asyncio.run(waiting_for_a_person())[:8]

    listed = gongyou("handoffs", "list").output
    assert "急" in listed
    assert "138****5678" in listed
    assert gongyou("handoffs", "take", handoff_id).exit_code == 0
    assert isinstance(gongyou("handoffs", "take", handoff_id).exception, StaffChangeError)
    assert gongyou("handoffs", "reply", handoff_id, "我们马上联系您").exit_code == 0
    assert asyncio.run(notices_kept()) == 1
    assert gongyou("handoffs", "close", handoff_id).exit_code == 0
    assert "没有人在等" in gongyou("handoffs", "list").output
    assert OPENID not in listed


def test_service_points_are_imported_with_a_word_on_each_bad_row(tmp_path: Path) -> None:
    table = tmp_path / "点.csv"
    table.write_text("名称,类型,地区\n永安法律援助中心,法律援助,350481\n某某大厦,,永安\n", encoding="utf-8")

    first, second = gongyou("places", "import", str(table)).output, gongyou("places", "import", str(table)).output

    assert "新增 1" in first
    assert "第 3 行" in first
    assert "没变 1" in second
    assert isinstance(gongyou("places", "import", str(tmp_path / "none.csv")).exception, ImportFileError)
