"""The bank's order keeps the published structure of pain.001.001.09: names, order, how often, and what texts may be.

No schema file is at hand where tests run, so the part of the message definition the exchange uses is written down here.
"""

import datetime as dt
import re
from xml.etree import ElementTree

import pytest

from exchange.common.clock import VIETNAM
from transactions.payouts.bankfile import NAMESPACE, Line, Party, render

MADE = dt.datetime(2026, 11, 30, 9, 15, tzinfo=VIETNAM)
PAYER = Party("SAN DU LIEU QUOC GIA", "970436", "0000000000")
# Element -> its children in the order of the message definition; "!" exactly once, "?" at most once, "+" at least once,
# "*" any number; "|" between children of which exactly one stands there.
ACCOUNT, AGENT, PARTY = "Id? Tp? Ccy? Nm? Prxy?", "FinInstnId! BrnchId?", "Nm? PstlAdr? Id? CtryOfRes? CtctDtls?"
CHILDREN = {
    "Document": "CstmrCdtTrfInitn!",
    "CstmrCdtTrfInitn": "GrpHdr! PmtInf+ SplmtryData*",
    "GrpHdr": "MsgId! CreDtTm! Authstn* NbOfTxs! CtrlSum? InitgPty! FwdgAgt? InitnSrc?",
    "PmtInf": (
        "PmtInfId! PmtMtd! BtchBookg? NbOfTxs? CtrlSum? PmtTpInf? ReqdExctnDt! PoolgAdjstmntDt? Dbtr! DbtrAcct! "
        "DbtrAgt! DbtrAgtAcct? InstrForDbtrAgt? UltmtDbtr? ChrgBr? ChrgsAcct? ChrgsAcctAgt? CdtTrfTxInf+"
    ),
    "CdtTrfTxInf": (
        "PmtId! PmtTpInf? Amt! XchgRateInf? ChrgBr? MndtRltdInf? ChqInstr? UltmtDbtr? IntrmyAgt1? IntrmyAgt1Acct? "
        "IntrmyAgt2? IntrmyAgt2Acct? IntrmyAgt3? IntrmyAgt3Acct? CdtrAgt? CdtrAgtAcct? Cdtr? CdtrAcct? UltmtCdtr? "
        "InstrForCdtrAgt* InstrForDbtrAgt? Purp? RgltryRptg* Tax? RltdRmtInf* RmtInf? SplmtryData*"
    ),
    "PmtId": "InstrId? EndToEndId! UETR?",
    "Amt": "InstdAmt|EqvtAmt",
    "ReqdExctnDt": "Dt|DtTm",
    "RmtInf": "Ustrd* Strd*",
    "FinInstnId": "BICFI? ClrSysMmbId? LEI? Nm? PstlAdr? Othr?",
    "ClrSysMmbId": "ClrSysId? MmbId!",
    "Othr": "Id! SchmeNm? Issr?",
    **dict.fromkeys(("DbtrAcct", "CdtrAcct"), ACCOUNT),
    **dict.fromkeys(("DbtrAgt", "CdtrAgt"), AGENT),
    **dict.fromkeys(("InitgPty", "Dbtr", "Cdtr"), PARTY),
    "DbtrAcct/Id": "IBAN|Othr",
    "CdtrAcct/Id": "IBAN|Othr",
}
DAY, DECIMAL = r"\d{4}-\d{2}-\d{2}", r"\d{1,18}(\.\d{1,5})?"
TEXTS = {
    **dict.fromkeys(("MsgId", "PmtInfId", "EndToEndId", "MmbId"), r"\S.{0,33}\S|\S"),
    **dict.fromkeys(("Nm", "Ustrd"), r".{1,140}"),
    "Id": r"\S.{0,32}\S|\S",
    "CreDtTm": DAY + r"T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?",
    "Dt": DAY,
    "NbOfTxs": r"\d{1,15}",
    "CtrlSum": DECIMAL,
    "InstdAmt": DECIMAL,
    "PmtMtd": "CHK|TRF|TRA",
}
ATTRIBUTES = {"InstdAmt": {"Ccy": "VND"}}


def faults(node: ElementTree.Element, parent: str = "") -> list[str]:
    """Everything about an element that the message definition does not allow."""
    name = node.tag.removeprefix(f"{{{NAMESPACE}}}")
    rule = CHILDREN.get(f"{parent}/{name}", CHILDREN.get(name))
    found = [] if node.attrib == ATTRIBUTES.get(name, {}) else [f"{name} has attributes {node.attrib}"]
    if not len(node):
        text = node.text or ""
        return found if re.fullmatch(TEXTS.get(name, r"(?!)"), text) else [*found, f"{name} holds {text!r}"]
    children = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in node]
    if rule is None or not re.fullmatch(pattern(rule), "".join(f"{child} " for child in children)):
        found.append(f"{name} holds {children}")
    return found + [fault for child in node for fault in faults(child, name)]


def pattern(rule: str) -> str:
    """A row of children as a regular expression over their names."""
    if "|" in rule:
        return "|".join(f"{name} " for name in rule.split("|"))
    return "".join(f"({one[:-1]} ){'' if one[-1] == '!' else one[-1]}" for one in rule.split())


def tree(*lines: Line) -> ElementTree.Element:
    return ElementTree.fromstring(render("CT2026000001", MADE, PAYER, lines).encode())  # noqa: S314 - made here


@pytest.mark.parametrize("holder", ["Công ty Dữ liệu Đông Á", 'Viện <A> & "B"', "Đ" * 200, "數據公司", "…"])
def test_the_file_keeps_the_structure_of_the_message_whatever_payees_are_called(holder):
    root = tree(
        Line("CT2026000001-001", 2_156_000, Party(holder, "970415", "0011223344")),
        Line("CT2026000001-002", 999_999_999_999_999, PAYER),
    )

    assert root.tag == f"{{{NAMESPACE}}}Document"
    assert faults(root) == []


@pytest.mark.parametrize(
    ("found", "put", "fault"),
    [
        ("<PmtMtd>TRF</PmtMtd>", "", "PmtInf holds"),
        ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>XXX</PmtMtd>", "PmtMtd holds"),
        ("<NbOfTxs>1</NbOfTxs><CtrlSum>5</CtrlSum>", "<CtrlSum>5</CtrlSum><NbOfTxs>1</NbOfTxs>", "GrpHdr holds"),
        ('Ccy="VND"', 'Ccy="USD"', "InstdAmt has attributes"),
        (">5</InstdAmt>", ">-5</InstdAmt>", "InstdAmt holds"),
        ("<EndToEndId>R1</EndToEndId>", "<EndToEndId></EndToEndId>", "EndToEndId holds"),
        ("<Dt>2026-11-30</Dt>", "<Dt>30/11/2026</Dt>", "Dt holds"),
        ("</RmtInf>", "</RmtInf><Extra>x</Extra>", "CdtTrfTxInf holds"),
    ],
)
def test_the_check_itself_notices_what_is_wrong(found, put, fault):
    text = render("CT2026000001", MADE, PAYER, [Line("R1", 5, PAYER)])
    assert found in text

    root = ElementTree.fromstring(text.replace(found, put, 1).encode())  # noqa: S314 - made here

    assert any(one.startswith(fault) for one in faults(root)), faults(root)
