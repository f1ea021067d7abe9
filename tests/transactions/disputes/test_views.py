"""Pages of a dispute: both sides act on theirs, papers stay between them and who judges."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access.models import StaffRole
from tests.factories.transactions import WORDS, acting, disputed, funded, reviewer, staff, trader
from transactions.disputes.models import Dispute, DisputeEvidence

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NAMES = ("dispute-answer", "dispute-add", "dispute-appeal", "dispute-withdraw", "dispute-consent")
PDF = b"%PDF-1.7 chung cu"
FORMS = {
    "dispute-answer": {"text": WORDS},
    "dispute-add": {"text": WORDS},
    "dispute-appeal": {"reason_code": "other", "text": WORDS},
    "dispute-withdraw": {"reason_code": "other", "text": WORDS},
    "dispute-consent": {"ruling": "QĐ-TC-2026-1", "answer": "accept"},
}


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def address(name, dispute):
    return reverse(f"transactions:{name}", args=[dispute.number])


def page(client, dispute, actor):
    client.force_login(actor.user)
    return client.get(dispute.get_absolute_url())


def buttons(answer, dispute) -> set[str]:
    text = answer.content.decode().split('id="main"')[-1]
    return {name for name in NAMES if f'"{address(name, dispute)}"' in text}


def opened_on_the_page(client, order) -> Dispute:
    client.force_login(acting(order.buyer, "buyer").user)
    papers = [SimpleUploadedFile(f"anh-{n}.pdf", PDF, "application/pdf") for n in (1, 2)]
    given = {"reason_code": "content_differs", "text": WORDS, "files": papers}
    answer = client.post(reverse("transactions:dispute-open", args=[order.number]), given)
    dispute = Dispute.objects.get()
    assert answer["Location"] == dispute.get_absolute_url()
    return dispute


def test_a_dispute_is_opened_with_several_papers_and_answered(client):
    order = funded()

    dispute = opened_on_the_page(client, order)

    assert [paper.file.name for paper in DisputeEvidence.objects.all()] == ["anh-1.pdf", "anh-2.pdf"]
    client.force_login(acting(order.seller, "steward").user)
    assert WORDS in client.get(address("dispute-answer", dispute)).content.decode()
    client.post(address("dispute-answer", dispute), {"text": WORDS, "version": dispute.version})
    dispute.refresh_from_db()
    assert dispute.state == "mediation"


def test_a_bad_paper_keeps_what_was_typed(client):
    order = funded()
    client.force_login(acting(order.buyer, "buyer").user)
    given = {"reason_code": "other", "text": WORDS, "files": [SimpleUploadedFile("a.pdf", b"PK docx")]}

    answer = client.post(reverse("transactions:dispute-open", args=[order.number]), given)

    assert (answer.status_code, Dispute.objects.count()) == (409, 0)
    assert WORDS in answer.content.decode()
    assert "PDF, PNG" in answer.content.decode()


BUTTONS = {
    ("answer_due", "buyer", "buyer"): {"dispute-add", "dispute-withdraw"},
    ("answer_due", "seller", "steward"): {"dispute-answer"},
    ("mediation", "buyer", "buyer"): {"dispute-add", "dispute-withdraw"},
    ("mediation", "seller", "steward"): {"dispute-add"},
    ("proposed", "buyer", "signatory"): {"dispute-consent"},
    ("proposed", "buyer", "buyer"): {"dispute-add", "dispute-withdraw"},
    ("proposed", "seller", "steward"): {"dispute-add"},
    ("proposed", "seller", "signatory"): {"dispute-consent"},
    ("decided", "buyer", "buyer"): {"dispute-appeal"},
    ("decided", "buyer", "signatory"): {"dispute-consent"},
    ("decided", "seller", "steward"): {"dispute-appeal"},
    ("decided", "seller", "signatory"): {"dispute-consent"},
    ("appealed", "buyer", "buyer"): {"dispute-add"},
    ("appealed", "seller", "steward"): {"dispute-add"},
}


@pytest.mark.parametrize("stage", ["answer_due", "mediation", "proposed", "decided", "appealed", "closed"])
def test_every_role_sees_its_buttons_and_posting_the_others_changes_nothing(client, stage):
    dispute = disputed(stage)
    for side in ("buyer", "seller"):
        for role in ("owner", "steward", "buyer", "signatory", "finance"):
            answer = page(client, dispute, acting(getattr(dispute.order, side), role))
            shown = buttons(answer, dispute)
            assert answer.status_code == 200
            assert shown == BUTTONS.get((stage, side, role), set()), (stage, side, role)
            for name in set(NAMES) - shown:
                refused = client.post(address(name, dispute), FORMS[name] | {"version": dispute.version})
                assert refused.status_code in (403, 409) or refused["Location"] == dispute.get_absolute_url(), name
    after = Dispute.objects.get()
    assert (after.state, after.version) == (dispute.state, dispute.version)


def test_both_signatories_settle_on_the_page(client):
    dispute = disputed("proposed")
    ruling = dispute.rulings.get().number
    for side in ("buyer", "seller"):
        client.force_login(acting(getattr(dispute.order, side), "signatory").user)
        client.post(address("dispute-consent", dispute), {"ruling": ruling, "answer": "accept"})

    text = page(client, dispute, acting(dispute.order.buyer, "buyer")).content.decode()

    dispute.refresh_from_db()
    assert (dispute.state, dispute.refund) == ("closed", 550_000)
    assert "550.000" in text


@pytest.mark.parametrize("stage", ["answer_due", "proposed", "closed"])
def test_the_page_reads_in_both_languages_within_its_budget(client, stage, django_assert_max_num_queries):
    dispute = disputed(stage)
    client.force_login(acting(dispute.order.buyer, "buyer").user)
    client.get(dispute.get_absolute_url())
    with django_assert_max_num_queries(20):
        vietnamese = client.get(dispute.get_absolute_url()).content.decode()
    english = client.get("/en" + dispute.get_absolute_url()).content.decode()
    assert "Tranh chấp" in vietnamese
    assert "What both sides say" in english


def test_the_order_page_shows_the_dispute_its_stage_and_its_day(client, django_assert_max_num_queries):
    dispute = disputed("answer_due")
    client.force_login(acting(dispute.order.seller, "steward").user)
    client.get(dispute.order.get_absolute_url())

    with django_assert_max_num_queries(20):
        text = client.get(dispute.order.get_absolute_url()).content.decode()

    assert f"Tranh chấp {dispute.number}: Chờ trả lời" in text
    assert f"Đến hết ngày {dispute.due_on:%d/%m/%Y}" in text or f"{dispute.due_on:%d/%m/%Y}" in text
    assert dispute.get_absolute_url() in text


def test_papers_open_to_both_sides_to_reviewers_and_the_supervisor_only(client):
    dispute = opened_on_the_page(client, funded())
    paper = DisputeEvidence.objects.first()
    place = reverse("transactions:dispute-paper", args=[dispute.number, paper.pk])
    order = dispute.order

    for actor in (acting(order.buyer, "finance"), acting(order.seller, "steward"), reviewer(), staff("supervisor")):
        client.force_login(actor.user)
        answer = client.get(place)
        assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
    for actor in (acting(trader(), "buyer"), staff(StaffRole.FINANCE), staff(StaffRole.ADMINISTRATOR)):
        client.force_login(actor.user)
        assert client.get(place).status_code == 404
    client.logout()
    assert client.get(place).status_code == 302


def test_a_paper_is_reached_through_its_own_dispute_only(client):
    dispute, other = opened_on_the_page(client, funded()), disputed("mediation")
    paper = DisputeEvidence.objects.first()
    client.force_login(acting(other.order.buyer, "buyer").user)

    assert client.get(reverse("transactions:dispute-paper", args=[other.number, paper.pk])).status_code == 404
    assert client.get(reverse("transactions:dispute-paper", args=[dispute.number, paper.pk])).status_code == 404


def test_rows_of_papers_are_shown_to_those_who_see_the_order(client):
    dispute = opened_on_the_page(client, funded())
    buyer, seller = acting(dispute.order.buyer, "buyer"), acting(dispute.order.seller, "finance")

    def seen(actor):
        return DisputeEvidence.objects.visible_to(actor).count()

    assert seen(buyer) == seen(seller) == seen(staff(StaffRole.SUPERVISOR)) == DisputeEvidence.objects.count() > 0
    assert seen(acting(trader(), "buyer")) == seen(staff(StaffRole.ADMINISTRATOR)) == 0


def test_strangers_do_not_see_a_dispute(client):
    dispute = disputed("mediation")

    assert client.get(dispute.get_absolute_url()).status_code == 302
    assert page(client, dispute, acting(trader(), "buyer")).status_code == 404
    assert page(client, dispute, staff(StaffRole.ADMINISTRATOR)).status_code == 404
    assert page(client, dispute, staff(StaffRole.FINANCE)).status_code == 200
