"""The same trade as everywhere, walked on a telephone in Vietnamese: from a file to money, in a real browser."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from exchange.jobs.testing import run_jobs
from tests.browser.portal import Portal
from transactions.ledger.selectors import balance, total
from transactions.orders.models import Order

PHONE = 360
ROWS = (f"Trạm {i % 4 + 1},2025-{1 + i // 4:02d}-01,{i * 7 % 17}" for i in range(48))
TABLE = "\n".join(["tram,ngay,do_man", *ROWS, ""]).encode()
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n% "
ANSWERS: dict[str, Any] = {
    "title_vi": "Độ mặn sông Hậu theo tháng",
    "title_en": "Salinity of the Hau river by the month",
    "summary_vi": "Độ mặn đo tại bốn trạm trên sông Hậu.",
    "summary_en": "Salinity measured at four stations on the Hau river.",
    "kind": "derived_product",
    "theme": "environment",
    "keywords": "độ mặn, sông Hậu, trạm đo",
    "description_vi": "## Phạm vi\n\nBốn trạm đo trên sông Hậu trong năm 2025, mỗi tháng một số liệu cho mỗi trạm.\n\n"
    "## Phương pháp\n\nĐo tự động theo quy chuẩn, kiểm tra hằng tháng.\n\n## Hạn chế\n\nCó tháng thiếu số liệu.",
    "steward_name": "Cán bộ quản lý dữ liệu (minh họa)",
    "contact_mailbox": "dulieu@demo.example",
    "origin": "DERIVED",
    "how_obtained": "derived",
    "legal_basis": "Nghị định 48/2020/NĐ-CP, Điều 9",
    "parents": "Số liệu của trạm đo tự động",
    "method": "Tổng hợp theo tháng và đối soát từng trạm đo.",
    "inputs_permit_resale": True,
    "rights": ["right_hold", "right_use", "right_operate"],
    "subject": "NON_PERSONAL",
    "importance": "OTHER",
    "sharing": "SHARED",
    "secrecy": "NONE",
    "basis": "1234/QĐ (minh họa)",
    "prohibited_declared": True,
    "access": "account",
    "for_state": "yes",
    "for_firms": "yes",
    "for_persons": "yes",
    "layer": "aggregate",
    "domain": "SECTOR",
    "storage_place": "Trung tâm dữ liệu Hà Nội",
    "security_level": "3",
    "retention": "Lưu 10 năm",
    "frequency": "yearly",
    "last_updated": "31/12/2025",
    "late_after_days": "30",
    "temporal_from": "01/01/2025",
    "temporal_to": "31/12/2025",
    "spatial": "Sông Hậu, bốn trạm",
    "limitations": "Có tháng thiếu số liệu.",
    **dict.fromkeys(("accurate", "complete", "clean", "live", "standardised", "shareable"), "95"),
    "declared_method": "Tự đánh giá theo kết quả kiểm tra hằng tháng.",
}
OFFER: dict[str, Any] = {
    "price_kind": "one_off",
    "audience": "public",
    "price": "8.200.000",
    "vat_treatment": "VAT10",
    "price_method": "cost",
    "price_basis": "Quyết định 01/QĐ (minh họa)",
    "finance_opinion": "Công văn 02/BTC (minh họa)",
    "purposes": ["internal_analysis", "research"],
    "territories": ["VN"],
    "term_months": "12",
    "onward_transfer": "none",
    "derivation": "internal",
    "attribution": "Nguồn: trạm đo sông Hậu",
    "max_users": "20",
    "delete_within_days": "30",
}
ORDER = {
    "purpose": "internal_analysis",
    "territory": "VN",
    "storage_place": "VN",
    "use_description": "Phân tích độ mặn trong nội bộ để lập kế hoạch năm 2027 (minh họa).",
}
CASH = 9_020_000  # price and 10 percent VAT


@dataclass
class Phone:
    """One person with a telephone; every page they come to is examined once."""

    portal: Portal
    role: str
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @property
    def tab(self) -> Page:
        return self.portal.tab(self.role, width=PHONE)

    def go(self, path: str) -> None:
        self.tab.goto(path if path.startswith("http") else self.portal.url + path)
        self.look()

    def look(self) -> None:
        """Examine the page that is open, once for each kind of page."""
        self.tab.wait_for_load_state("load")
        kind = re.sub(r"[A-Z]+-?\d[\w-]*|\d+", "*", self.tab.url)
        if kind not in self.seen:
            self.seen.add(kind)
            self.faults += self.portal.faults(self.tab)

    def press(self, button: Locator | str) -> None:
        """Press a button or follow a link, and look where it leads."""
        locator = self.tab.locator(button) if isinstance(button, str) else button
        with self.tab.expect_navigation():
            locator.first.click()
        self.look()

    def answer(self, answers: dict[str, Any]) -> None:
        """Fill in the fields of the page that are asked for, those under a fold too."""
        self.unfold()
        for name, value in answers.items():
            box = self.tab.locator(f"main form [name='{name}']")
            if box.count():
                _answer(box, value)

    def unfold(self) -> None:
        """Open every fold of the form."""
        self.tab.evaluate("document.querySelectorAll('main form details').forEach(one => { one.open = true; })")

    def walk(self, answers: dict[str, Any], end: str) -> None:
        """Page after page of the registration until an address is reached."""
        for _page in range(14):
            if end in self.tab.url:
                return
            self.answer(answers)
            licence = self.tab.locator("main form [name=licence]")
            if licence.count():
                licence.first.check()
            here = self.tab.url
            self.press("main form button.big")
            assert self.tab.url != here, self.tab.inner_text("main")[:900]
        raise AssertionError(f"{end} was not reached")


def _answer(box: Locator, value: Any) -> None:
    tag, kind = box.first.evaluate("one => [one.tagName, one.type]")
    if kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else [value]:
            box.first.check() if one is True else box.and_(box.page.locator(f"[value='{one}']")).check()
    elif tag == "SELECT":
        box.first.select_option(value)
    else:
        box.first.fill(value)


@dataclass
class Walk:
    """The trade so far."""

    portal: Portal
    people: dict[str, Phone] = field(default_factory=dict)
    asset: str = ""
    order: str = ""

    def person(self, role: str) -> Phone:
        return self.people.setdefault(role, Phone(self.portal, role))

    def register(self) -> None:
        """The steward describes an asset, hands in its file, and sends it."""
        steward = self.person("steward")
        steward.go("/register/")
        steward.press("form[action$='/register/start/'] button")
        self.asset = re.search(r"D-\d{4}-\d+", steward.tab.url)[0]
        steward.go(f"/register/{self.asset}/1/")
        steward.walk(ANSWERS, "/file/")
        self.hand_in(steward)
        steward.go(f"/register/{self.asset}/3/")
        steward.walk(ANSWERS, "/3-papers/")
        for claim in ("origin", "price"):
            steward.tab.select_option("[name=claim]", claim)
            body = PAPER + f"{self.asset} {claim}".encode()
            steward.tab.set_input_files(
                "[name=upload]", {"name": f"{claim}.pdf", "mimeType": "application/pdf", "buffer": body}
            )
            steward.press("form:has([name=upload]) button.second")
        steward.go(f"/register/{self.asset}/4/")
        steward.walk(ANSWERS, "/7/")

    def hand_in(self, steward: Phone) -> None:
        """The file, how it is read, what its columns mean."""
        tab = steward.tab
        tab.set_input_files("[name=upload]", {"name": "do-man.csv", "mimeType": "text/csv", "buffer": TABLE})
        steward.press("form[data-upload] button.big")
        run_jobs()
        steward.go(f"/register/{self.asset}/2/")
        steward.press("form[action$='/file/reading/'] button.big")
        steward.unfold()
        for position, words in enumerate(("Tên trạm", "Ngày đo", "Độ mặn"), 1):
            tab.fill(f"[name=c{position}-label_vi]", words)
        steward.press("main form button.big")

    def offer(self) -> None:
        """The steward says on which terms the data is offered, and sends both for decision."""
        steward = self.person("steward")
        steward.go(f"/register/{self.asset}/6/")
        steward.walk(OFFER, "/7/")
        steward.tab.check("[name=declared]")
        steward.press("main form button.big")
        assert "/7/" not in steward.tab.url, steward.tab.inner_text("main")[:900]

    def approve(self) -> None:
        """A reviewer decides about both in the console."""
        reviewer = self.person("reviewer")
        reviewer.go(f"/admin/catalog/revision/?q={self.asset}")
        reviewer.press("#result_list tbody th a")
        for part in ("registration", "listing"):
            for decision in ("take", "approve"):
                self._decide(reviewer, part, decision)

    def _decide(self, reviewer: Phone, part: str, decision: str) -> None:
        form = reviewer.tab.locator(f"form:has([name=key][value={part}])").filter(
            has=reviewer.tab.locator(f"[name=decision][value={decision}]")
        )
        if not form.count():
            return
        choice = form.first.locator(f"[name=decision][value={decision}]")
        if choice.get_attribute("type") == "radio":
            choice.check()
        reviewer.press(form.first.locator("button").last)
        run_jobs()

    def buy(self) -> None:
        """The buyer finds the data and orders it; the seller accepts; the rules clear it."""
        buyer, steward = self.person("buyer"), self.person("steward")
        buyer.go("/catalogue/?q=do+man+song+hau")
        buyer.press(f".result a[href*='{self.asset}']")
        buyer.press("a[href$='/order/']")
        buyer.answer(ORDER)
        buyer.press("main form button.big")
        self.order = re.search(r"/orders/([A-Z0-9]+)/", buyer.tab.url)[1]
        steward.go(f"/orders/{self.order}/")
        steward.press("a[href$='/accept/']")
        steward.press("main form button.btn >> nth=0")
        run_jobs()

    def sign(self) -> None:
        """A signatory of each side reads and accepts the contract."""
        for role in ("signatory", "nguoi-ky.minhhoa"):
            signatory = self.person(role)
            signatory.go(f"/orders/{self.order}/")
            signatory.press("a[href$='/contract/']")
            for box in ("has_read", "has_power"):
                signatory.tab.check(f"[name={box}]")
            signatory.tab.fill("[name=password]", self.portal.demonstration.password)
            signatory.press("main form button.big")
        run_jobs()

    def pay(self) -> None:
        """Finance sees what to transfer; the bank reports the transfer."""
        finance, customer = self.person("finance"), self.person("visitor")
        finance.go(f"/orders/{self.order}/")
        finance.press("a[href$='/payment/']")
        customer.go(f"/demo/bank/?order={self.order}")
        customer.press("main form:has([name=memo]) button")
        run_jobs()
        finance.go(f"/orders/{self.order}/payment/")

    def receive(self) -> bytes:
        """The buyer takes the file and confirms it."""
        buyer = self.person("buyer")
        buyer.go(f"/orders/{self.order}/")
        with buyer.tab.expect_download() as waiting:
            buyer.tab.click("form[action$='/download/'] button")
        body = waiting.value.path().read_bytes()
        run_jobs()
        buyer.go(f"/orders/{self.order}/")
        buyer.press("a[href$='/confirm/']")
        buyer.press("main form button.btn >> nth=0")
        run_jobs()
        buyer.go(f"/orders/{self.order}/")
        return body

    @property
    def faults(self) -> Iterator[str]:
        for person in self.people.values():
            yield from person.faults


@pytest.fixture
def walk(portal: Portal) -> Walk:
    return Walk(portal)


def test_a_trade_on_a_telephone_from_file_to_money(walk):
    walk.register()
    walk.offer()
    walk.approve()
    walk.buy()
    walk.sign()
    walk.pay()
    body = walk.receive()

    order = Order.objects.get(number=walk.order)
    faults = list(walk.faults)
    assert not faults, "\n".join(faults)
    assert order.state == "completed"
    assert order.total == CASH
    assert hashlib.sha256(body).hexdigest() == hashlib.sha256(TABLE).hexdigest() == order.snapshot["file_sha256"]
    assert balance(f"escrow:{order.number}") == 0
    assert total() == 0
