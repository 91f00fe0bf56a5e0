"""What is said about wage claims: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.claim import Claim, ClaimState, ClaimStep, Referral
from bot.domain.moments import CHINA
from bot.domain.notice import Notice
from bot.domain.wage_offender import WageOffender

TITLE = "登记欠薪"
ASK_EMPLOYER = "欠您工资的老板或公司叫什么？不知道全名，写包工头的名字或外号也行。"
ASK_PROJECT = "是哪个工地、哪个项目？没有就回复“跳过”。"
ASK_PLACE = "活是在哪个市县干的？比如“三明永安”。"
CONFIRM_PLACE = "活是在{place}干的吗？不是就告诉我在哪个市县。"
YES_THERE = "是，在{place}"
ASK_AMOUNT = "一共欠多少钱？说个大概也行，比如“两万三”。说不清就回复“说不清”。"
ASK_MONTHS = "欠的是哪段时间的工资？比如“今年三月到五月”，或者“三个月”。不想说就回复“跳过”。"
ASK_PEOPLE = "就您一个人，还是几个人一起？几个人就写几。"
ALONE = "就我一个"
ASK_EVIDENCE = (
    "有没有欠条、工资条、考勤、工牌、聊天记录的照片？有就现在一张一张发过来，发完回复“好了”；没有就回复“没有”。"
)
MORE_EVIDENCE = "还有照片就接着发，发完回复“好了”。"
SEVERAL_PLACES = "叫“{name}”的地方有好几个，请带上省和市说，比如“福建省三明市永安市”。"
UNCLEAR = "说不清"

EMPLOYER, PROJECT, PLACE, AMOUNT = "老板或公司", "工地", "地方", "金额"
MONTHS, PEOPLE, EVIDENCE = "时间", "人数", "照片"
PERSONS = "{count}人"
PHOTOS = "{count}张"

STATES = {
    ClaimState.REGISTERED: "已登记，等着核实立案（快立）",
    ClaimState.FILED: "已立案（快立），接着调解",
    ClaimState.MEDIATING: "调解中（快调）",
    ClaimState.HEARING: "审理中（快审）",
    ClaimState.CLOSED: "已办结（快结）",
    ClaimState.WITHDRAWN: "已撤回",
}
NEXT_STEPS = "接下来：核实立案、调解、审理、办结，每走一步我都在这里告诉您。"
HOW_TO_ASK = "想知道办到哪了，回复“查欠薪进度”。"
KEEP_PAPERS = "欠条、考勤、聊天记录、转账记录都留好，别交原件。也可以自己打12333投诉。"
NO_CLAIMS = "您没有登记过欠薪。要登记，回复“登记欠薪”。"
WITHDRAWN = "编号{number}的欠薪登记已经撤回。以后还要登记，随时说。"
_DRAFT = "（征求意见稿）"


def registered(claim: Claim, contact_note: str, listed: WageOffender | None) -> str:
    """The case number and whom the claim goes to; and whether the employer is on a list of those who owe wages."""
    lines = [f"登记好了，编号{claim.number}，请记下来。", _goes_to(claim.referral), NEXT_STEPS]
    lines += [_listed(listed)] if listed else []
    lines += [contact_note] if contact_note else []
    return "\n".join([*lines, HOW_TO_ASK, KEEP_PAPERS])


def progress(claims: Sequence[Claim]) -> str:
    """How far each claim is, the newest first."""
    if not claims:
        return NO_CLAIMS
    return "\n\n".join(_progress(claim) for claim in claims[:3])


def under_way(claims: Sequence[Claim]) -> str:
    """That something is under way already, before another claim is begun."""
    told = "；".join(f"编号{claim.number}（{claim.details.employer}），{STATES[claim.state]}" for claim in claims[:2])
    return f"您已经有在办的欠薪登记：{told}。要查它，回复“查欠薪进度”。要登记新的一件，接着说：\n"


def step_notice(claim: Claim, step: ClaimStep) -> Notice:
    """What a worker is told when their claim moves on."""
    note = f"\n经办人说：{step.note}" if step.note else ""
    return Notice(
        key=f"claim:{claim.number}:{step.state.value}",
        text=f"您的欠薪登记（编号{claim.number}）有进展：{STATES[step.state]}。{note}\n{HOW_TO_ASK}",
        template="claim_step",
        fields={"number": claim.number, "state": STATES[step.state], "on": _day(step), "note": step.note or "无"},
    )


def _listed(offender: WageOffender) -> str:
    sample = "（示例名单）" if offender.is_sample else ""
    return f"注意：{offender.name}在欠薪名单上（{offender.source}）{sample}，跟工作人员说一声。"


def _goes_to(referral: Referral) -> str:
    draft = _DRAFT if referral.quote.is_draft and "征求意见" not in referral.quote.title else ""
    words = referral.quote.text.rstrip("。")
    return f"这类事归{referral.department}管。依据：{referral.quote.cited}{draft}，原文是：{words}。"


def _progress(claim: Claim) -> str:
    steps = [f"{_day(step)} {STATES[step.state]}" + (f"：{step.note}" if step.note else "") for step in claim.steps]
    heading = f"编号{claim.number}（{claim.details.employer or UNCLEAR}），归{claim.referral.department}管："
    return "\n".join([heading, *steps])


def _day(step: ClaimStep) -> str:
    day = step.at.astimezone(CHINA)
    return f"{day.year}年{day.month}月{day.day}日"
