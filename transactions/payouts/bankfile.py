"""The bank's order for a batch: ISO 20022 pain.001.001.09 (ADR 0012). Plain Python: rows in, text out."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import XMLGenerator  # writes only; nothing is parsed

from exchange.common.vietnamese import fold

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


@dataclass(frozen=True)
class Party:
    """A holder and the account at a bank of the NAPAS list."""

    holder: str
    bin: str
    account: str


@dataclass(frozen=True)
class Line:
    """One credit transfer, in whole dong."""

    reference: str
    amount: int
    payee: Party


class _Writer:
    """Nested elements with text."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.xml = XMLGenerator(self.text, encoding="UTF-8", short_empty_elements=True)

    def node(self, name: str, children: "Sequence[Node] | str", **attributes: str) -> None:
        """An element with its children or its text."""
        self.xml.startElement(name, attributes)
        if isinstance(children, str):
            self.xml.characters(children)
        else:
            for child in children:
                self.node(child[0], child[1], **(child[2] if len(child) > 2 else {}))
        self.xml.endElement(name)


Node = tuple


def render(number: str, made_at: dt.datetime, payer: Party, lines: Iterable[Line]) -> str:
    """The file of a batch; names in capitals without accents, as the interbank network carries them."""
    rows = list(lines)
    totals: list[Node] = [("NbOfTxs", str(len(rows))), ("CtrlSum", str(sum(row.amount for row in rows)))]
    head: list[Node] = [
        ("MsgId", number),
        ("CreDtTm", made_at.isoformat(timespec="seconds")),
        *totals,
        ("InitgPty", [("Nm", _name(payer.holder))]),
    ]
    payment: list[Node] = [
        ("PmtInfId", number),
        ("PmtMtd", "TRF"),
        *totals,
        ("ReqdExctnDt", [("Dt", made_at.date().isoformat())]),
        ("Dbtr", [("Nm", _name(payer.holder))]),
        ("DbtrAcct", _account(payer)),
        ("DbtrAgt", _agent(payer)),
        *(_transfer(row) for row in rows),
    ]
    writer = _Writer()
    writer.xml.startDocument()
    order: list[Node] = [("CstmrCdtTrfInitn", [("GrpHdr", head), ("PmtInf", payment)])]
    writer.node("Document", order, xmlns=NAMESPACE)
    return writer.text.getvalue() + "\n"


def _transfer(row: Line) -> Node:
    return (
        "CdtTrfTxInf",
        [
            ("PmtId", [("EndToEndId", row.reference)]),
            ("Amt", [("InstdAmt", str(row.amount), {"Ccy": "VND"})]),
            ("CdtrAgt", _agent(row.payee)),
            ("Cdtr", [("Nm", _name(row.payee.holder))]),
            ("CdtrAcct", _account(row.payee)),
            ("RmtInf", [("Ustrd", row.reference)]),
        ],
    )


def _account(party: Party) -> list[Node]:
    return [("Id", [("Othr", [("Id", party.account)])])]


def _agent(party: Party) -> list[Node]:
    return [("FinInstnId", [("ClrSysMmbId", [("MmbId", party.bin)])])]


def _name(holder: str) -> str:
    """The name as the network carries it; the message must hold one even where no letter of it can be carried."""
    return re.sub(r"[^A-Z0-9 .,&()/-]", " ", fold(holder).upper()).strip()[:140].strip() or "NOTPROVIDED"
