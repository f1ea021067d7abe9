"""Signatures of bank reports (Standard Webhooks 1.0)."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from transactions.payments.webhooks import is_signed, signature

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
NOW = 1_795_000_000


def headers(body: bytes, *, at: int = NOW, message: str = "msg_1") -> dict[str, str]:
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(SECRET, message, str(at), body),
    }


def ok(given: dict[str, str], body: bytes, now: int = NOW) -> bool:
    return is_signed(SECRET, given, body, now=now, tolerance=300)


def test_signature_equals_the_published_example():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert (
        signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_fresh_signed_message_is_taken():
    assert ok(headers(b"{}"), b"{}")


def test_one_of_several_signatures_is_enough_while_keys_rotate():
    given = headers(b"{}")
    given["webhook-signature"] = "v1,AAAA " + given["webhook-signature"]
    assert ok(given, b"{}")


def test_age_is_refused_past_300_seconds_both_ways():
    assert ok(headers(b"{}", at=NOW - 300), b"{}")
    assert not ok(headers(b"{}", at=NOW - 301), b"{}")
    assert not ok(headers(b"{}", at=NOW + 301), b"{}")


def test_missing_or_odd_headers_are_refused():
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert not ok({**headers(b"{}"), name: ""}, b"{}")
    assert not ok({**headers(b"{}"), "webhook-timestamp": "²²²"}, b"{}")
    assert not ok({**headers(b"{}"), "webhook-signature": "v1,é"}, b"{}")


@given(st.binary(min_size=1, max_size=60), st.integers(0, 59), st.integers(1, 255))
def test_no_changed_byte_passes(body, place, flip):
    changed = bytearray(body)
    changed[place % len(body)] ^= flip
    assert not ok(headers(body), bytes(changed))
