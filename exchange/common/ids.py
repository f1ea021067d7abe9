"""Numbers people read aloud, and references nobody can guess."""

import re
import secrets

from django.db import connection

ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 34 signs: no I, no O
ORDER_NUMBER = re.compile(r"SDL(\d{4})(\d{6,9})([0-9A-HJ-NP-Z])\Z")


def check_character(digits: str) -> str:
    """Check sign of a string of digits, ISO/IEC 7064 style pure system modulo 37 reduced to our 34 signs.

    Catches every single wrong digit and every swap of two neighbours (radix 2 has order 36 modulo 37);
    values above 33 never occur: the serial is skipped by `order_number`.
    """
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 37
    value = (38 - total) % 37
    return ALPHABET[value] if value < len(ALPHABET) else ""


def order_number(year: int, serial: int) -> str:
    """SDL + year + serial + check sign, the transfer memo too (ASCII, ≤ 25 signs); '' for a skipped serial."""
    body = f"{year:04d}{serial:06d}"
    sign = check_character(body)
    return f"SDL{body}{sign}" if sign else ""


def is_order_number(text: str) -> bool:
    """Whether the text is an order number whose check sign fits."""
    match = ORDER_NUMBER.match(text)
    return match is not None and check_character(match[1] + match[2]) == match[3]


SERIES = ("order", "dataset", "certificate", "case", "listing", "decision", "dispute", "payout", "statement")


def next_serial(name: str) -> int:
    """The next number of a series, from a PostgreSQL sequence: gaps are allowed and nobody waits."""
    if name not in SERIES:
        raise ValueError(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [f"serial_{name}"])
        return cursor.fetchone()[0]


def next_order_number(year: int) -> str:
    """The next order number whose check sign exists."""
    while True:
        number = order_number(year, next_serial("order"))
        if number:
            return number


def dataset_number(year: int, serial: int) -> str:
    """Number of a data asset: D-2026-000123."""
    return f"D-{year:04d}-{serial:06d}"


def certificate_number(year: int, serial: int) -> str:
    """Number of a registration certificate: CN-2026-000123."""
    return f"CN-{year:04d}-{serial:06d}"


def case_number(year: int, serial: int) -> str:
    """Number of a verification case: HS-2026-000123."""
    return f"HS-{year:04d}-{serial:06d}"


def listing_number(year: int, serial: int) -> str:
    """Number of a listing: NY-2026-000123."""
    return f"NY-{year:04d}-{serial:06d}"


def decision_number(year: int, serial: int) -> str:
    """Number of a reasoned decision of the exchange: QD-2026-000123."""
    return f"QD-{year:04d}-{serial:06d}"


def random_ref() -> str:
    """128 random bits as 32 hexadecimal digits: names an object in the public log."""
    return secrets.token_hex(16)
