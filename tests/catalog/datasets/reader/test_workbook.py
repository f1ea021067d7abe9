"""XLSX files: what is read of them, and which archives are refused before anything opens them."""

import contextlib
import datetime as dt
import io
import random
import zipfile

import openpyxl
import pytest

from catalog.datasets.reader.refusal import Refused
from tests.catalog.datasets.reader.conftest import repacked, saved, workbook

ROWS = (["mã", "giá trị"], ["007", 1.5], ["012", 2.5])
SHEET = "xl/worksheets/sheet1.xml"
NAME = "bang.xlsx"


def moment(day: int, hour: int, minute: int) -> dt.datetime:
    """A moment of April 2026 as a workbook holds it: without a zone."""
    return dt.datetime(2026, 4, day, hour, minute)  # noqa: DTZ001


def refusal(told, content: bytes, name: str = NAME) -> tuple[str, dict]:
    """Code and values with which the file is refused."""
    with pytest.raises(Refused) as refused:
        told(content, name)
    return refused.value.code, refused.value.values


def test_values_of_every_kind_are_read_as_the_sheet_shows_them(told):
    content = workbook(
        ["mã", "ngày", "lúc", "giờ", "đúng", "số", "lớn"],
        ["007", dt.date(2026, 4, 3), moment(3, 13, 5), dt.time(1, 2), True, 1.5, 123456789012],
        ["012", dt.date(1999, 12, 31), moment(4, 0, 0), dt.time(3, 4), False, 2, 5],
    )

    answer = told(content, NAME)

    assert [c["type"] for c in answer["columns"]] == [
        "text",
        "date",
        "datetime",
        "text",
        "boolean",
        "decimal",
        "integer",
    ]
    assert answer["candidates"]["rows"][0][:4] == ["007", "2026-04-03", "2026-04-03 13:05:00", "01:02:00"]


def test_first_visible_sheet_with_rows_is_read_and_the_others_are_named(told):
    book = openpyxl.Workbook()
    book.active.title = "Ẩn"
    book.active.append(["x", "y"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Trống")
    sheet = book.create_sheet("Số liệu & khác")
    for row in ROWS:
        sheet.append(row)
    content = saved(book)

    answer = told(content, NAME)
    other = told(content, NAME, reading={"sheet": "Số liệu & khác"})

    assert answer["reading"]["sheet"] == "Số liệu & khác"
    assert answer["guesses"]["sheets"] == ["Ẩn", "Trống", "Số liệu & khác"]
    assert [w["code"] for w in answer["warnings"]] == ["other_sheets", "hidden_sheets"]
    assert other["row_count"] == 2


def test_sheet_that_does_not_exist_is_refused(told):
    with pytest.raises(Refused) as refused:
        told(workbook(*ROWS), NAME, reading={"sheet": "Không có"})

    assert refused.value.code == "no_such_sheet"


def test_formulas_without_results_and_errors_are_counted(told):
    content = workbook(["a", "b"], [1, "=A2*2"], [2, "#N/A"])

    answer = told(content, NAME)

    assert {"code": "formulas_without_result", "values": {"count": 1}} in answer["warnings"]


def test_text_that_looks_like_a_formula_or_markup_stays_text(told):
    answer = told("a;b\n=cmd|' /C calc'!A1;<script>alert(1)</script>\n@SUM(A1);<b>x</b>\n")

    assert answer["candidates"]["rows"][0] == ["=cmd|' /C calc'!A1", "<script>alert(1)</script>"]
    assert {"code": "formulas", "values": {"names": "a", "count": 1}} in answer["warnings"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"word/document.xml": b"<w/>"}, ("archive", {"kind": "docx", "extension": "xlsx"})),
        ({"ppt/presentation.xml": b"<p/>"}, ("archive", {"kind": "pptx", "extension": "xlsx"})),
        ({"xl/workbook.bin": b"x"}, ("archive", {"kind": "xlsb", "extension": "xlsx"})),
        (
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            ("archive", {"kind": "ods", "extension": "xlsx"}),
        ),
    ],
)
def test_other_archives_are_named_and_refused(told, parts, expected):
    assert refusal(told, repacked(workbook(*ROWS), parts)) == expected


def test_plain_archive_under_the_name_of_a_workbook_is_refused(told):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("data.csv", "a,b\n1,2\n")

    assert refusal(told, target.getvalue()) == ("archive", {"kind": "ZIP", "extension": "xlsx"})


def test_workbook_under_the_name_of_a_text_file_is_refused(told):
    assert refusal(told, workbook(*ROWS), "bang.csv")[0] == "zip_named"


def test_workbook_with_macros_is_refused(told):
    source = workbook(*ROWS)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        kinds = archive.read("[Content_Types].xml")
    kinds = kinds.replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"vnd.ms-excel.sheet.macroEnabled.main+xml"
    )

    assert refusal(told, repacked(source, {"[Content_Types].xml": kinds}))[0] == "macros"


def test_entities_are_refused(told):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'

    assert refusal(told, repacked(workbook(*ROWS), {SHEET: bomb}))[0] == "xml_entities"


def test_part_that_grows_a_hundredfold_is_refused_by_its_own_figures(told):
    bomb = b"<worksheet><sheetData>" + b"<row></row>" * 300_000 + b"</sheetData></worksheet>"

    assert refusal(told, repacked(workbook(*ROWS), {SHEET: bomb})) == ("bomb", {"ratio": 100})


def test_part_that_lies_about_its_size_is_stopped_while_unpacking(told, monkeypatch):
    monkeypatch.setattr("catalog.datasets.reader.archive.MAX_UNPACKED", 4 << 20)
    text = b"<row>" + random.Random(7).randbytes(5 << 20).hex().encode() + b"</row>"  # noqa: S311
    source = repacked(workbook(*ROWS), {SHEET: text})
    size = len(text).to_bytes(4, "little")

    assert refusal(told, source)[0] == "too_large_unpacked"
    assert refusal(told, source.replace(size, (1000).to_bytes(4, "little")))[0] in (
        "too_large_unpacked",
        "archive_damaged",
    )


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_workbook_is_refused(told, share):
    source = workbook(*ROWS)

    assert refusal(told, source[: int(len(source) * share)])[0] == "archive_damaged"


@pytest.mark.slow
def test_flipped_bits_never_do_more_than_refuse(told):
    chance = random.Random(20261121)  # noqa: S311
    source = workbook(["mã", "tên", "giá trị"], *([f"{i:05d}", f"Trạm {i}", i * 1.5] for i in range(200)))
    text = ("mã;tên;giá trị\n" + "".join(f"{i:05d};Trạm {i};{i * 1.5}\n" for i in range(200))).encode()

    for turn in range(60):
        damaged = bytearray(source if turn % 2 else text)
        for _ in range(chance.choice((1, 3, 20))):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        with contextlib.suppress(Refused):
            assert told(bytes(damaged), NAME if turn % 2 else "bang.csv")["ok"]
