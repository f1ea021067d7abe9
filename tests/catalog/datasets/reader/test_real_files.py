"""The reader against real files of Vietnamese authorities whose shape is known."""

import json
import os
from pathlib import Path

import pytest
from django.utils import translation

from catalog.datasets.reader.refusal import Refused
from catalog.datasets.words import refusal_sentence
from tests.catalog.datasets.reader.conftest import describe

HERE = Path(__file__).resolve().parents[3] / "data" / "files"
HOUSE = Path(__file__).resolve().parents[4]
SHARED = [Path(os.environ["SHARED_DATA"])] if "SHARED_DATA" in os.environ else [HOUSE.parent / "shared" / "data"]
INCOME = (
    "Thu nhập bình quân đầu người một tháng theo giá hiện hành theo nguồn thu, theo thành thị, nông thôn, theo vùng.csv"
)
TRUTH = [  # name, encoding, separator, title lines, rows of headings, notes below, rows, columns
    (
        "Dân số trung bình phân theo địa phương, giới tính và thành thị nông thôn.csv",
        ("utf-8", ";", 2, 2, 5, 71, 16),
    ),
    (INCOME, ("utf-8", ";", 2, 2, 0, 11, 16)),
    ("Số hợp tác xã phân theo địa phương.csv", ("utf-8", ";", 2, 1, 0, 70, 4)),
    ("gso-en-monthly-rainfall.csv", ("utf-8", ";", 2, 1, 0, 225, 14)),
    ("fdi_provinces_vi.csv", ("utf-8", ",", 0, 1, 0, 460, 9)),
    ("agri-documents-catalogue.csv", ("utf-8", ",", 0, 1, 0, 42, 7)),
    ("hcmc-schools-gdtx.xlsx", ("", "", 0, 1, 0, 34, 6)),
    ("hcmc-schools-tieu-hoc-2019-2020.xlsx", ("", "", 3, 1, 0, 545, 7)),
    ("hcmc-schools-thcs-2019-2020.xlsx", ("", "", 3, 1, 0, 360, 7)),
    ("gso-en-monthly-cpi-gold-usd.csv", ("utf-8", ";", 2, 1, 0, 255, 14)),
    ("fdi_industry_vi.csv", ("utf-8", ",", 0, 1, 0, 150, 9)),
    ("na15-2021-election-results.csv", ("utf-8", ",", 0, 1, 0, 866, 9)),
    ("vn-wards-population-area.csv", ("utf-8", ",", 0, 1, 0, 3311, 12)),
    ("air-quality-stations.csv", ("utf-8", ",", 0, 1, 0, 263, 6)),
    ("weather-ho-chi-minh-city-2009-2021.csv", ("utf-8", ",", 0, 1, 0, 4549, 10)),
    ("gtfs-hanoi-stops.txt", ("utf-8", ",", 0, 1, 0, 6495, 7)),
    ("gtfs-hanoi-routes.txt", ("utf-8", ",", 0, 1, 0, 224, 9)),
    ("API_NY.GDP.MKTP.KD.ZG_DS2_en_csv_v2_216044.csv", ("utf-8", ",", 4, 1, 0, 266, 69)),
]


def place(name: str) -> Path:
    """Where a file lies: in the repository, or in the folder of shared files beside it."""
    for folder in (HERE, *(shared / "files" for shared in SHARED)):
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"{name} lies in the folder of shared files, which is not beside this repository")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "truth"), TRUTH, ids=[name[:40] for name, _ in TRUTH])
def test_shape_of_a_real_file_is_found(name, truth):
    told = describe(place(name))

    reading = told["reading"]
    assert (
        reading["encoding"],
        reading["separator"],
        reading["skip_rows"],
        reading["header_rows"],
        reading["footer_rows"],
        told["row_count"],
        len(told["columns"]),
    ) == truth


@pytest.mark.slow
def test_two_rows_of_headings_become_one_name_for_each_column():
    told = describe(place(TRUTH[0][0]))

    names = [column["name"] for column in told["columns"]]
    assert names[:5] == ["cot_1", "Tổng số - 2017", "Tổng số - 2018", "Tổng số - Sơ bộ 2019", "Nam - 2017"]
    assert told["guesses"]["notes"][0].startswith("Ghi chú: Giai đoạn 1995 - 2003")
    assert told["guesses"]["titles"][0].startswith("Dân số trung bình phân theo địa phương")
    assert [c["type"] for c in told["columns"]] == ["text"] + ["decimal"] * 15


@pytest.mark.slow
def test_numbers_of_investors_are_read_with_brackets_dashes_and_thousands():
    told = describe(place("fdi_provinces_vi.csv"))

    changed = told["columns"][5]
    assert changed["name"] == "Vốn đăng ký điều chỉnh (triệu USD)"
    assert (changed["type"], changed["nulls"], changed["minimum"], changed["maximum"]) == (
        "decimal",
        126,
        "-162.86",
        "3500.2",
    )


@pytest.mark.slow
def test_codes_of_schools_stay_text_and_addresses_are_suspected():
    told = describe(place("hcmc-schools-tieu-hoc-2019-2020.xlsx"))

    by_name = {column["name"]: column for column in told["columns"]}
    assert by_name["Mã trường"]["type"] == "text"
    assert by_name["Mã trường"]["distinct"] == 545
    assert by_name["Địa chỉ"]["suspected"] == "address"
    assert by_name["Địa chỉ"]["example"] == ""
    assert "Địa chỉ" not in told["candidates"]["columns"]
    assert {"code": "marks_apart", "values": {"names": "Tên trường; Địa chỉ", "count": 2}} in told["warnings"]


@pytest.mark.slow
def test_votes_with_dots_are_thousands_and_percent_with_commas_are_decimals():
    told = describe(place("na15-2021-election-results.csv"))

    by_name = {column["name"]: column for column in told["columns"]}
    assert (by_name["votes_raw"]["type"], by_name["votes_raw"]["maximum"]) == ("integer", "622984")
    assert (by_name["percent_raw"]["type"], by_name["percent_raw"]["minimum"]) == ("decimal", "3.83")
    assert by_name["candidate_name"]["suspected"] == "person_name"
    assert by_name["candidate_name"]["suspected_share"] > 0.9


@pytest.mark.slow
def test_codes_written_as_decimals_are_pointed_out():
    told = describe(place("vn-wards-population-area.csv"))

    assert {"code": "codes_as_decimals", "values": {"names": "code", "count": 1}} in told["warnings"]
    assert next(c for c in told["columns"] if c["name"] == "population")["nulls"] == 105


@pytest.mark.parametrize("path", sorted((HERE.parent / "csv-spectrum" / "csvs").glob("*.csv")), ids=lambda p: p.stem)
def test_csv_conformance(path):
    expected = json.loads((path.parent.parent / "json" / f"{path.stem}.json").read_text())

    told = describe(path)

    seen = told["candidates"]["columns"]  # two of the files hold an address and a phone number: not shown
    rows = [dict(zip(seen, row, strict=True)) for row in told["candidates"]["rows"]]
    expected = expected if isinstance(expected, list) else [expected]
    assert rows == [{name: row[name] for name in seen} for row in expected]
    assert [c["name"] for c in told["columns"]] == list(dict.fromkeys(name for row in expected for name in row))


REFUSED = {  # not tables, or tables of programs long gone: refused with a sentence that says what to do
    "vn-units-2026-07-25-full.json",
    "province-01-ha-noi.geojson",
    "province-48-da-nang.geojson",
    "dvhc-gso-2020.xls",
    "hcmc-population-ward-2009-2019.dbf",
    "hcmc-census-ward-income.xls",
}


def manifest() -> list[dict]:
    """What is known of the shared files, measured by other programs."""
    path = SHARED[0] / "files" / "manifest.json"
    if not path.exists():
        pytest.skip("the folder of shared files is not beside this repository")
    return json.loads(path.read_text("utf-8"))["files"]


def test_every_shared_file_is_read_or_refused_and_the_expected_shape_is_the_measured_one():
    expected = dict(TRUTH)

    assert {row["name"] for row in manifest()} == {*expected, *REFUSED}
    for row in manifest():
        truth = row.get("truth", {})
        if row["name"] not in expected or not truth:
            continue
        _encoding, separator, skipped, headings, notes, rows, columns = expected[row["name"]]
        assert (rows, columns) == (truth["data_rows"], truth["columns"]), row["name"]
        if not row["name"].startswith("API_"):  # blank lines between title and head are skipped with the title
            assert headings == len(truth["header_rows"]), row["name"]
        assert notes == truth.get("trailing_note_lines", 0), row["name"]
        assert separator == truth.get("delimiter", ""), row["name"]
        assert skipped < truth["header_rows"][0], row["name"]


@pytest.mark.parametrize("name", sorted(REFUSED))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_other_files_are_refused_with_a_sentence_that_says_what_to_do(name, language):
    with pytest.raises(Refused) as refused:
        describe(place(name))

    with translation.override(language):
        sentence = refusal_sentence(refused.value.code, refused.value.values)
    assert "CSV" in sentence or ".xlsx" in sentence
    assert "%(" not in sentence
