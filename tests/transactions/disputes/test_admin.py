"""Disputes in the console: the queue, the case page, and the rulings a reviewer may give."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access.models import StaffRole
from exchange.console.models import PaperOpening
from tests.factories.transactions import WORDS, acting, disputed, funded, reviewer, staff
from transactions.disputes import services
from transactions.disputes.models import Dispute, Ruling

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
RULED = {
    "outcome.decide": "split",
    "amount.decide": "550.000",
    "reason_code.decide": "claim_partly_founded",
    "article.decide": "N314-17",
    "text": "Yêu cầu có căn cứ một phần.",
}


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def place(name, dispute, *more):
    return reverse(f"admin:transactions_dispute_{name}", args=[dispute.pk, *more])


def decide(client, dispute, decision, **data):
    version = Dispute.objects.get(pk=dispute.pk).version
    given = {"key": "dispute", "decision": decision, "version": version, **data}
    return client.post(place("decide", dispute), given)


def options(client, dispute) -> list[str]:
    return [option.code for option in client.get(place("change", dispute)).context["case"].decisions[0].options]


def test_the_queue_shows_what_waits_for_a_reviewer(client):
    waiting, _other = disputed("mediation"), disputed("answer_due")
    client.force_login(reviewer().user)

    index = client.get("/admin/")
    listed = client.get(reverse("admin:transactions_dispute_changelist"), {"queue": "waiting"})

    queue = {queue.source.key: queue.waiting for queue in index.context["console_queues"]}
    assert queue["disputes"] == 1
    assert [item.number for item in index.context["work"]] == [waiting.number]
    assert [row.pk for row in listed.context["cl"].result_list] == [waiting.pk]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("answer_due", []),
        ("mediation", ["propose", "decide"]),
        ("decided", []),
        ("appealed", ["decide_appeal"]),
        ("closed", []),
    ],
)
def test_the_case_page_offers_what_the_service_accepts(client, stage, expected):
    dispute = disputed(stage)
    client.force_login(reviewer().user)
    assert options(client, dispute) == expected
    client.force_login(staff(StaffRole.SUPERVISOR).user)
    assert options(client, dispute) == []


def test_a_reviewer_decides_with_a_sum_as_people_write_it(client):
    dispute, judge = disputed("mediation"), reviewer()
    client.force_login(judge.user)

    answer = decide(client, dispute, "decide", **RULED)

    made = Ruling.objects.get()
    assert answer.status_code == 302
    assert (made.outcome, made.refund, made.article, made.made_by) == ("split", 550_000, "N314-17", judge.user)


@pytest.mark.parametrize(
    ("change", "anchor"),
    [
        ({"amount.decide": ""}, "amount-decide-dispute"),
        ({"amount.decide": "ba trăm"}, "amount-decide-dispute"),
        ({"outcome.decide": ""}, "outcome-decide-dispute"),
        ({"article.decide": ""}, "article-decide-dispute"),
        ({"reason_code.decide": ""}, "code-decide-dispute"),
        ({"text": "Sai."}, "text-dispute"),
    ],
)
def test_what_lacks_is_said_beside_it_and_nothing_is_recorded(client, change, anchor):
    dispute = disputed("mediation")
    client.force_login(reviewer().user)

    answer = decide(client, dispute, "decide", **RULED | change)

    assert (answer.status_code, Ruling.objects.count()) == (409, 0)
    assert [place for place, _words in answer.context["errors"]] == [anchor]
    assert f'id="{anchor}"' in answer.content.decode()


def test_proposal_take_and_appeal_work_from_the_page(client):
    dispute, first = disputed("mediation"), reviewer()
    client.force_login(first.user)
    decide(client, dispute, "take")
    proposal = {name.replace("decide", "propose"): value for name, value in RULED.items()}
    decide(client, dispute, "propose", **proposal)
    decide(client, dispute, "decide", **RULED)
    buyer = acting(dispute.order.buyer, "buyer")
    services.appeal(dispute_id=dispute.pk, reason_code="other", text=WORDS, actor=buyer)

    page = client.get(place("change", dispute)).context["case"]
    assert page.decisions[0].conflict
    assert page.decisions[0].options == []
    appeal = {name.replace("decide", "decide_appeal"): value for name, value in RULED.items()}
    assert decide(client, dispute, "decide_appeal", **appeal).status_code == 409
    client.force_login(reviewer().user)
    decide(client, dispute, "decide_appeal", **appeal)

    assert [ruling.kind for ruling in Ruling.objects.order_by("pk")] == ["proposal", "decision", "appeal"]
    assert Dispute.objects.get().state == "closed"


def test_papers_of_a_dispute_open_for_who_judges_and_are_noted(client, django_assert_max_num_queries):
    order = funded()
    paper = SimpleUploadedFile("bien-ban.pdf", b"%PDF-1.7", "application/pdf")
    dispute = services.open_dispute(
        order_id=order.pk, reason_code="other", text=WORDS, files=[paper], actor=acting(order.buyer, "buyer")
    )
    stored = dispute.statements.get().evidence.get().file
    judge = reviewer()
    client.force_login(judge.user)
    with django_assert_max_num_queries(36):
        case = client.get(place("change", dispute)).context["case"]
    assert [one.name for one in case.papers] == ["bien-ban.pdf"]

    answer = client.get(place("paper", dispute, stored.pk))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"%PDF-1.7")
    client.force_login(staff(StaffRole.FINANCE).user)
    assert client.get(place("paper", dispute, stored.pk)).status_code == 404
    assert list(client.get(place("change", dispute)).context["case"].papers) == []

    assert [opening.user_id for opening in PaperOpening.objects.all()] == [judge.user.pk]


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.SUPERVISOR])
def test_other_staff_record_no_ruling(client, role):
    dispute = disputed("mediation")
    client.force_login(staff(role).user)

    assert decide(client, dispute, "decide", **RULED).status_code == 403

    assert Ruling.objects.count() == 0
