"""The bank's order carries every payout once, with totals that agree."""

import datetime as dt
from xml.etree import ElementTree

from exchange.common.clock import VIETNAM
from transactions.payouts.bankfile import NAMESPACE, Line, Party, render

PAYER = Party("SAN DU LIEU QUOC GIA", "970436", "0000000000")
MADE = dt.datetime(2026, 11, 30, 9, 15, tzinfo=VIETNAM)


def parsed(*lines):
    return ElementTree.fromstring(render("CT2026000001", MADE, PAYER, lines).encode())  # noqa: S314 - made here


def texts(root, name):
    return [node.text for node in root.iter(f"{{{NAMESPACE}}}{name}")]


def test_each_payout_stands_in_the_file_with_account_sum_and_reference():
    root = parsed(
        Line("CT2026000001-001", 2_156_000, Party("Công ty Dữ liệu Đông Á", "970415", "0011223344")),
        Line("CT2026000001-002", 5, Party('Viện <A> & "B"', "970418", "ABC123456")),
    )
    assert texts(root, "EndToEndId") == ["CT2026000001-001", "CT2026000001-002"]
    amounts = list(root.iter(f"{{{NAMESPACE}}}InstdAmt"))
    assert [(node.text, node.get("Ccy")) for node in amounts] == [("2156000", "VND"), ("5", "VND")]
    assert texts(root, "Nm") == ["SAN DU LIEU QUOC GIA"] * 2 + ["CONG TY DU LIEU DONG A", "VIEN  A  &  B"]
    assert texts(root, "MmbId") == ["970436", "970415", "970418"]
    assert texts(root, "Ustrd") == ["CT2026000001-001", "CT2026000001-002"]


def test_number_and_sum_stand_in_head_and_order():
    root = parsed(*[Line(f"R{n}", n, PAYER) for n in (1, 2, 3)])
    assert texts(root, "NbOfTxs") == ["3", "3"]
    assert texts(root, "CtrlSum") == ["6", "6"]
    assert texts(root, "CreDtTm") == ["2026-11-30T09:15:00+07:00"]
    assert texts(root, "Dt") == ["2026-11-30"]
    assert texts(root, "MsgId") == texts(root, "PmtInfId") == ["CT2026000001"]
