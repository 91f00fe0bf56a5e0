"""How consent, name and telephone are asked for: short plain Chinese."""

from __future__ import annotations

AGREE = "同意"
DISAGREE = "不同意"
AGREE_AGAIN = "同意我记下您的姓名和电话吗？不同意也能照常问政策。"
ASK_NAME = "您叫什么名字？写身份证上的名字。"
ASK_PHONE = "您的手机号是多少？办的时候好联系您。"
BAD_PHONE = "这个电话号码不对，请写11位手机号，座机要带区号。"
NAME, PHONE, CONSENT = "姓名", "电话", "同意保存资料"


def used_again(name: str, phone: str) -> str:
    """Whose contact is used where the worker left it before; both masked."""
    return f"联系方式用您以前留的：{name}，{phone}。要换就回复“改一下电话”。"


def not_agreed(title: str) -> str:
    """Without consent nothing is kept, so the thing cannot be done here."""
    return (
        f"好的，您的资料一点都不记。不过不留姓名电话，就没法在这里{title}；"
        "您可以直接打12348（法律援助）或12333（劳动保障）。"
    )
