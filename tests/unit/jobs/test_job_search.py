"""Searches over a store with a hundred postings here and there."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from bot.domain.job import Benefit, JobPay, JobPosting, JobSearch, JobType, PayPeriod
from bot.jobs.job_search import Demand, JobFinder, JobPage
from bot.jobs.neighbouring_trades import neighbours_of
from bot.jobs.postings import JobPostings
from bot.jobs.search_rings import Reach
from bot.language.trades import load_trades
from bot.regions.city_distances import load_city_distances

Post = Callable[..., Awaitable[JobPosting]]
TODAY = date(2026, 11, 28)
YONGAN, SANYUAN, SANMING, NANPING, XIAMEN, FUJIAN = "350481", "350404", "350400", "350700", "350200", "350000"
GANZHOU, SHENZHEN, GUANGDONG = "360700", "440300", "440000"


def month(yuan: int) -> JobPay:
    return JobPay(PayPeriod.MONTH, yuan * 100, yuan * 100)


@pytest.fixture
def finder(postings: JobPostings) -> JobFinder:
    return JobFinder(postings, load_city_distances())


@pytest.fixture
def post(postings: JobPostings) -> Post:
    numbers = itertools.count()

    async def keep(region: str, trade: str = "welder", days_ago: int = 0, **facts: object) -> JobPosting:
        posted_on = TODAY - timedelta(days=days_ago)
        title = load_trades()[trade].name if trade in load_trades() else "杂工"
        posting = JobPosting(
            posting_id=f"p{next(numbers):03}",
            employer="示例厂",
            region_code=region,
            posted_on=posted_on,
            expires_on=posted_on + timedelta(days=60),
            trade_id=trade,
            **({"title": title} | facts),  # type: ignore[arg-type]
        )
        await postings.keep(posting)
        return posting

    return keep


def places(page: JobPage) -> list[str]:
    return [found.posting.region_code for found in page.jobs]


async def test_postings_come_outward_by_lineage_then_by_distance(finder: JobFinder, post: Post) -> None:
    for region in (SHENZHEN, GANZHOU, XIAMEN, NANPING, SANYUAN, YONGAN):  # the farthest is the newest
        await post(region, days_ago=5 if region == YONGAN else 0)
    page = await finder.search(JobSearch(YONGAN, "welder"))
    assert places(page) == [YONGAN, SANYUAN, NANPING, XIAMEN, GANZHOU]
    assert [found.reach for found in page.jobs] == [
        Reach.THERE, Reach.CITY, Reach.PROVINCE, Reach.PROVINCE, Reach.COUNTRY,
    ]  # fmt: skip
    assert page.has_more
    assert places(await finder.page(JobSearch(YONGAN, "welder"), (), 1)) == [SHENZHEN]


async def test_in_one_place_the_newest_comes_first(finder: JobFinder, post: Post) -> None:
    old, new = await post(YONGAN, days_ago=9), await post(YONGAN, days_ago=1)
    page = await finder.search(JobSearch(YONGAN, "welder"))
    assert [found.posting for found in page.jobs] == [new, old]


async def test_a_province_is_searched_whole_and_the_country_after_it(finder: JobFinder, post: Post) -> None:
    await post(SHENZHEN)
    await post(YONGAN, days_ago=9)
    page = await finder.search(JobSearch(FUJIAN, "welder"))
    assert [(found.posting.region_code, found.reach) for found in page.jobs] == [
        (YONGAN, Reach.THERE),
        (SHENZHEN, Reach.COUNTRY),
    ]


async def test_without_a_place_the_whole_country_is_searched(finder: JobFinder, post: Post) -> None:
    await post(SHENZHEN)
    await post(YONGAN, "guard")
    assert places(await finder.search(JobSearch(None, "welder"))) == [SHENZHEN]
    assert len((await finder.search(JobSearch())).jobs) == 2


async def test_neighbouring_trades_come_second_and_before_other_provinces(finder: JobFinder, post: Post) -> None:
    await post(SHENZHEN, "welder")
    await post(SANMING, "steel_structure_worker")
    await post(SANMING, "guard")
    await post(XIAMEN, "welder")
    page = await finder.search(JobSearch(SANMING, "welder"))
    assert [(found.posting.region_code, found.posting.trade_id, found.is_neighbour) for found in page.jobs] == [
        (XIAMEN, "welder", False),
        (SANMING, "steel_structure_worker", True),
        (SHENZHEN, "welder", False),
    ]


async def test_pay_is_compared_over_months_days_and_hours(finder: JobFinder, post: Post) -> None:
    by_day = await post(SANMING, pay=JobPay(PayPeriod.DAY, 30_000, 35_000))
    by_hour = await post(SANMING, pay=JobPay(PayPeriod.HOUR, 2_000, 2_000))
    by_month = await post(SANMING, pay=month(8000))
    await post(SANMING, pay=None)
    page = await finder.search(JobSearch(SANMING, "welder", month_min_fen=700_000))
    assert {found.posting for found in page.jobs} == {by_day, by_month}  # 350 × 21.75 = 7612, 20 × 8 × 21.75 = 3480
    page = await finder.search(JobSearch(SANMING, "welder", day_min_fen=30_000))
    assert {found.posting for found in page.jobs} == {by_day, by_month}  # 8000 / 26 = 307
    page = await finder.search(JobSearch(SANMING, "welder", day_min_fen=16_000))
    assert by_hour in {found.posting for found in page.jobs}


async def test_a_demand_that_nothing_meets_is_given_up_and_told(finder: JobFinder, post: Post) -> None:
    posting = await post(SANMING, pay=month(6500), job_type=JobType.FULL_TIME)
    page = await finder.search(JobSearch(SANMING, "welder", month_min_fen=700_000))
    assert (page.given_up, page.jobs[0].posting) == ((Demand.PAY,), posting)
    page = await finder.search(JobSearch(SANMING, "welder", job_type=JobType.DAY_LABOUR))
    assert page.given_up == (Demand.TYPE,)
    page = await finder.search(JobSearch(SANMING, "welder", month_min_fen=700_000, job_type=JobType.DAY_LABOUR))
    assert page.given_up == (Demand.PAY, Demand.TYPE)
    page = await finder.search(JobSearch(SANMING, "nanny", month_min_fen=100_000))
    assert page.given_up == (Demand.TRADE,)


async def test_the_pay_asked_for_elsewhere_beats_a_lower_one_here(finder: JobFinder, post: Post) -> None:
    await post(SANMING, pay=month(6000))
    await post(SHENZHEN, pay=month(9000))
    page = await finder.search(JobSearch(SANMING, "welder", month_min_fen=800_000))
    assert (places(page), page.given_up) == ([SHENZHEN], ())


async def test_other_work_is_offered_only_nearby(finder: JobFinder, post: Post) -> None:
    await post(SHENZHEN, "guard")
    page = await finder.search(JobSearch(SANMING, "nanny"))
    assert page.jobs == ()
    await post(XIAMEN, "guard")
    page = await finder.search(JobSearch(SANMING, "nanny"))
    assert (places(page), page.given_up) == ([XIAMEN], (Demand.TRADE,))


async def test_work_that_is_no_known_trade_is_looked_for_in_titles(finder: JobFinder, post: Post) -> None:
    pearls = await post(SANMING, "", title="珍珠分拣员")
    await post(SANMING, "", title="杂工")
    page = await finder.search(JobSearch(SANMING, words="珍珠"))
    assert [found.posting for found in page.jobs] == [pearls]
    page = await finder.search(JobSearch(SANMING, words="挖虾"))
    assert page.given_up == (Demand.TRADE,)


async def test_pages_follow_each_other_without_doubles_and_end(finder: JobFinder, post: Post) -> None:
    for region in (YONGAN, SANMING, XIAMEN, SHENZHEN):
        for days_ago in range(3):
            await post(region, days_ago=days_ago)
    search = JobSearch(YONGAN, "welder")
    first = await finder.search(search)
    pages = [first, *[await finder.page(search, first.given_up, number) for number in (1, 2, 3)]]
    ids = [found.posting.posting_id for page in pages for found in page.jobs]
    assert [len(page.jobs) for page in pages] == [5, 5, 2, 0]
    assert [page.has_more for page in pages] == [True, True, False, False]
    assert len(set(ids)) == 12


async def test_a_rare_pay_is_found_as_any_other(finder: JobFinder, post: Post) -> None:
    for days_ago in range(70):
        await post(SANMING, days_ago=days_ago % 50, pay=month(5000 + days_ago))
    for wanted, count in ((5069, 1), (5065, 5), (5000, 5)):
        page = await finder.search(JobSearch(SANMING, "welder", month_min_fen=wanted * 100))
        assert (len(page.jobs), page.given_up) == (count, ())
    newest = [found.posting.posted_on for found in page.jobs]
    assert newest == sorted(newest, reverse=True)


async def test_every_neighbour_is_a_trade_and_not_the_trade_itself() -> None:
    assert neighbours_of("tiler")[0] == "bricklayer"
    assert neighbours_of("unheard_of") == ()
    for trade_id in load_trades():
        assert trade_id not in neighbours_of(trade_id)
        assert set(neighbours_of(trade_id)) <= set(load_trades())


LODGING_AND_INSURANCE = (Benefit.LODGING, Benefit.INSURANCE)


async def test_what_says_that_a_benefit_comes_with_it_is_before_what_is_silent_and_denials_are_left_out(
    finder: JobFinder, post: Post
) -> None:
    silent = await post(YONGAN)
    half = await post(YONGAN, days_ago=3, stated={Benefit.LODGING: True})
    whole = await post(XIAMEN, days_ago=9, stated=dict.fromkeys(LODGING_AND_INSURANCE, True))
    await post(YONGAN, stated={Benefit.LODGING: True, Benefit.INSURANCE: False})
    abroad = await post(SHENZHEN, stated=dict.fromkeys(LODGING_AND_INSURANCE, True))
    page = await finder.search(JobSearch(YONGAN, "welder", benefits=LODGING_AND_INSURANCE))
    assert [(found.posting, found.unsaid) for found in page.jobs] == [
        (whole, ()),
        (half, (Benefit.INSURANCE,)),
        (silent, LODGING_AND_INSURANCE),
        (abroad, ()),
    ]
    assert page.given_up == ()


async def test_a_rare_pay_and_a_benefit_are_looked_for_together(finder: JobFinder, post: Post) -> None:
    silent = await post(YONGAN, pay=month(9000))
    lodged = await post(YONGAN, days_ago=5, pay=month(9000), stated={Benefit.LODGING: True})
    await post(YONGAN, pay=month(9000), stated={Benefit.LODGING: False})
    search = JobSearch(YONGAN, "welder", month_min_fen=900_000, benefits=(Benefit.LODGING,))
    assert [found.posting for found in (await finder.search(search)).jobs] == [lodged, silent]


async def test_where_all_deny_it_the_benefit_is_given_up_before_pay_and_kind_together(
    finder: JobFinder, post: Post
) -> None:
    denied = await post(YONGAN, stated={Benefit.LODGING: False})
    page = await finder.search(JobSearch(YONGAN, "welder", benefits=(Benefit.LODGING,)))
    assert ([found.posting for found in page.jobs], page.given_up) == ([denied], (Demand.BENEFITS,))


async def test_pages_of_a_search_for_a_benefit_hold_nothing_twice(finder: JobFinder, post: Post) -> None:
    for number in range(8):
        await post(YONGAN, days_ago=number, stated={Benefit.MEALS: True} if number % 2 else {})
    search = JobSearch(YONGAN, "welder", benefits=(Benefit.MEALS,))
    pages = [await finder.page(search, (), number) for number in range(2)]
    shown = [found.posting.posting_id for page in pages for found in page.jobs]
    assert shown == ["p001", "p003", "p005", "p007", "p000", "p002", "p004", "p006"]
