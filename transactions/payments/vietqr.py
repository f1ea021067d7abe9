"""VietQR payload (EMVCo merchant-presented QR, NAPAS): domain/identifiers 2.2."""


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE as four upper-case hexadecimal digits."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021) & 0xFFFF if crc & 0x8000 else (crc << 1) & 0xFFFF
    return f"{crc:04X}"


def _item(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def payload(bank_bin: str, account: str, amount: int, memo: str) -> str:
    """Text of the QR code for a transfer of whole dong to an account, with the memo in ASCII (at most 25 signs)."""
    if amount < 0 or len(memo) > 25 or not memo.isascii():
        raise ValueError("amount must not be negative; memo is ASCII of at most 25 signs")
    beneficiary = _item("00", bank_bin) + _item("01", account)
    merchant = _item("00", "A000000727") + _item("01", beneficiary) + _item("02", "QRIBFTTA")
    body = _item("00", "01") + _item("01", "12" if amount else "11") + _item("38", merchant) + _item("53", "704")
    body += _item("54", str(amount)) if amount else ""
    body += _item("58", "VN") + (_item("62", _item("08", memo)) if memo else "") + "6304"
    return body + crc16(body)
