"""Where the table stands: titles, headings over several rows, notes, names."""

import pytest

from tests.catalog.datasets.reader.conftest import workbook

NAME, HEADINGS = "names", ("skip_rows", "header_rows", "footer_rows")


def shape(answer: dict) -> tuple:
    """Titles, headings, notes, rows, columns."""
    reading = answer["reading"]
    return (*(reading[part] for part in HEADINGS), answer["row_count"], len(answer["columns"]))


def names(answer: dict) -> list[str]:
    """Names of the columns."""
    return [column["name"] for column in answer["columns"]]


def test_three_rows_of_headings_are_joined(told):
    answer = told(
        "Đơn vị;Dân số;;;\n;Nam;;Nữ;\n;2024;2025;2024;2025\nHà Nội;4100;4200;4300;4400\nHuế;600;610;620;630\n"
    )

    assert shape(answer) == (0, 3, 0, 2, 5)
    assert names(answer) == [
        "Đơn vị",
        "Dân số - Nam - 2024",
        "Dân số - Nam - 2025",
        "Dân số - Nữ - 2024",
        "Dân số - Nữ - 2025",
    ]


def test_row_that_numbers_the_columns_is_a_heading_but_no_name(told):
    answer = told("Tỉnh;Diện tích;;\n;Lúa;Ngô;Khoai\nA;1;2;3\nHà Nội;10,5;20,1;7\nHuế;11,5;21,1;8\n")

    assert shape(answer) == (0, 3, 0, 2, 4)
    assert names(answer) == ["Tỉnh", "Diện tích - Lúa", "Diện tích - Ngô", "Diện tích - Khoai"]


def test_merged_headings_of_a_workbook_are_joined(told):
    content = workbook(
        ["BÁO CÁO DIỆN TÍCH", None, None, None],
        [None] * 4,
        ["Tỉnh", "Cây hằng năm", None, "Ghi chú"],
        [None, "Lúa", "Ngô", None],
        ["Hà Nội", 10.5, 20, "x1"],
        ["Huế", 11.5, 21, "x2"],
        merged=("A1:D1", "A3:A4", "B3:C3", "D3:D4"),
    )

    answer = told(content, "dien-tich.xlsx")

    assert shape(answer) == (2, 2, 0, 2, 4)
    assert names(answer) == ["Tỉnh", "Cây hằng năm - Lúa", "Cây hằng năm - Ngô", "Ghi chú"]


def test_merged_headings_are_joined_where_the_sheet_begins_lower_and_to_the_right(told):
    content = workbook(
        [None] * 4,
        [None, "Tên", "Địa điểm", None],
        [None, None, "Tỉnh", "Xã"],
        [None, "Trạm một", "Hà Nội", "Sóc Sơn"],
        [None, "Trạm hai", "Huế", "A Lưới"],
        merged=("B2:B3", "C2:D2"),
    )

    answer = told(content, "tram.xlsx")

    assert names(answer) == ["Tên", "Địa điểm - Tỉnh", "Địa điểm - Xã"]
    assert answer["row_count"] == 2


def test_name_of_a_group_of_rows_is_no_heading(told):
    answer = told('"";"";2017;2018\nTrị giá (triệu đồng)\n"";"Trong nước";60,5;84,9\n"";"Nước ngoài";15,4;17,9\n')

    assert answer["reading"]["header_rows"] == 1
    assert answer["row_count"] == 3


def test_notes_below_are_left_out(told):
    rows = "".join(f"Tỉnh {i};{i};{i * 2};{i * 3}\n" for i in range(30))

    answer = told(f"Tỉnh;A;B;C\n{rows}Ghi chú: số liệu sơ bộ\nNguồn: Cục Thống kê\n")

    assert shape(answer) == (0, 1, 2, 30, 4)
    assert answer["guesses"]["notes"] == ["Ghi chú: số liệu sơ bộ", "Nguồn: Cục Thống kê"]


def test_a_sparse_last_row_with_a_figure_is_data(told):
    answer = told("a;b;c\n1;2;3\n4;5;6\n7;;\n")

    assert answer["row_count"] == 3


def test_table_without_headings_gets_names(told):
    answer = told("1,2.5,x\n2,3.5,y\n3,4.5,z\n")

    assert names(answer) == ["cot_1", "cot_2", "cot_3"]
    assert answer["row_count"] == 3


def test_names_are_unique_clean_and_keep_the_original(told):
    answer = told('A ," A\n ",a,\u200bB,\n1,2,3,4,5\n')

    assert names(answer) == ["A", "A (2)", "a (3)", "B", "cot_5"]
    assert answer["columns"][3]["original"] == "\u200bB"


def test_last_column_without_name_and_values_is_left_out(told):
    assert len(told("a,b,\n1,2,\n3,4,\n")["columns"]) == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"header_rows": 1}, (0, 1, 0, 4, 2)),
        ({"skip_rows": 1, "header_rows": 1}, (1, 1, 0, 3, 2)),
        ({"header_rows": 0}, (0, 0, 0, 5, 2)),
        ({"footer_rows": 2}, (0, 2, 2, 1, 2)),
    ],
)
def test_what_the_steward_gives_wins(told, given, expected):
    content = "a;b\nc;d\nx;1\ny;2\nz;3\n"

    assert shape(told(content, reading=given)) == expected


def test_separator_is_not_mistaken_for_decimal_commas(told):
    assert told("a;b;c\n1,5;2,5;3,5\n2,5;3,5;4,5\n")["reading"]["separator"] == ";"


def test_separator_is_not_looked_for_inside_quotes(told):
    rows = "".join(f'{i:09d};"số {i}, đường Láng, quận Đống Đa, Hà Nội";x\n' for i in range(50))

    assert told("mã;mô tả;ghi chú\n" + rows)["reading"]["separator"] == ";"


def test_rows_of_another_length_are_counted_not_lost(told):
    answer = told("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")

    assert answer["row_count"] == 4
    assert {"code": "rows_too_long", "values": {"count": 1, "row": 3}} in answer["warnings"]
    assert {"code": "rows_too_short", "values": {"count": 1}} in answer["warnings"]


def test_file_that_ends_in_the_middle_of_a_row_is_pointed_out(told):
    answer = told("a,b,c\n1,2,3\n4,5,6\n7,8")

    assert {"code": "maybe_cut_off", "values": {"cells": 2, "width": 3}} in answer["warnings"]
