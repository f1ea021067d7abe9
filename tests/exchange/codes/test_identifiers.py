"""Identifiers: what is accepted, how it is stored, and what a refusal says (R1, R2, R5, R86)."""

import datetime as dt
import json
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

from exchange.codes import identifiers
from exchange.common.errors import DomainError

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "conformance" / "stdnum" / "vn-tax-codes.json"
TODAY = dt.date(2026, 11, 21)
REGISTER = {
    "G09": SimpleNamespace(closed_on=None, successor=""),
    "H01": SimpleNamespace(closed_on=None, successor=""),
    "H49": SimpleNamespace(closed_on=None, successor=""),
    "G05": SimpleNamespace(closed_on=dt.date(2025, 3, 1), successor="G12"),
    "G23": SimpleNamespace(closed_on=dt.date(2025, 3, 1), successor=""),
}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def own_check(text: str) -> bool:
    """The rule of the check digit written out, to compare the library with."""
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    total = sum(weight * int(digit) for weight, digit in zip(weights, text[:9], strict=True))
    return 10 - total % 11 == int(text[9])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0100109106", "0100109106"),
        (" 010 124 3150 ", "0101243150"),
        ("0301825452", "0301825452"),
        ("01.00.112.437", "0100112437"),
        ("0100112437011", "0100112437-011"),
        ("0102721191-001", "0102721191-001"),
    ],
)
def test_tax_code_is_stored_in_one_form(typed, stored):
    assert identifiers.tax_code(typed) == stored


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "10 digits"),
        ("123", "10 digits"),
        ("0100109107", "last digit does not fit"),
        ("01001O9106", "digits only"),
        ("0100109106-000", "digits only"),
        ("<b>0100109106</b>", "10 digits"),
    ],
)
def test_wrong_tax_code_gets_a_sentence_and_is_not_repeated(typed, words):
    with pytest.raises(DomainError) as refusal:
        identifiers.tax_code(typed)

    assert refusal.value.code == "tax_code_invalid"
    assert words in str(refusal.value)
    assert not typed or typed not in str(refusal.value)


def test_library_agrees_with_the_published_rule_on_random_numbers():
    chance = random.Random(20261121)  # noqa: S311 - the same numbers at each run
    for _ in range(3000):
        text = f"{chance.randrange(1, 99):02d}{chance.randrange(1, 10_000_000):07d}{chance.randrange(10)}"
        assert own_check(text) == accepted(text), text


def accepted(text: str) -> bool:
    try:
        identifiers.tax_code(text)
    except DomainError:
        return False
    return True


@pytest.mark.skipif(not SHARED.exists(), reason="the published cases stand beside the repository in ../shared")
def test_published_tax_codes_are_judged_as_stated():
    cases = json.loads(SHARED.read_text(encoding="utf-8"))["cases"]

    assert len(cases) > 100
    assert [case["input"] for case in cases if accepted(case["input"]) != case["valid"]] == []


def test_parts_of_a_personal_number():
    assert identifiers.personal_id_parts("001190012345") == identifiers.PersonalId("001", "F", 1990)
    assert identifiers.personal_id_parts("079205000001") == identifiers.PersonalId("079", "M", 2005)
    assert identifiers.personal_id_parts("00119001234") is None


@pytest.mark.parametrize(
    "typed", ["00119001234", "000190012345", "099190012345", "001299012345", "٠٠١١٩٠٠١٢٣٤٥", "abc"]
)
def test_impossible_personal_number_is_refused_without_repeating_it(typed):
    with pytest.raises(DomainError) as refusal:
        identifiers.person_tax_code(typed, today=TODAY)

    assert refusal.value.code == "personal_id_invalid"
    assert typed not in str(refusal.value)


def test_person_gives_the_personal_number_as_tax_code():
    assert identifiers.person_tax_code("001 190 012 345", today=TODAY) == "001190012345"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("G09", "G09"),
        (" h01.151.05 ", "H01.151.05"),
        ("000.00.00.H49", "H49"),
        ("000.00.17.H49", "H49.17"),
        ("003.02.17.H49", "H49.17.02.003"),
    ],
)
def test_agency_code_is_stored_in_the_present_form(typed, stored):
    assert identifiers.agency_code(typed, register=REGISTER) == stored


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("L09", "agency_code_invalid", "G09 or H01.151"),
        ("G09.1", "agency_code_invalid", "G09 or H01.151"),
        ("G09" + ".123" * 9, "agency_code_invalid", "G09 or H01.151"),
        ("G9٩", "agency_code_invalid", "G09 or H01.151"),
        ("G99", "agency_code_unknown", "G99"),
        ("G05.01", "agency_code_closed", "begins with G12"),
        ("G23", "agency_code_closed", "took over its duties"),
    ],
)
def test_wrong_or_closed_agency_code_gets_a_sentence(typed, code, words):
    with pytest.raises(DomainError) as refusal:
        identifiers.agency_code(typed, register=REGISTER)

    assert refusal.value.code == code
    assert words in str(refusal.value)


@pytest.mark.parametrize("typed", ["0912345678", "+84 912 345 678", "84912345678", "0084.912.345.678"])
def test_mobile_number_is_stored_with_country_code(typed):
    assert identifiers.mobile_number(typed) == "+84912345678"


@pytest.mark.parametrize("typed", ["", "0212345678", "091234567", "09123456789", "+1 912 345 678"])
def test_other_telephone_numbers_are_refused(typed):
    with pytest.raises(DomainError, match="0912 345 678"):
        identifiers.mobile_number(typed)


def test_bank_account_and_bank():
    assert identifiers.bank_account("0011 0012-3456") == "001100123456"
    assert identifiers.bank_bin("970436", known={"970436"}) == "970436"
    for refused in ("12345", "1" * 20, "0011;DROP"):
        with pytest.raises(DomainError, match="6 to 19"):
            identifiers.bank_account(refused)
    with pytest.raises(DomainError, match="bank of the list"):
        identifiers.bank_bin("999999", known={"970436"})
