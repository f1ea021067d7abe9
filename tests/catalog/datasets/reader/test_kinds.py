"""Kinds of values, as people in Viet Nam write them."""

import pytest

from catalog.datasets.reader import kinds


def column(told, *values: str, name: str = "v", rest: str = "") -> dict:
    """What is said of a column with these values."""
    rows = "".join(f"{value};{i}{rest}\n" for i, value in enumerate(values))
    return told(f"{name};n{';r' if rest else ''}\n{rows}")["columns"][0]


@pytest.mark.parametrize(
    ("values", "type_", "low", "high"),
    [
        (("1", "20", "-3"), "integer", "-3", "20"),
        (("1.5", "20", "-3.25"), "decimal", "-3.25", "20"),
        (("1,5", "20", "-3,25"), "decimal", "-3.25", "20"),
        (("1.234,5", "20,1", "12.000,25"), "decimal", "20.1", "12000.25"),
        (("1.234.567", "1.000.000", "2.500"), "integer", "2500", "1234567"),
        (("1,234.5", "20.1", "12,000.25"), "decimal", "20.1", "12000.25"),
        (("1 234 567", "1 000", "25"), "integer", "25", "1234567"),
        (("(9.38)", "3.5", "12.25"), "decimal", "-9.38", "12.25"),
        (("12%", "3,5%", "7%"), "decimal", "3.5", "12"),
        (("1e3", "2.5E-1", "7.1"), "decimal", "0.25", "1000"),
        (("25/04/2026", "03/04/2026", "31/12/1999"), "date", "1999-12-31", "2026-04-25"),
        (("2026-04-25", "1999-12-31", "2026-04-03"), "date", "1999-12-31", "2026-04-25"),
        (("3/4/2026", "25/4/2026", "1/1/2026"), "date", "2026-01-01", "2026-04-25"),
        (
            ("2026-04-25 10:00:00", "2026-04-25 09:30:00", "2026-01-01 00:00:00"),
            "datetime",
            "2026-01-01T00:00:00",
            None,
        ),
        (("2026-04-25T10:00:00Z", "2026-04-25T09:30:00.5+07:00"), "datetime", "2026-04-25T09:30:00", None),
        (("25/04/2026 10:05", "03/04/2026 23:59"), "datetime", "2026-04-03T23:59:00", None),
        (("có", "không", "Có"), "boolean", None, None),
        (("true", "FALSE", "true"), "boolean", None, None),
        (("Đúng", "Sai"), "boolean", None, None),
        (("007", "012", "100"), "text", None, None),
        (("0912345678", "0987654321"), "text", None, None),
        (("123456789012345678901", "2"), "text", None, None),
        (("01-2026", "02-2026"), "text", None, None),
        (("a", "b"), "text", "a", "b"),
    ],
)
def test_kind_and_ends_of_a_column(told, values, type_, low, high):
    found = column(told, *values)

    assert found["type"] == type_
    if low is not None:
        assert found["minimum"] == low
    if high is not None:
        assert found["maximum"] == high


@pytest.mark.parametrize("name", ["Mã trường", "ma_tram", "code", "MST", "zip_code", "Số hiệu"])
def test_digits_under_the_name_of_a_code_stay_text(told, name):
    assert column(told, "79000767", "79000768", name=name)["type"] == "text"


def test_one_number_with_a_leading_zero_far_down_makes_the_column_text(told):
    content = "v;w\n" + "".join(f"{i};x\n" for i in range(1, 30_000)) + "007;x\n"

    answer = told(content)

    assert answer["columns"][0]["type"] == "text"
    assert answer["row_count"] == 30_000


def test_decimals_far_down_widen_whole_numbers(told):
    content = "v;w\n" + "".join(f"{i};x\n" for i in range(1, 30_000)) + "2,5;x\n"

    found = told(content)["columns"][0]

    assert (found["type"], found["valid"], found["minimum"]) == ("decimal", 30_000, "1")


def test_a_few_odd_values_are_counted_and_do_not_change_the_kind(told):
    content = "v;w\n" + "".join(f"{i};x\n" for i in range(100)) + "k.a.;x\n"

    answer = told(content)

    assert (answer["columns"][0]["type"], answer["columns"][0]["valid"]) == ("integer", 100)
    assert {"code": "odd_values", "values": {"names": "v", "count": 1}} in answer["warnings"]


def test_many_odd_values_make_the_column_text(told):
    content = "v;w\n" + "".join(f"{i};x\n" for i in range(25_000)) + "k.a.;x\n" * 5_000

    assert told(content)["columns"][0]["type"] == "text"


def test_signs_of_absence_are_gaps(told):
    found = column(told, "1", "..", " -   ", "n/a", "", "5")

    assert (found["type"], found["nulls"], found["valid"]) == ("integer", 4, 2)


def test_dots_before_three_digits_follow_the_rest_of_the_file(told):
    alone = told("v;n\n105.838;1\n21.028;2\n")["columns"][0]
    with_commas = told("v;t\n557.717;93,2\n500.418;83,65\n")["columns"][0]

    assert (alone["type"], alone["minimum"]) == ("decimal", "21.028")
    assert (with_commas["type"], with_commas["minimum"]) == ("integer", "500418")


@pytest.mark.parametrize(
    ("values", "mark", "type_", "least"),
    [
        ("105.838 21.028", "comma", "integer", "21028"),
        ("105.838 21.028", "point", "decimal", "21.028"),
        ("105,838 21,028", "comma", "decimal", "21.028"),
        ("105,838 21,028", "point", "integer", "21028"),
    ],
)
def test_the_mark_a_person_chose_settles_numbers_that_can_be_read_in_two_ways(told, values, mark, type_, least):
    first, second = values.split()

    answer = told(f"v;n\n{first};1\n{second};2\n", reading={"decimal": mark})

    found = answer["columns"][0]
    assert (found["type"], found["minimum"], found["valid"]) == (type_, least, 2)
    assert "number_doubtful" not in {notice["code"] for notice in answer["warnings"]}


def test_doubtful_numbers_and_days_are_pointed_out(told):
    answer = told("v;d\n105.838;03/04/2026\n21.028;05/06/2026\n")

    codes = {warning["code"]: warning["values"]["names"] for warning in answer["warnings"]}
    assert codes == {"number_doubtful": "v", "day_doubtful": "d"}
    assert answer["columns"][1]["minimum"] == "2026-04-03"


def test_month_before_day_is_found_and_pointed_out(told):
    answer = told("d;n\n04/25/2026;1\n12/31/2025;2\n")

    assert answer["columns"][0]["maximum"] == "2026-04-25"
    assert answer["warnings"][0]["code"] == "month_first"


def test_distinct_values_and_repeated_rows_are_counted(told):
    answer = told("a;b\n1;x\n1;x\n2;x\n;x\n", keys=["a"])

    assert [c["distinct"] for c in answer["columns"]] == [2, 1]
    assert answer["duplicates"] == {"rows": 1, "exact": True}
    assert answer["keys"] == {"columns": ["a"], "duplicates": 1, "incomplete": 1, "exact": True}


def test_key_of_two_columns(told):
    answer = told("nam;tinh;v\n2024;01;5\n2024;02;5\n2025;01;5\n2025;01;7\n", keys=["nam", "tinh"])

    assert answer["keys"]["duplicates"] == 1


@pytest.mark.parametrize(
    ("text", "kind", "machine"),
    [
        ("1.234,5", kinds.Kind("decimal", "dots"), "1234.5"),
        ("1,234.5", kinds.Kind("decimal", "commas"), "1234.5"),
        ("(9,38)", kinds.Kind("decimal", "comma"), "-9.38"),
        ("1e3", kinds.Kind("decimal", "point"), "1000"),
        ("03/04/2026", kinds.Kind("date", "%d/%m/%Y"), "2026-04-03"),
        ("có", kinds.Kind("boolean"), "có"),
        ("", kinds.TEXT, ""),
    ],
)
def test_machine_form_of_a_value(text, kind, machine):
    assert kinds.canonical(text, kind) == machine
