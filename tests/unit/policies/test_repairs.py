from __future__ import annotations

from datetime import date

import pytest

from bot.policies.repairs import repair_date, repair_document_number


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        ("鄂政发〔201567号", "鄂政发〔2015〕67号"),
        ("武政〔201655号", "武政〔2016〕55号"),
        ("鄂政发〔201557号", "鄂政发〔2015〕57号"),
        ("(新政发〔2017〕4号)", "新政发〔2017〕4号"),
        ("人社部发[2023]8号", "人社部发〔2023〕8号"),
        ("国办发(2020)6号", "国办发〔2020〕6号"),
        ("邢农工发2019〕3号", "邢农工发〔2019〕3号"),
        ("冀农工发 〔 2019 〕 第 04 号", "冀农工发〔2019〕4号"),
        ("鄂政发〔201号", None),
        ("鄂政发〔3015〕7号", None),
        ("鄂政发〔2015〕0号", None),
        ("2015年第7号", None),
        ("", None),
    ],
)
def test_document_numbers_get_their_brackets_back(written: str, repaired: str | None) -> None:
    assert repair_document_number(written) == repaired


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        ("2017317", date(2017, 3, 17)),
        ("2017131", date(2017, 1, 31)),
        ("20170317", date(2017, 3, 17)),
        ("201731", date(2017, 3, 1)),
        ("2017年3月17日", date(2017, 3, 17)),
        ("2017 年 3 月 17 日", date(2017, 3, 17)),
        ("2017-03-17", date(2017, 3, 17)),
        ("2017.3.17", date(2017, 3, 17)),
        ("二〇一七年三月十七日", date(2017, 3, 17)),
        ("二○二二年十月三十一日", date(2022, 10, 31)),
        ("2017111", None),
        ("2017121", None),
        ("20171301", None),
        ("2017年2月30日", None),
        ("30170317", None),
        ("2017", None),
        ("本网", None),
    ],
)
def test_dates_are_repaired_only_where_one_reading_is_possible(written: str, repaired: date | None) -> None:
    assert repair_date(written) == repaired
