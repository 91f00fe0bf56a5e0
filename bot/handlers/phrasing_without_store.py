"""What is said while nothing can be stored: what does not work now, and what does."""

from __future__ import annotations

from collections.abc import Sequence

REGION_NOT_KEPT = (
    "系统出了点故障，正在恢复，您在哪里这会儿记不下来，请稍后再试。"
    "急着问政策的话，把地名和问题写在一句里，比如“三明永安的创业补贴怎么领”，现在就能查。"
)
PERSONAL_DATA_SHUT = "系统出了点故障，正在恢复，您的资料这会儿看不了也改不了，请稍后再试。"
CANNOT_GO_ON = (
    "系统出了点故障，正在恢复，前面说到一半的事这会儿接不上，请稍后再试。"
    "急着问政策的话，把问题完整地说一遍，现在就能查。"
)


def which_place(name: str, places: Sequence[str]) -> str:
    """Several places bear the name, and no choice can be remembered.

    Args:
        name: as the worker wrote it.
        places: some full names; empty where there are too many.
    """
    known = f"：{'、'.join(places)}" if places else ""
    return f"叫“{name}”的地方有好几个{known}。请带上省和市，把问题再问一遍。"
