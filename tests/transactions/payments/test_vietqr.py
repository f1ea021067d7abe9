"""The QR payload against published samples and the vectors of the conformance folder."""

import json
from pathlib import Path

import pytest

from transactions.payments.vietqr import crc16, payload

VECTORS = Path(__file__).resolve().parents[4] / "shared/data/conformance/vietqr/vietqr-vectors.json"


def test_payload_equals_the_sample_of_two_independent_implementations():
    assert payload("970436", "0123456789", 1_500_000, "SDL 2026000123") == (
        "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA"
        "5303704540715000005802VN62180814SDL 2026000123630420F1"
    )


def test_crc_has_the_check_value_of_ccitt_false():
    assert crc16("123456789") == "29B1"


@pytest.mark.skipif(not VECTORS.exists(), reason="conformance vectors are not beside this clone (../shared)")
def test_crc_agrees_with_every_valid_vector():
    cases = [case for case in json.loads(VECTORS.read_text())["cases"] if case.get("valid")]
    assert cases
    for case in cases:
        assert case["payload"][-4:].upper() == crc16(case["payload"][:-4])


@pytest.mark.parametrize(("amount", "memo"), [(-1, "X"), (1, "x" * 26), (1, "đơn")])
def test_payload_refuses_what_a_bank_could_not_carry(amount, memo):
    with pytest.raises(ValueError, match="amount"):
        payload("970436", "0123456789", amount, memo)
