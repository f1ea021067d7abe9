"""The browser recomputes receipts by itself: path, signature and opening; and says exactly what is wrong with one.

The page is served once and then cut off from the server, so that nothing but the browser can have found the answer.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from exchange.transparency import keys, notes, selectors
from exchange.transparency.models import Entry, Leaf
from exchange.transparency.sealer import seal
from tests.browser.portal import Portal
from transactions.orders.models import Order

GOOD = "Match: this receipt is in the public log."
SIGNED = "The signature holds."
WITH_ANOTHER_PATH = """(box, wrong) => {
  const p = JSON.parse(box.textContent); p.path[0] = wrong; box.textContent = JSON.stringify(p);
}"""
UNSIGNED = "This browser cannot check Ed25519 signatures; the server did."


@pytest.fixture
def receipt(portal: Portal) -> str:
    """The proof file of an entry of the demonstration, well inside the tree."""
    seal()
    return str(selectors.receipt(Entry.objects.select_related("sequenced").get(sequenced__index=40)))


@pytest.fixture
def opening(portal: Portal) -> dict[str, Any]:
    """The opening of a paid order."""
    seal()
    order = Order.objects.filter(state="completed").order_by("pk")[0]
    return selectors.opening(selectors.entries_of(order).get(kind="order.pay"))


@pytest.fixture
def check(portal: Portal, window: Callable[..., BrowserContext]) -> Callable[[str], str]:
    """What the page says of a text, with the network cut after it was loaded."""
    tab = window(language="en-GB").new_page()
    tab.goto(f"{portal.url}/en/transparency/verify/")
    tab.context.set_offline(True)

    def ask(text: str) -> str:
        tab.fill("textarea", text)
        tab.locator("form[data-receipt] output").evaluate("out => { out.textContent = ''; }")
        tab.click("button[data-here]")
        out = tab.locator("form[data-receipt] output")
        expect(out).not_to_be_empty()
        assert tab.evaluate("window.__violations") == []
        return out.inner_text()

    ask.tab = tab  # type: ignore[attr-defined]
    return ask


def has_ed25519(tab: Page) -> bool:
    """Whether this browser checks Ed25519 signatures."""
    script = "crypto.subtle.generateKey({name: 'Ed25519'}, false, ['sign', 'verify']).then(() => true, () => false)"
    return tab.evaluate(script)


def test_true_receipt_is_recomputed_without_the_server(check, receipt):
    said = check(receipt)

    signed = SIGNED if has_ed25519(check.tab) else UNSIGNED
    size = notes.TreeHead.parse(notes.split(notes.Proof.parse(receipt).checkpoint)[0]).size
    when = f"The receipt is from when the log had {size} entries; the server compares it with the present log."
    assert said == f"{GOOD} {signed} {when}"


def test_receipt_with_line_ends_of_another_system_and_an_older_one_hold(check, receipt):
    grown = Leaf.objects.count()

    assert check(receipt.replace("\n", "\r\n")).startswith(GOOD)
    assert f"when the log had {grown} entries" in check(receipt)


def edited(text: str, line: int, how: Callable[[str], str]) -> str:
    lines = text.split("\n")
    lines[line] = how(lines[line])
    return "\n".join(lines)


def flip(text: str) -> str:
    return ("B" if text[0] != "B" else "C") + text[1:]


def foreign(_text: str) -> str:
    signer = notes.Signer.generate("log.other.example/2026")
    return notes.Proof(0, (), signer.sign(notes.TreeHead(signer.name, 7, bytes(32)).text), b"{}").text


def path_end(text: str) -> int:
    return text.split("\n").index("") - 1


def checkpoint_line(number: int) -> Callable[[str, Callable[[str], str]], str]:
    return lambda text, how: edited(text, text.split("\n").index("") + number, how)


ORIGIN, SIZE, ROOT, SIGNATURE = (checkpoint_line(number) for number in (1, 2, 3, 5))
PATH = "The path does not lead to the signed root: the leaf, its number or the path was changed."
CHANGED = "The signature does not fit the checkpoint: the checkpoint was changed after it was signed."
UNKNOWN = "The checkpoint carries no signature of this log's key."
CUT = "The file is cut short: the signed checkpoint at its end is missing."
LEAF = "extra " + base64.b64encode(b"{}").decode()
TAMPERED: dict[str, tuple[Callable[[str], str], str]] = {
    "another leaf": (lambda t: edited(t, 1, lambda _: LEAF), PATH),
    "another index": (lambda t: edited(t, 2, lambda _: "index 41"), PATH),
    "index beyond the tree": (
        lambda t: edited(t, 2, lambda _: "index 99999999"),
        "The entry number is beyond the size of the signed tree: the number was changed.",
    ),
    "bit flip in the path": (lambda t: edited(t, 4, flip), PATH),
    "swapped siblings": (lambda t: "\n".join([*(ls := t.split("\n"))[:3], ls[4], ls[3], *ls[5:]]), PATH),
    "truncated path": (
        lambda t: "\n".join([*(ls := t.split("\n"))[: path_end(t)], *ls[path_end(t) + 1 :]]),
        "The path is too short for a tree of this size: lines are missing.",
    ),
    "extended path": (
        lambda t: edited(t, path_end(t), lambda line: f"{line}\n{line}"),
        "The path is too long for a tree of this size: lines were added.",
    ),
    "foreign": (foreign, "The checkpoint belongs to another log: log.other.example/2026."),
    "origin": (
        lambda t: ORIGIN(t, lambda _: "log.other.example/2026"),
        "The checkpoint belongs to another log: log.other.example/2026.",
    ),
    "size": (lambda t: SIZE(t, lambda line: str(int(line) + 1)), CHANGED),
    "size that is none": (
        lambda t: SIZE(t, lambda _: "many"),
        "The checkpoint is damaged: its size or root cannot be read.",
    ),
    "root": (lambda t: ROOT(t, flip), CHANGED),
    "signature": (lambda t: SIGNATURE(t, lambda line: line[:-10] + flip(line[-10:])), CHANGED),
    "key id": (lambda t: SIGNATURE(t, lambda line: f"{(w := line.split(' '))[0]} {w[1]} {flip(w[2])}"), UNKNOWN),
    "another key name": (lambda t: SIGNATURE(t, lambda line: line.replace(" log.", " tog.")), UNKNOWN),
    "cut in the middle": (lambda t: t[: len(t) // 3], CUT),
    "cut before the signature": (
        lambda t: t.rpartition("\n\n")[0],
        "The checkpoint is damaged or cut short: it has no signature line.",
    ),
    "damaged base64": (
        lambda t: edited(t, 4, lambda line: line[:-2] + "!="),
        "The proof file is damaged: a line of it is not valid Base64.",
    ),
    "damaged first lines": (
        lambda t: edited(t, 2, lambda _: "index four"),
        "The proof file is damaged: its first lines do not read as a proof.",
    ),
    "another format": (
        lambda t: t.replace("proof@v1", "proof@v2"),
        "This is no receipt of the log: a proof file begins with c2sp.org/tlog-proof@v1, an opening with {.",
    ),
}


def test_every_kind_of_tampering_is_named(check, receipt):
    signs = has_ed25519(check.tab)

    for kind, (tamper, sentence) in TAMPERED.items():
        said = check(tamper(receipt))
        if not signs and sentence == CHANGED:
            continue  # only the server can tell in this browser
        assert (kind, said) == (kind, sentence)


def test_opening_shows_that_record_and_salt_fit_the_leaf(check, opening):
    said = check(json.dumps(opening, ensure_ascii=False, indent=1))

    assert said.startswith(f"Record and salt give exactly the commitment of the leaf. {GOOD}")


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            ("record", "data", "total"),
            "1",
            "Record and salt do not give the commitment of the leaf: the record, the salt or the leaf was changed.",
        ),
        (
            ("salt",),
            "00" * 32,
            "Record and salt do not give the commitment of the leaf: the record, the salt or the leaf was changed.",
        ),
        (
            ("leaf", "ts"),
            "2026-01-01T00:00:00Z",
            "The leaf was changed: its hash is not the one the opening states.",
        ),
        (("salt",), "zz", "The opening is damaged or cut short: it needs leaf, record, salt and proof."),
        (("proof",), None, "The entry was not yet published when the opening was saved: it holds no proof."),
    ],
)
def test_changed_opening_is_named(check, opening, path, value, sentence):
    place = opening
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value

    assert check(json.dumps(opening)) == sentence


def test_opening_cut_short_is_named(check, opening):
    assert check(json.dumps(opening)[:-20]) == (
        "The opening is damaged or cut short: it needs leaf, record, salt and proof."
    )


def test_receipt_of_the_page_is_recomputed_in_vietnamese(portal, window):
    seal()
    entry = Entry.objects.select_related("sequenced").get(sequenced__index=40)
    tab = window().new_page()
    tab.goto(f"{portal.url}/transparency/verify/?hash={entry.leaf_hash}")
    tab.context.set_offline(True)

    tab.click("[data-proof] button")

    out = tab.locator("[data-proof] output")
    expect(out).to_contain_text("Khớp: biên nhận này nằm trong nhật ký công khai.")
    expect(out).to_have_class("badge ok")
    assert tab.evaluate("window.__violations") == []
    tab.locator("[data-proof] script[type='application/json']").evaluate(
        WITH_ANOTHER_PATH,
        "00" * 32,
    )
    tab.click("[data-proof] button")
    expect(out).to_contain_text("Đường dẫn không đến mã gốc đã ký")
    expect(out).to_have_class("badge err")


def test_page_has_the_keys_of_every_year(portal, window):
    tab = window().new_page()
    tab.goto(f"{portal.url}/transparency/verify/")

    assert keys.verifier().vkey in (tab.locator("form[data-receipt]").get_attribute("data-keys") or "").split(" ")
