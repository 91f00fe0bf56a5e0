"""What is said to somebody who wants, or urgently needs, a person: short plain Chinese."""

from __future__ import annotations

NEXT_IN_LINE = "已经转给工作人员，下一个就是您。看到后会在这里回您。"
IN_LINE = "已经转给工作人员，前面还有{ahead}位。看到后会在这里回您。"
URGENT_HOTLINES = "急事可以打：劳动保障12333，法律援助12348，政府热线12345。"
KEEP_ASKING = "等的时候也可以接着问我。"

SAFETY = "您的安全最要紧。"
CALL_POLICE = "现在有危险，马上打110。"
CALL_AMBULANCE = "有人受伤，马上打120。"
BEATEN = "有人打您、拦着不让走，打110。"
CALL_SOMEBODY = (
    "心里难受、想不开，随时可以打12356（心理援助热线），有人听您说。千万别做伤害自己的事，钱的事能一步一步要回来。"
)
TOLD_A_PERSON = "我已经把您的情况急转给工作人员，看到后会尽快在这里回您。"
THEN_GO_ON = "等安全了，您的事接着跟我说，我们继续办。"


def in_line(ahead: int) -> str:
    """That a person is told, and how many wait before."""
    place = IN_LINE.format(ahead=ahead) if ahead else NEXT_IN_LINE
    return f"{place}\n{URGENT_HOTLINES}\n{KEEP_ASKING}"


def from_staff(text: str) -> str:
    """What a member of staff wrote, told as theirs."""
    return f"工作人员回您：{text}"


def danger(*, to_oneself: bool, is_injured: bool, is_told: bool) -> str:
    """Whom to call at once."""
    lines = [SAFETY + CALL_POLICE]
    lines += [CALL_AMBULANCE] if is_injured else []
    lines += [CALL_SOMEBODY] if to_oneself else []
    return "\n".join([*lines, *_ending(is_told=is_told)])


def injury(*, is_told: bool) -> str:
    """Whom to call where somebody is hurt."""
    return "\n".join([SAFETY + CALL_AMBULANCE + BEATEN, *_ending(is_told=is_told)])


def _ending(*, is_told: bool) -> list[str]:
    return [TOLD_A_PERSON, THEN_GO_ON] if is_told else [THEN_GO_ON]
