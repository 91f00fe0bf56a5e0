"""What is said about places: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

ASK_REGION = "您在哪个省、哪个市县打工？直接告诉我，比如“我在三明永安”。"
ASK_WORK_BESIDE_HOME = "那您现在在哪里打工？"
ASK_AWAY = "想问什么，直接打字问我。"
MORE_EXACTLY = "能说到市、县的话，查得更准。"
UNKNOWN_PLACE = "这个地方我没认出来。请按“省 市 县”说，比如“福建省三明市永安市”。"
LOCATION_WITHOUT_PLACE = "位置收到了，可看不出是哪个市县。请打字告诉我，比如“我在三明永安”。"


def work_remembered(place: str) -> str:
    """A place of work is known now."""
    return f"记住了，您在{place}。"


def work_changed(place: str) -> str:
    """Another place of work than before."""
    return f"好，改成{place}了。"


def home_remembered(place: str) -> str:
    """The place of origin is known now."""
    return f"记住了，您老家在{place}。"


def home_too(place: str) -> str:
    """The place of origin, behind the place of work."""
    return f"您老家在{place}，也记住了。"


def region_now(place: str) -> str:
    """What is remembered, and how to change it."""
    return f"现在记的是：您在{place}。换地方了就告诉我，比如“我在三明永安”。"


def choices(name: str, places: Sequence[str]) -> str:
    """Several places bear the name."""
    lines = [f"{number}. {place}" for number, place in enumerate(places, start=1)]
    return "\n".join([f"叫“{name}”的地方有好几个，您说的是哪个？回复数字：", *lines])


def no_such_choice(count: int) -> str:
    """A number outside the list."""
    return f"请回复1到{count}里的一个数字，或者直接打出省、市、县的名字。"


def too_many_places(name: str) -> str:
    """So many places bear the name that no list helps."""
    return f"叫“{name}”的地方太多了，请带上省和市再说一遍，比如“福建省三明市永安市”。"
