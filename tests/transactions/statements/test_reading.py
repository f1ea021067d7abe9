"""A statement agrees with itself to the dong, or its first wrong line is named."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.common.errors import DomainError
from transactions.statements.reading import HEAD, read

GOOD = """transaction_id,value_time,amount,balance,description
OPENING,,0,1000,
FT1,2026-11-30T09:15:00+07:00,2200000,2201000,SDL2026000123J
FT2,2026-11-30T10:00:00+07:00,-500,2200500,"PHI, CHUYEN"
TOTAL,,2199500,2200500,
"""


def refusal(text):
    with pytest.raises(DomainError) as found:
        read(text if isinstance(text, bytes) else text.encode())
    return found.value.code, str(found.value.message)


def test_a_good_statement_is_read_whole():
    content = read(GOOD.encode())
    assert (content.opening, content.closing, content.credits, content.debits) == (1000, 2_200_500, 2_200_000, 500)
    assert [(one.line, one.transaction_id, one.amount) for one in content.movements] == [
        (3, "FT1", 2_200_000),
        (4, "FT2", -500),
    ]
    assert content.movements[1].description == "PHI, CHUYEN"
    assert content.first_day == content.last_day == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    "text",
    ["\ufeff" + GOOD, GOOD.replace(",", ";").replace('"PHI; CHUYEN"', '"PHI, CHUYEN"'), GOOD.replace("\n", "\r\n")],
)
def test_mark_of_encoding_semicolons_and_line_ends_of_windows_are_fine(text):
    assert read(text.encode()).closing == 2_200_500


@pytest.mark.parametrize(
    ("wrong", "right", "code", "line"),
    [
        ("2199500,2200500,\n", "2199501,2200500,\n", "statement_total", 5),
        ("TOTAL,,2199500,2200500", "TOTAL,,2199500,2200501", "statement_total", 5),
        (
            "FT2,2026-11-30T10:00:00+07:00,-500,2200500",
            "FT2,2026-11-30T10:00:00+07:00,-501,2200500",
            "statement_balance",
            4,
        ),
        ("FT2,", "FT1,", "statement_duplicate", 4),
        ("FT2,", ",", "statement_number", 4),
        ("FT2,", "TOTAL,", "statement_shape", 4),
        ("-500", "-500.00", "statement_amount", 4),
        ("-500", "0", "statement_shape", 4),
        ("-500", "٥٠٠", "statement_amount", 4),
        ("2026-11-30T10:00:00+07:00", "30/11/2026", "statement_time", 4),
        (',"PHI, CHUYEN"', "", "statement_shape", 4),
        ("OPENING", "BEGIN", "statement_time", 2),
        ("TOTAL,,2199500,2200500,\n", "", "statement_frame", 4),
        ("transaction_id", "id", "statement_head", 1),
        ('"PHI, CHUYEN"', '"PHI', "statement_shape", 4),
        ("OPENING,,0,", "OPENING,,1,", "statement_total", 5),
    ],
)
def test_the_first_wrong_line_is_named(wrong, right, code, line):
    assert wrong in GOOD
    found, sentence = refusal(GOOD.replace(wrong, right, 1))
    assert found == code
    assert sentence.startswith(f"Dòng {line}:")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (GOOD.encode().replace(b"PHI", b"PH\xcd"), 4),
        (GOOD.encode("utf-16"), 1),
        (GOOD.encode().replace(b"SDL", b"S\x00L"), 3),
    ],
)
def test_another_encoding_is_refused_with_its_line(content, line):
    code, sentence = refusal(content)
    assert code == "statement_encoding"
    assert sentence.startswith(f"Dòng {line}:")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"x"])
def test_an_empty_file_is_refused(content):
    assert refusal(content)[0] == "statement_head"


def test_a_file_of_another_size_is_refused():
    assert refusal(b"x" * (10 * 1024 * 1024 + 1))[0] == "statement_size"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (",".join(HEAD) + "\n" + text).encode()))
def test_whatever_is_uploaded_is_read_or_refused_by_name(data):
    code, content = "", None
    try:
        content = read(data)
    except DomainError as error:
        code = error.code
    assert code.startswith("statement_") == (content is None)
    if content is not None:
        assert content.opening + sum(one.amount for one in content.movements) == content.closing
