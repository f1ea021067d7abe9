"""Decisions in the console call the rooms' services; a refusal keeps what was typed; nothing else is offered."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.organisations.models import ParticipantState
from accounts.verification.evaluation import evaluate_case
from accounts.verification.states import CaseState
from catalog.assets.states import RevisionState
from exchange.console.models import PaperOpening
from exchange.files.services import place_of, store
from exchange.rules.models import RuleParameter
from exchange.transparency.models import Entry
from tests.exchange.console.conftest import signed_in, staff
from tests.factories.accounts import (
    EvidenceFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffAppointmentFactory,
    UserFactory,
    VerificationCaseFactory,
    actor_of,
)
from tests.factories.catalog import ListingFactory, RevisionFactory
from tests.factories.exchange import RuleParameterFactory
from tests.factories.transactions import OrderFactory, listed, trader
from transactions.compliance.services import screen
from transactions.orders.models import Hold

pytestmark = pytest.mark.django_db


def page_of(name, record):
    return reverse(f"admin:{name}_change", args=[record.pk])


def decide(client, name, record, key, decision, **data):
    return client.post(
        reverse(f"admin:{name}_decide", args=[record.pk]),
        {"key": key, "decision": decision, "version": record.version, **data},
    )


def codes(client, name, record):
    """Decisions the page offers, by panel."""
    case = client.get(page_of(name, record)).context["case"]
    return {panel.key: [option.code for option in panel.options] for panel in case.decisions}


CASE = "accounts_verificationcase"


@pytest.fixture
def case(reviewer):
    made = VerificationCaseFactory(in_review=True, ready=True, holder=reviewer)
    evaluate_case(made, actor=actor_of(reviewer))
    return made


def test_case_page_offers_what_the_service_accepts(desk, case):
    assert codes(desk, CASE, case) == {"case": ["approve", "return", "reject", "reassign"]}


def test_reviewer_takes_a_waiting_file(desk, reviewer):
    made = VerificationCaseFactory(submitted=True, ready=True)

    answer = decide(desk, CASE, made, "case", "take")

    made.refresh_from_db()
    assert (answer.status_code, made.state, made.holder) == (302, CaseState.IN_REVIEW, reviewer)


def test_participant_is_verified(desk, case):
    answer = decide(desk, CASE, case, "case", "approve")

    case.refresh_from_db()
    case.organisation.refresh_from_db()
    assert answer["Location"] == page_of(CASE, case)
    assert (case.state, case.organisation.state) == (CaseState.VERIFIED, ParticipantState.ACTIVE)


def test_file_is_returned_with_code_words_and_fields(desk, case):
    decide(
        desk,
        CASE,
        case,
        "case",
        "return",
        text="Thiếu trang 2 của giấy chứng nhận.",
        **{"reason_code.return": "missing_document", "fields.return": ["papers", "bank_holder"]},
    )

    case.refresh_from_db()
    assert (case.state, case.reason_code) == (CaseState.RETURNED, "missing_document")
    assert case.reason_fields == ["papers", "bank_holder"]


def test_refusal_keeps_what_was_typed_and_changes_nothing(desk, case):
    before = Entry.objects.count()

    answer = decide(
        desk, CASE, case, "case", "return", text="Thiếu trang 2 của giấy chứng nhận.", **{"fields.return": ["papers"]}
    )

    text = answer.content.decode()
    case.refresh_from_db()
    assert answer.status_code == 409
    assert case.state == CaseState.IN_REVIEW
    assert Entry.objects.count() == before
    assert [anchor for anchor, _words in answer.context["errors"]] == ["code-return-case"]
    assert 'id="code-return-case"' in text
    assert "Thiếu trang 2 của giấy chứng nhận.</textarea>" in text
    assert 'value="papers" checked' in text
    assert 'value="return" checked' in text
    assert "<title>Lỗi: " in text


def test_stale_page_is_refused(desk, case):
    case.version -= 1

    answer = decide(desk, CASE, case, "case", "approve")

    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.state == CaseState.IN_REVIEW


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "１"])
def test_nonsense_versions_are_stale(desk, case, version):
    answer = desk.post(
        reverse(f"admin:{CASE}_decide", args=[case.pk]), {"key": "case", "decision": "approve", "version": version}
    )

    assert answer.status_code == 409


@pytest.mark.parametrize(("key", "decision"), [("case", "delete"), ("", ""), ("other", "approve")])
def test_unknown_decisions_are_refused(desk, work, key, decision):
    for name, record in work.items():
        if (name, key, decision) == (CASE, "other", "approve"):
            continue
        assert decide(desk, name, record, key, decision).status_code == 409


def test_a_second_press_finds_the_first(desk, case):
    decide(desk, CASE, case, "case", "approve")

    assert decide(desk, CASE, case, "case", "approve").status_code == 409
    assert Entry.objects.filter(kind="case.verify").count() == 1


def test_reviewer_who_is_involved_sees_no_decision_and_can_only_hand_over(desk, reviewer):
    made = VerificationCaseFactory(in_review=True, ready=True, opened_by=reviewer, holder=reviewer)
    colleague = staff(StaffRole.REVIEWER)

    panel = desk.get(page_of(CASE, made)).context["case"].decisions[0]

    assert panel.conflict
    assert [option.code for option in panel.options] == ["reassign"]
    assert decide(desk, CASE, made, "case", "approve").status_code == 409
    assert decide(desk, CASE, made, "case", "reassign", **{"to.reassign": colleague.pk}).status_code == 302
    made.refresh_from_db()
    assert made.holder == colleague


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.SUPERVISOR])
def test_other_roles_read_without_deciding(case, role):
    client = signed_in(staff(role))

    panel = client.get(page_of(CASE, case)).context["case"].decisions[0]

    assert panel.options == [] or panel.options == ()
    assert panel.closed
    assert decide(client, CASE, case, "case", "approve").status_code == 403
    case.refresh_from_db()
    assert case.state == CaseState.IN_REVIEW


def test_participant_is_suspended_and_restored(desk):
    organisation = OrganisationFactory(active=True)
    act = lambda code, **data: desk.post(  # noqa: E731
        reverse("admin:accounts_organisation_do", args=[organisation.pk, code]),
        {f"{code}-{name}": value for name, value in data.items()},
    )
    offers = desk.get(page_of("accounts_organisation", organisation)).context["offers"]
    reason = next(offer.form for offer in offers if offer.code == "suspend")
    codes_ = [code for code, _label in reason.fields["reason_code"].choices]

    assert act("suspend", version=organisation.version, reason_code=codes_[0], text="").status_code == 422
    assert act("suspend", version=99, reason_code=codes_[0], text="Dấu hiệu vi phạm.").status_code == 409
    answer = act("suspend", version=organisation.version, reason_code=codes_[0], text="Dấu hiệu vi phạm.")

    organisation.refresh_from_db()
    assert (answer.status_code, organisation.state) == (302, ParticipantState.SUSPENDED)
    act("restore", version=organisation.version, text="Đã giải trình.")
    organisation.refresh_from_db()
    assert organisation.state == ParticipantState.ACTIVE


def test_registration_page_carries_both_decisions(desk, reviewer):
    revision = RevisionFactory(in_review=True, holder=reviewer)
    listing = ListingFactory(revision=revision, submitted=True, priced=True)

    found = codes(desk, "catalog_revision", revision)

    assert found == {"registration": ["approve", "return", "reject"], "listing": []}
    assert codes(desk, "catalog_listing", listing) == found


def test_registration_is_returned_from_the_page(desk, reviewer):
    revision = RevisionFactory(in_review=True, holder=reviewer)

    answer = decide(
        desk,
        "catalog_revision",
        revision,
        "registration",
        "return",
        text="Từ điển dữ liệu còn thiếu đơn vị.",
        **{"reason_code.return": "dictionary_incomplete", "fields.return": ["dictionary"]},
    )

    revision.refresh_from_db()
    assert (answer.status_code, revision.state) == (302, RevisionState.RETURNED)
    assert revision.reason_fields == ["dictionary"]


def test_refusing_a_registration_needs_an_article(desk, reviewer):
    revision = RevisionFactory(in_review=True, holder=reviewer)

    answer = decide(desk, "catalog_revision", revision, "registration", "reject", text="Không đủ căn cứ pháp lý.")

    assert answer.status_code == 409
    assert [anchor for anchor, _words in answer.context["errors"]] == ["article-reject-registration"]


ORDER = "transactions_order"


def test_supervisor_holds_a_trade_and_the_reviewer_releases_it(desk):
    order = OrderFactory(delivering=True)
    supervisor = signed_in(staff(StaffRole.SUPERVISOR))
    assert codes(supervisor, ORDER, order) == {"hold": ["hold"]}
    assert codes(desk, ORDER, order) == {"hold": ["hold", "terminate"]}

    decide(supervisor, ORDER, order, "hold", "hold", text="Cần xem xét thêm quan hệ của hai bên.")

    assert Hold.objects.open().filter(order=order).exists()
    assert codes(supervisor, ORDER, order) == {"none": []}
    assert "release" in codes(desk, ORDER, order)["hold"]
    assert decide(supervisor, ORDER, order, "hold", "release", text="Tôi tự bỏ giữ lại.").status_code == 403
    decide(desk, ORDER, order, "hold", "release", text="Hai bên đã giải trình đầy đủ.")
    assert not Hold.objects.open().filter(order=order).exists()


def test_too_short_a_reason_of_a_hold_is_refused_beside_the_text(desk):
    order = OrderFactory(delivering=True)

    answer = decide(desk, ORDER, order, "hold", "hold", text="?")

    assert answer.status_code == 409
    assert [anchor for anchor, _words in answer.context["errors"]] == ["text-hold"]


@pytest.fixture
def related():
    """A trade of two firms of one group: R51 holds it for a decision."""
    listing = listed(revision__asset__owner__group_code="nhom-1")
    order = OrderFactory(accepted=True, listing=listing, buyer=trader(group_code="nhom-1"))
    screen(order_id=order.pk, actor=Actor.system("legality"))
    order.refresh_from_db()
    return order


WHY = "Đã xem xét quan hệ, giá trong dải."


def test_held_findings_are_concluded_one_by_one(desk, related):
    page = desk.get(page_of(ORDER, related)).context["case"]
    approve = page.decisions[0].options[0]
    assert [rule for rule, _words in approve.holds] == ["R51"]
    assert [finding.rule for finding in page.open_findings] == ["R51"]

    refused = decide(desk, ORDER, related, "legality", "approve", text=WHY)

    assert refused.status_code == 409
    assert [anchor for anchor, _words in refused.context["errors"]] == ["cleared-approve-legality"]
    assert (
        decide(desk, ORDER, related, "legality", "approve", text=WHY, **{"cleared.approve": ["R51"]}).status_code == 302
    )
    related.refresh_from_db()
    assert related.state == "cleared"
    made = related.legality_decisions.get()
    assert (made.verdict, made.cleared_rules, made.text) == ("clear", ["R51"], WHY)
    assert made.number in [earlier.number for earlier in desk.get(page_of(ORDER, related)).context["case"].earlier]


def test_above_the_threshold_one_proposes_and_another_confirms(desk, related):
    RuleParameter.objects.filter(name="four_eyes_amount").update(value=1)
    second = signed_in(staff(StaffRole.REVIEWER))
    post = {"text": WHY, "cleared.approve": ["R51"]}

    decide(desk, ORDER, related, "legality", "approve", **post)

    related.refresh_from_db()
    assert (related.state, related.legality_decisions.get().verdict) == ("legality_review", "propose")
    mine = desk.get(page_of(ORDER, related)).context["case"].decisions[0]
    assert [option.code for option in mine.options] == ["return", "reject"]
    theirs = second.get(page_of(ORDER, related)).context["case"].decisions[0]
    assert [option.code for option in theirs.options] == ["approve", "return", "reject"]
    assert WHY in theirs.eyes[0].who
    assert decide(desk, ORDER, related, "legality", "approve", **post).status_code == 409
    assert decide(second, ORDER, related, "legality", "approve", **post).status_code == 302
    related.refresh_from_db()
    assert related.state == "cleared"


def test_trade_is_returned_to_the_buyer(desk, related):
    reason = {"reason_code.return": "purpose_unclear", "text": "Nêu rõ bộ phận nào sẽ dùng dữ liệu."}

    assert decide(desk, ORDER, related, "legality", "return", **reason).status_code == 409
    assert (
        decide(
            desk, ORDER, related, "legality", "return", **reason, **{"fields.return": ["use_description"]}
        ).status_code
        == 302
    )

    related.refresh_from_db()
    assert (related.state, related.reason_fields) == ("returned", ["use_description"])


def test_trade_is_refused_with_an_article(desk, related):
    reason = {"reason_code.reject": "barred_data", "text": "Dữ liệu không được giao dịch."}

    assert decide(desk, ORDER, related, "legality", "reject", **reason).status_code == 409
    assert (
        decide(desk, ORDER, related, "legality", "reject", **reason, **{"article.reject": "DL-42.3"}).status_code == 302
    )

    related.refresh_from_db()
    assert related.state == "refused"


def test_member_of_a_side_decides_nothing(related):
    person = staff(StaffRole.REVIEWER)
    related.buyer.memberships.create(user=person, roles=["buyer"], ended_at=related.created_at)

    panel = signed_in(person).get(page_of(ORDER, related)).context["case"].decisions[0]

    assert panel.conflict
    assert panel.options == []


def test_paper_opens_as_a_checked_download_and_is_noted(desk, reviewer, case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("giay-to.pdf", b"%PDF-1.7\nnoi dung", content_type="application/pdf")
    stored = store(upload, purpose="evidence", max_bytes=1000)
    EvidenceFactory(case=case, file=stored)
    url = reverse(f"admin:{CASE}_paper", args=[case.pk, stored.pk])

    answer = desk.get(url)

    assert b"".join(answer.streaming_content) == b"%PDF-1.7\nnoi dung"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    opening = PaperOpening.objects.get()
    assert (opening.user, opening.file_id, opening.subject) == (
        reviewer,
        stored.pk,
        f"accounts.verificationcase:{case.pk}",
    )
    page = desk.get(page_of(CASE, case))
    assert str(stored.pk) in page.context["seen"]


def test_changed_paper_does_not_open(desk, case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("giay-to.pdf", b"%PDF-1.7\nnoi dung", content_type="application/pdf")
    stored = store(upload, purpose="evidence", max_bytes=1000)
    EvidenceFactory(case=case, file=stored)
    place_of(stored).write_bytes(b"%PDF-1.7\nnoi duny")

    answer = desk.get(reverse(f"admin:{CASE}_paper", args=[case.pk, stored.pk]))

    assert answer.status_code == 302
    assert not PaperOpening.objects.exists()


def test_papers_of_other_cases_and_roles_stay_closed(desk, case):
    other = EvidenceFactory(case=VerificationCaseFactory(in_review=True)).file
    own = EvidenceFactory(case=case).file

    assert desk.get(reverse(f"admin:{CASE}_paper", args=[case.pk, other.pk])).status_code == 404
    assert desk.get(reverse(f"admin:{CASE}_paper", args=[case.pk, uuid.uuid4()])).status_code == 404
    administrator = signed_in(staff(StaffRole.ADMINISTRATOR))
    assert administrator.get(reverse(f"admin:{CASE}_paper", args=[case.pk, own.pk])).status_code == 403
    member = signed_in(MembershipFactory().user)
    assert member.get(reverse(f"admin:{CASE}_paper", args=[case.pk, own.pk]), follow=True).status_code == 403


def test_parameter_is_proposed_by_one_and_approved_by_another(desk, reviewer):
    parameter = RuleParameterFactory(name="four_eyes_amount_test", value=100)
    second = signed_in(staff(StaffRole.REVIEWER))
    url = lambda row, code: reverse("admin:exchange_ruleparameter_do", args=[row.pk, code])  # noqa: E731
    data = {
        "propose-value": "200",
        "propose-valid_from": "01/01/2099",
        "propose-citation": "Quyết định 12",
        "propose-confidence": "A",
    }

    assert desk.post(url(parameter, "propose"), data | {"propose-value": "hai trăm"}).status_code == 422
    assert desk.post(url(parameter, "propose"), data | {"propose-value": "[1]"}).status_code == 409
    assert desk.post(url(parameter, "propose"), data).status_code == 302
    proposed = RuleParameter.objects.get(name="four_eyes_amount_test", value=200)
    assert desk.post(url(proposed, "approve")).status_code == 409
    assert second.post(url(proposed, "approve")).status_code == 302
    proposed.refresh_from_db()
    assert (proposed.proposed_by, proposed.approved_by is not None) == (reviewer, True)


def test_only_reviewers_change_parameters():
    parameter = RuleParameterFactory(name="another_test", value=100)
    for role in (StaffRole.FINANCE, StaffRole.SUPERVISOR):
        client = signed_in(staff(role))
        assert client.get(page_of("exchange_ruleparameter", parameter)).context["offers"] == []
        assert (
            client.post(reverse("admin:exchange_ruleparameter_do", args=[parameter.pk, "propose"])).status_code == 403
        )


def test_administrator_appoints_and_ends():
    client, person = signed_in(staff(StaffRole.ADMINISTRATOR)), UserFactory()
    url = reverse("admin:accounts_staffappointment_new", args=["appoint"])

    assert client.post(url, {"appoint-email": "nobody@example.vn", "appoint-role": "supervisor"}).status_code == 409
    assert client.post(url, {"appoint-email": person.email.upper(), "appoint-role": "supervisor"}).status_code == 302
    appointment = StaffAppointment.objects.get(user=person)
    end = reverse("admin:accounts_staffappointment_do", args=[appointment.pk, "end"])
    assert client.post(end).status_code == 302
    appointment.refresh_from_db()
    assert appointment.ended_at is not None
    assert client.post(end).status_code == 409
    member = MembershipFactory().user
    answer = client.post(url, {"appoint-email": member.email, "appoint-role": "supervisor"})
    assert answer.status_code == 409
    assert member.email in answer.content.decode()


def test_others_appoint_nobody(desk):
    assert desk.get(reverse("admin:accounts_staffappointment_new", args=["appoint"])).status_code == 403
    appointment = StaffAppointmentFactory()
    assert desk.post(reverse("admin:accounts_staffappointment_do", args=[appointment.pk, "end"])).status_code == 403
