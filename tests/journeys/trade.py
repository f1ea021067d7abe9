"""One whole trade as people walk it: register, certificate, list, order, accept, sign, pay, download, confirm.

Knows the addresses of the README and the logins of `demo_accounts --json`; everything else it finds on the pages.
Every step first looks how things stand, so a step whose answer was lost is simply done again, as a person would.
"""

import http.client
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.journeys.answers import ANSWERS, ORDER, paper, table
from tests.journeys.walker import Answer, Form, Network, Unavailable, Walker

LOST = (OSError, http.client.HTTPException, Unavailable)  # no answer, half an answer, or "not now"
PATIENCE = 120


class Trade:
    """One trade between two organisations of the demonstration."""

    def __init__(
        self,
        address: str,
        logins: list[dict[str, Any]],
        *,
        seller: str = "finance",
        buyer: str = "buyer",
        name: str = "T",
        dataset: str = "",
        before: Callable[[str], None] = lambda step: None,
    ) -> None:
        self.address, self.logins, self.seller, self.buyer = address, logins, seller, buyer
        self.file, self.file_name = table(name), f"{name}.csv"
        self.before = before  # told the name of each step before it is done
        self.people: dict[tuple[str, str], Walker] = {}
        self.asset, self.number, self.certificate = dataset, "", ""
        self.order_form: Form | None = None
        self.received = b""
        self.repeated: list[str] = []
        self.steps: list[tuple[str, Callable[[], None]]] = [
            ("start", self.start),
            ("describe", self.describe),
            ("upload", self.upload),
            ("read", self.read),
            ("explain", self.explain),
            ("prove", self.prove),
            ("classify", self.classify),
            ("offer", self.offer),
            ("send", self.send),
            ("take", self.take),
            ("register", self.register),
            ("list", self.put_on_market),
            ("order", self.order),
            ("accept", self.accept),
            ("clear", self.clear),
            ("seller signs", lambda: self.sign(self.seller)),
            ("buyer signs", lambda: self.sign(self.buyer)),
            ("pay", self.pay),
            ("open", self.wait_for_access),
            ("download", self.download),
            ("confirm", self.confirm),
            ("receipts", self.receipts),
        ]
        if dataset:  # something that stands in the catalogue already: only the order is walked
            self.steps = self.steps[[name for name, _step in self.steps].index("order") :]

    def run(self, *, since: str = "", until: str = "") -> "Trade":
        """The whole walk, or the steps from one to another, both included."""
        names = [name for name, _step in self.steps]
        first, last = names.index(since or names[0]), names.index(until or names[-1])
        for name, step in self.steps[first : last + 1]:
            self.before(name)
            self._until_done(name, step)
        return self

    def _until_done(self, name: str, step: Callable[[], None]) -> None:
        """Do a step; while the portal does not answer, wait a moment and look again."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return step()
            except LOST as problem:
                if time.monotonic() > end:
                    raise AssertionError(f"Step {name!r} could not be done: {problem!r}") from problem
                self.repeated.append(name)
                time.sleep(0.3)

    # People

    def person(self, role: str, organisation: str = "staff") -> Walker:
        """Somebody with a role, signed in."""
        key = role, organisation
        if key not in self.people:
            walker = Walker(Network(self.address))
            login = next(row for row in self.logins if role in row["roles"] and row["organisation_key"] == organisation)
            walker.get("/accounts/login/")
            walker.submit(login=login["login"], password=login["password"])
            if "/login/" in walker.page.url:  # a process that died while it counted attempts blocks them for 10 s
                time.sleep(3)
                raise Unavailable(f"{login['login']} cannot sign in: {walker.page.status} {text_of(walker.page)[:300]}")
            self.people[key] = walker
        return self.people[key]

    @property
    def steward(self) -> Walker:
        """Who registers and lists."""
        return self.person("steward", self.seller)

    # The pages of a registration

    def start(self) -> None:
        """Begin a registration on the list of assets."""
        self.steward.get("/register/")
        self.steward.submit(self.steward.form(lambda form: form.action.endswith("/start/")))
        self.asset = urlsplit(self.steward.page.url).path.split("/")[2]

    def _page(self, place: str) -> str:
        return f"/register/{self.asset}/{place}"

    def _fill(self, first: str, end: str) -> None:
        """Answer page after page as they come, from one address until another is reached."""
        self.steward.get(self._page(first))
        while end not in self.steward.page.url:
            here, form = self.steward.page.url, self.steward.main_form()
            given = dict(ANSWERS)
            if "licence" in form.options:
                given["licence"] = form.options["licence"][0]
            self.steward.submit(form, **given)
            if self.steward.page.status != 200 or self.steward.page.url == here:
                raise AssertionError(f"{here} did not take the answers: {text_of(self.steward.page)[:1500]}")

    def describe(self) -> None:
        """What the asset is called and what it holds."""
        self._fill("1/", "/file/")

    def upload(self) -> None:
        """The file."""
        self.steward.get(self._page("2/"))
        if self.steward.page.url.endswith("/file/"):
            self.steward.submit(files={"upload": (self.file_name, self.file, "text/csv")})

    def read(self) -> None:
        """Wait for the reading and confirm it."""
        self._wait(self.steward, self._page("2/"), lambda page: "/wait/" not in page.url)
        if self.steward.page.url.endswith("/reading/"):
            self.steward.submit(self.steward.form(lambda form: form.action.endswith("/file/reading/")))

    def explain(self) -> None:
        """The dictionary; without a word about it nothing is previewed."""
        self.steward.get(self._page("file/dictionary/"))
        form = self.steward.main_form()
        labels = {
            name: f"{'Cột' if name.endswith('vi') else 'Column'} {name}" for name in form.kinds if "label" in name
        }
        self.steward.submit(form, **labels)

    def prove(self) -> None:
        """Origin, rights and papers."""
        self._fill("3/", "/3-papers/")
        for claim in ("origin", "price"):
            file = (f"{claim}.pdf", paper(f"{self.asset} {claim}"), "application/pdf")
            form = self.steward.form(lambda form: "claim" in form.kinds)
            self.steward.submit(form, claim=claim, files={"upload": file})

    def classify(self) -> None:
        """Class, protection, freshness, quality."""
        self._fill("4/", "/7/")

    def offer(self) -> None:
        """Price, licence, scope, terms."""
        self._fill("6/", "/7/")

    def send(self) -> None:
        """Registration and listing together; where it was sent already, the page leads away."""
        self.steward.get(self._page("7/"))
        if self.steward.page.url.endswith("/7/"):
            self.steward.submit(declared="on")
            if self.steward.page.url.endswith("/7/"):
                raise AssertionError(f"not sent: {text_of(self.steward.page)[:1500]}")

    # The console

    def _case(self) -> Walker:
        """The reviewer's page of the registration, found in the queue."""
        reviewer = self.person("operator_reviewer")
        if self.asset in reviewer.page.text and "/change/" in reviewer.page.url:
            reviewer.get(reviewer.page.url)
            return reviewer
        reviewer.get(f"/admin/catalog/revision/?q={self.asset}")
        reviewer.get(next(link for link in reviewer.links if "/revision/" in link and "/change/" in link))
        if self.asset not in reviewer.page.text:
            raise AssertionError(f"The console does not find {self.asset}")
        return reviewer

    def _decide(self, part: str, decision: str) -> None:
        """Press a decision of a part where the page still offers it."""

        def fits(form: Form) -> bool:
            offered = [*form.values.get("decision", []), *form.options.get("decision", [])]
            return form.values.get("key") == [part] and decision in offered

        reviewer = self._case()
        for form in filter(fits, reviewer.forms):
            reviewer.submit(form, decision=decision)
            if reviewer.page.status != 200:
                raise AssertionError(f"{part} {decision}: {text_of(reviewer.page)[:1500]}")

    def take(self) -> None:
        """The reviewer takes both cases."""
        self._decide("registration", "take")
        self._decide("listing", "take")

    def register(self) -> None:
        """The reviewer approves the registration; the steward finds the certificate."""
        self._decide("registration", "approve")
        self.steward.get(f"/register/{self.asset}/")
        link = next((link for link in self.steward.links if "/certificates/" in link), "")
        if not link:
            raise AssertionError(f"No certificate: {text_of(self.steward.page)[:1500]}")
        self.certificate = urlsplit(link).path

    def put_on_market(self) -> None:
        """The reviewer approves the listing."""
        self._decide("listing", "approve")

    # The order

    def order(self) -> None:
        """The buyer finds the dataset and orders; the same form is sent again when no answer came."""
        buyer = self.person("buyer", self.buyer)
        if self.order_form is None:
            buyer.get(f"/catalogue/?q={self.asset}")
            buyer.get(buyer.link(f"/datasets/{self.asset}/"))
            buyer.get(buyer.link("/order/"))
            self.order_form = buyer.main_form()
        buyer.submit(self.order_form, **ORDER)
        found = re.search(r"/orders/([A-Z0-9]+)/", buyer.page.url)
        if not found:
            raise AssertionError(f"no order: {text_of(buyer.page)[:1500]}")
        self.number = found[1]

    def _look(self, walker: Walker) -> Answer:
        return walker.get(f"/orders/{self.number}/")

    def accept(self) -> None:
        """The seller accepts where the page offers it."""
        self._look(self.steward)
        if link := self.steward.link("/accept/"):
            self.steward.get(link)
            self.steward.submit()

    def clear(self) -> None:
        """The rules check by themselves, and a contract is drawn up."""
        signatory = self.person("signatory", self.seller)
        self._wait(signatory, f"/orders/{self.number}/", lambda page: bool(signatory.link("/contract/")))

    def sign(self, organisation: str) -> None:
        """A signatory accepts the contract with the password."""
        signatory = self.person("signatory", organisation)
        self._look(signatory)
        signatory.get(signatory.link("/contract/"))
        forms = [form for form in signatory.forms if "password" in form.kinds]
        if forms:
            signatory.submit(forms[0], has_read="on", has_power="on", password=self.logins[0]["password"])
            if signatory.page.status != 200:
                raise AssertionError(f"not signed: {text_of(signatory.page)[:1500]}")

    def pay(self) -> None:
        """The bank's customer pays what the list of waiting orders says."""
        payer = Walker(Network(self.address))
        buyer = self.person("buyer", self.buyer)
        self._wait(buyer, f"/orders/{self.number}/", lambda page: self._is_payable(payer) or self._is_open(buyer))
        if link := payer.link(f"?order={self.number}"):
            payer.get(link)
            payer.submit(payer.form(lambda form: "memo" in form.kinds))

    def _is_payable(self, payer: Walker) -> bool:
        payer.get("/demo/bank/")
        return bool(payer.link(f"?order={self.number}"))

    def _is_open(self, buyer: Walker) -> bool:
        return any(form.action.endswith("/download/") for form in buyer.forms)

    def wait_for_access(self) -> None:
        """The exchange opens the data to the buyer by itself."""
        buyer = self.person("buyer", self.buyer)
        self._wait(buyer, f"/orders/{self.number}/", lambda page: self._is_open(buyer))

    def download(self) -> None:
        """The bytes."""
        buyer = self.person("buyer", self.buyer)
        self._look(buyer)
        buyer.submit(buyer.form(lambda form: form.action.endswith("/download/")))
        if "text/csv" not in buyer.page.headers.get("content-type", ""):
            raise AssertionError(f"no file: {text_of(buyer.page)[:1500]}")
        self.received = buyer.page.body

    def confirm(self) -> None:
        """The buyer confirms; afterwards the page no longer offers it."""
        buyer = self.person("buyer", self.buyer)
        self._wait(buyer, f"/orders/{self.number}/", lambda page: bool(buyer.link("/confirm/")) or self._is_done(page))
        if link := buyer.link("/confirm/"):
            buyer.get(link)
            buyer.submit()

    def _is_done(self, page: Answer) -> bool:
        return "Hoàn thành" in page.text.split("<h1")[0]

    # What the parties hold afterwards

    def receipts(self) -> None:
        """Wait for the last event of the order: the escrow is shared out."""
        buyer = self.person("buyer", self.buyer)
        self._wait(buyer, f"/orders/{self.number}/", lambda page: self._last_event(buyer) == "payment.settle")

    def _last_event(self, buyer: Walker) -> str:
        links = [link for link in buyer.links if link.endswith("/opening/")]
        return buyer.json(links[-1])["leaf"]["t"] if links else ""

    def openings(self) -> list[dict[str, Any]]:
        """The openings the order page hands out, oldest first."""
        buyer = self.person("buyer", self.buyer)
        self._look(buyer)
        links = [link for link in buyer.links if link.endswith("/opening/")]
        return [buyer.json(link) for link in dict.fromkeys(links)]

    def certificate_page(self) -> tuple[str, dict[str, Any]]:
        """What the certificate says, and the opening of the registration."""
        self.steward.get(self.certificate)
        words, link = text_of(self.steward.page), self.steward.link("/opening.json")
        return words, self.steward.json(link)

    def share(self) -> int:
        """What the seller receives, as the seller's order page says."""
        words = text_of(self._look(self.steward))
        return int(re.search(r"Bên bán nhận ([\d.]+) ₫", words)[1].replace(".", ""))

    @property
    def broken(self) -> list[str]:
        """Answers no person should ever see: a page of error 500."""
        return [line for walker in self.people.values() for line in walker.broken]

    def _wait(self, walker: Walker, address: str, done: Callable[[Answer], bool]) -> None:
        """Open a page again and again until something stands there."""
        end = time.monotonic() + PATIENCE
        while not done(walker.get(address)):
            if time.monotonic() > end:
                raise AssertionError(f"{address} stays as it is: {text_of(walker.page)[:1500]}")
            time.sleep(0.3)


def text_of(page: Answer) -> str:
    """What a person reads on a page."""
    inner = page.text.partition("<main")[2].partition("</main>")[0] or page.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner)).strip()
