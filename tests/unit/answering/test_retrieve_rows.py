"""Questions as rows: for which place each of them is answered."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answering.retrieve_rows import query_of
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.errors import UnknownRegionError
from bot.domain.policy import PolicyQuery

TODAY = date(2026, 11, 23)
XINZHOU, SANMING, SHAXIAN = "420117", "350400", "350405"


def query(desk: PolicyDesk, text: str, region: str | None) -> PolicyQuery:
    return query_of(text, region, desk.divisions, desk.places, TODAY)


def test_a_place_that_is_asked_about_counts_instead_of_where_the_worker_is(desk: PolicyDesk) -> None:
    found = query(desk, "三明的创业补贴有多少", XINZHOU)
    assert (found.work_region, found.usual_region) == (SANMING, XINZHOU)
    answer = desk.answer("三明的创业补贴有多少", XINZHOU, TODAY)
    assert {scored.document.region_code for scored in answer.ranked} == {SANMING}
    assert "【福建省三明市】" in answer.text


@pytest.mark.parametrize(
    "text", ["我老家三明的，创业补贴多少", "我有个三明的朋友说创业有补贴，给多少", "从三明来的，创业补贴多少"]
)
def test_home_and_what_is_told_by_the_way_leave_the_rows_region(desk: PolicyDesk, text: str) -> None:
    found = query(desk, text, XINZHOU)
    assert (found.work_region, found.home_region, found.usual_region) == (XINZHOU, None, None)


def test_a_wider_place_does_not_widen_the_rows_region_and_a_smaller_one_narrows_it(desk: PolicyDesk) -> None:
    assert query(desk, "福建的创业补贴有多少", SANMING).work_region == SANMING
    assert query(desk, "沙县的创业补贴有多少", SANMING).work_region == SHAXIAN


def test_a_place_without_documents_is_told_before_the_rows_own_rule(desk: PolicyDesk) -> None:
    text = desk.answer("杭州的创业补贴有多少", SANMING, TODAY).text
    assert text.startswith("浙江省杭州市的政策文件还没有收录，查不了。下面是您所在的福建省三明市的规定：")


def test_without_a_region_the_text_tells_work_and_home(desk: PolicyDesk) -> None:
    found = query(desk, "我在新洲打工，老家三明，创业补贴多少", None)
    assert (found.work_region, found.home_region) == (XINZHOU, SANMING)


def test_a_region_that_is_no_code_is_refused(desk: PolicyDesk) -> None:
    with pytest.raises(UnknownRegionError):
        query(desk, "创业补贴有多少", "123")
