import csv
from pathlib import Path

from bot.regions.divisions import PLACEHOLDER_NAMES, load_divisions

NOT_IN_THE_PUBLIC_TABLE = {"000000", "710000", "810000", "820000"}


def test_the_divisions_of_today_are_the_statistics_bureaus_of_2023(data_directory: Path) -> None:
    with (data_directory / "divisions.csv").open(encoding="utf-8", newline="") as public:
        rows = {(row["code"], row["name"], row["level"]) for row in csv.DictReader(public)}

    ours = {(region.code, region.name, region.level.value) for region in load_divisions()}

    # The public table lists a city without counties a second time, as a county under the city's code.
    repeated = {row for row in rows if row[2] == "county" and row[0].endswith("00")}

    assert len(rows) == 3351
    assert {name for _, name, _ in repeated} == {"东莞市", "中山市", "儋州市"}
    assert {row for row in rows - repeated if row[1] not in PLACEHOLDER_NAMES} == {
        row for row in ours if row[0] not in NOT_IN_THE_PUBLIC_TABLE
    }


def test_every_code_of_the_public_table_is_known(data_directory: Path) -> None:
    divisions = load_divisions()
    with (data_directory / "divisions.csv").open(encoding="utf-8", newline="") as public:
        assert [row["code"] for row in csv.DictReader(public) if row["code"] not in divisions] == []
