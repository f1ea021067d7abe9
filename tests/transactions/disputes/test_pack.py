"""The evidence pack holds everything by its hash, for both sides and who judges; the log keeps who took it."""

import hashlib
import io
import json
import zipfile

import pytest
from django.urls import reverse

from accounts.access.models import StaffRole
from exchange.files.services import place_of
from exchange.transparency.checker import GOOD, check
from exchange.transparency.models import Entry
from exchange.transparency.sealer import seal
from tests.factories.transactions import WORDS, acting, disputed, funded, jointly_listed, reviewer, staff, trader
from tests.transactions.disputes.steps import PDF, opening, pdf
from transactions.disputes import services
from transactions.disputes.models import DisputeEvidence
from transactions.disputes.services import packs

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def take(client, dispute, actor):
    client.force_login(actor.user)
    answer = client.post(reverse("transactions:dispute-pack", args=[dispute.number]))
    content = b"".join(answer.streaming_content) if answer.streaming else b""
    return answer, content


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def dispute():
    order = funded()
    made = opening(order, acting(order.buyer, "buyer"), files=[pdf("Biên bản.pdf"), pdf("../../anh.pdf")])
    services.answer(dispute_id=made.pk, text=WORDS, files=[pdf("tra-loi.pdf")], actor=acting(order.seller, "steward"))
    return made


def test_pack_holds_papers_contract_money_and_proofs_and_lists_each_by_its_hash(client, dispute):
    seal()

    answer, content = take(client, dispute, acting(dispute.order.buyer, "buyer"))

    files = files_of(content)
    listed = json.loads(files.pop("manifest.json"))
    assert {name: hashlib.sha256(body).hexdigest() for name, body in files.items()} == {
        name: one["sha256"] for name, one in listed["files"].items()
    }
    assert {name for name in files if name.startswith("papers/")} == {
        "papers/01-buyer-complaint-bien ban.pdf",
        "papers/02-buyer-complaint-anh.pdf",
        "papers/03-seller-answer-tra-loi.pdf",
    }
    assert files["papers/01-buyer-complaint-bien ban.pdf"] == PDF
    assert files["contract/contract-vi.txt"].decode() == dispute.order.contract.text_vi
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{dispute.number}-')
    openings = [body.decode() for name, body in files.items() if name.endswith("-opening.json")]
    assert len(openings) == len([name for name in files if name.endswith(".tlog-proof")]) > 3
    assert {check(text).outcome for text in openings} == {GOOD}


def test_pages_to_print_are_in_both_languages_and_name_every_paper(client, dispute):
    _answer, content = take(client, dispute, acting(dispute.order.seller, "steward"))

    files = files_of(content)
    for language, words in (("vi", "Hồ sơ chứng cứ của tranh chấp"), ("en", "Evidence pack of dispute")):
        page = files[f"dispute-{language}.html"].decode()
        assert f'<html lang="{language}">' in page
        assert f"{words} {dispute.number}" in page
        assert page.count(hashlib.sha256(PDF).hexdigest()) == 3
        assert "<script" not in page
        assert f"escrow:{dispute.order.number}" in page


def test_the_pack_tells_neither_side_what_each_owner_of_the_data_receives(client):
    order = funded(completed=True, listing=jointly_listed(3_333))
    made = opening(order, acting(order.buyer, "buyer"))

    _answer, content = take(client, made, acting(order.buyer, "buyer"))

    page = files_of(content)["dispute-vi.html"].decode()
    assert "<td>seller:payable</td>" in page
    assert "2.156.000" in page
    assert not [part for part in ("718.595", "1.437.405", "seller:payable:") if part in page]


def test_log_keeps_who_took_it_by_the_hash_of_its_list(client, dispute):
    buyer = acting(dispute.order.buyer, "buyer")

    _answer, content = take(client, dispute, buyer)

    noted = Entry.objects.get(kind="dispute.pack")
    manifest = files_of(content)["manifest.json"]
    record = json.loads(noted.record)
    assert noted.actor == buyer.label
    assert record["data"]["manifest"] == hashlib.sha256(manifest).hexdigest()
    assert (record["data"]["side"], record["data"]["files"]) == ("buyer", str(len(json.loads(manifest)["files"])))


def test_reviewer_and_supervisor_take_it_too(client):
    dispute = disputed()

    for actor in (reviewer(), staff(StaffRole.SUPERVISOR)):
        answer, content = take(client, dispute, actor)
        assert answer.status_code == 200
        assert "manifest.json" in files_of(content)
    assert Entry.objects.filter(kind="dispute.pack").count() == 2


@pytest.mark.parametrize("who", ["stranger", "finance", "nobody"])
def test_everybody_else_gets_nothing_and_nothing_is_noted(client, who):
    dispute = disputed()
    if who == "nobody":
        answer = client.post(reverse("transactions:dispute-pack", args=[dispute.number]))
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
    else:
        actor = acting(trader()) if who == "stranger" else staff(StaffRole.FINANCE)
        answer, _content = take(client, dispute, actor)
        assert answer.status_code == 404

    assert not Entry.objects.filter(kind="dispute.pack").exists()


def test_paper_that_is_no_longer_what_was_handed_in_is_named_and_left_out(client, dispute):
    evidence = DisputeEvidence.objects.select_related("file").order_by("pk")[0]
    place_of(evidence.file).write_bytes(PDF + b" changed")

    _answer, content = take(client, dispute, acting(dispute.order.buyer, "buyer"))

    files = files_of(content)
    assert len([name for name in files if name.startswith("papers/")]) == 2
    assert "Left out: it is no longer what was handed in." in files["dispute-en.html"].decode()
    assert evidence.file.sha256 in files["dispute-en.html"].decode()


def test_too_many_packs_within_the_hour_are_refused_with_a_sentence(client, dispute, monkeypatch):
    monkeypatch.setattr(packs, "MOST_AN_HOUR", 1)
    buyer = acting(dispute.order.buyer, "buyer")
    take(client, dispute, buyer)

    answer, _content = take(client, dispute, buyer)

    assert answer["Location"] == dispute.get_absolute_url()
    assert Entry.objects.filter(kind="dispute.pack").count() == 1


def test_asking_by_get_makes_nothing(client, dispute):
    client.force_login(acting(dispute.order.buyer, "buyer").user)

    assert client.get(reverse("transactions:dispute-pack", args=[dispute.number])).status_code == 405


@pytest.mark.parametrize(
    ("role", "is_offered"), [(StaffRole.REVIEWER, True), (StaffRole.SUPERVISOR, True), (StaffRole.FINANCE, False)]
)
def test_case_page_of_the_console_offers_it_to_who_judges_and_who_watches(client, role, is_offered):
    dispute = disputed()
    client.force_login(staff(role).user)

    page = client.get(reverse("admin:transactions_dispute_change", args=[dispute.pk])).content.decode()

    assert (f'action="{reverse("transactions:dispute-pack", args=[dispute.number])}"' in page) is is_offered
