"""Jobs in the words of workers: what they look for, and what is kept about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.job import FEN_PER_YUAN, Benefit, JobSearch, JobType
from bot.domain.region import NATION_CODE
from bot.language.trades import load_trades
from bot.regions.divisions import Divisions

SUBSCRIPTIONS, SIGN_UPS = "订阅的招工信息", "培训报名"
SEARCH, COURSE, NAME, PHONE, SIGNED_UP_AT = "找活的条件", "课程", "姓名", "电话", "报名时间"
MONTH_PAY, DAY_PAY = "月薪{yuan}元以上", "一天{yuan}元以上"
ANYWHERE, ANY_TRADE = "哪里都行", "什么活都行"
TYPES = {
    JobType.FULL_TIME: "全职",
    JobType.PART_TIME: "兼职",
    JobType.DAY_LABOUR: "日结",
    JobType.HOURLY: "小时工",
    JobType.TEMPORARY: "临时工",
}
BENEFITS = {
    Benefit.MEALS: "包吃",
    Benefit.LODGING: "包住",
    Benefit.INSURANCE: "交社保",
    Benefit.HOUSING_FUND: "交公积金",
    Benefit.AIR_CONDITIONING: "有空调",
    Benefit.DAY_SHIFT: "不上夜班",
    Benefit.TWO_SHIFTS: "两班倒",
    Benefit.FAMILY: "可带家属",
    Benefit.WEEKENDS: "双休",
}
DENIED = {
    Benefit.MEALS: "不包吃",
    Benefit.LODGING: "不包住",
    Benefit.INSURANCE: "不交社保",
    Benefit.HOUSING_FUND: "不交公积金",
    Benefit.DAY_SHIFT: "要上夜班",
}
BOARD, BOARD_AND_LODGING = (Benefit.MEALS, Benefit.LODGING), "包吃住"


def in_words(search: JobSearch, divisions: Divisions) -> str:
    """A search as its worker would say it: 三明，电焊工，月薪7000元以上，日结."""
    code = search.region_code or NATION_CODE
    place = ANYWHERE if code == NATION_CODE else divisions.short_name(code)
    trade = load_trades()[search.trade_id].name if search.trade_id else search.words or ANY_TRADE
    told = [place, trade, *pay_in_words(search), *([TYPES[search.job_type]] if search.job_type else [])]
    return "，".join([*told, *benefits_in_words(search.benefits)])


def stated_in_words(stated: Mapping[Benefit, bool]) -> list[str]:
    """What a posting says about benefits: what comes with the job, then what does not."""
    given = benefits_in_words(benefit for benefit, is_given in stated.items() if is_given)
    return [*given, *(words for benefit, words in DENIED.items() if stated.get(benefit) is False)]


def benefits_in_words(benefits: Iterable[Benefit]) -> list[str]:
    """Benefits as workers call them; 包吃 and 包住 together are 包吃住."""
    wanted = list(benefits)
    if not set(BOARD) <= set(wanted):
        return [BENEFITS[benefit] for benefit in wanted]
    return [BOARD_AND_LODGING, *(BENEFITS[benefit] for benefit in wanted if benefit not in BOARD)]


def pay_in_words(search: JobSearch) -> list[str]:
    """What pay a search asks for."""
    asked = {MONTH_PAY: search.month_min_fen, DAY_PAY: search.day_min_fen}
    return [words.format(yuan=fen // FEN_PER_YUAN) for words, fen in asked.items() if fen]
