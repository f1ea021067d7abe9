"""Decisions in the console call the rooms' services; a refusal keeps what was typed; nothing else is offered."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

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
from tests.exchange.console.steps import codes, decide, page_of
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

pytestmark = pytest.mark.django_db


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
    colleague = signed_in(staff(StaffRole.REVIEWER))
    assert not colleague.get(page_of(CASE, case)).context["seen"]  # who has not opened it, has not seen it


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
