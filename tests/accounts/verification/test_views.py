"""Pages of a participant's file: standing, details, papers, sending, service contract."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.organisations.models import MemberRole, Membership, Organisation, ParticipantState
from accounts.verification import selectors, services
from accounts.verification.models import Evidence, ServiceContractAcceptance, VerificationCase
from accounts.verification.states import CaseState
from exchange.common.clock import today
from tests.factories.accounts import (
    PASSWORD,
    EvidenceFactory,
    MembershipFactory,
    OrganisationFactory,
    ServiceContractAcceptanceFactory,
    StaffAppointmentFactory,
    UserFactory,
    VerificationCaseFactory,
    actor_of,
)
from tests.factories.exchange import PDF, stored

pytestmark = pytest.mark.django_db
OVERVIEW = "accounts:organisation"


@pytest.fixture
def owner(client) -> Membership:
    member = MembershipFactory(organisation=OrganisationFactory(with_bank=True))
    client.force_login(member.user)
    return member


def case_of(owner, **traits) -> VerificationCase:
    return VerificationCaseFactory(organisation=owner.organisation, opened_by=owner.user, **traits)


def test_person_without_organisation_is_shown_the_ways_in(client):
    client.force_login(UserFactory())

    page = client.get(reverse(OVERVIEW)).content.decode()

    assert reverse("accounts:organisation-new") in page


def test_staff_is_shown_the_console(client):
    client.force_login(StaffAppointmentFactory().user)

    page = client.get(reverse(OVERVIEW)).content.decode()

    assert reverse("accounts:organisation-new") not in page
    assert reverse("admin:index") in page


def test_overview_masks_numbers_and_says_what_is_missing(client, owner, django_assert_max_num_queries):
    client.get(reverse(OVERVIEW))
    with django_assert_max_num_queries(12):
        response = client.get(reverse(OVERVIEW))

    page = response.content.decode()
    assert "0011002233445" not in page
    assert "•••• 3445" in page
    assert [obstacle.rule for obstacle in response.context["obstacles"]] == ["R8", "R88"]
    assert reverse("accounts:case-open") in page


def test_natural_person_sees_three_digits_of_the_number(client):
    member = MembershipFactory(
        organisation=OrganisationFactory(kind="person", tax_code="", personal_id_hash="0" * 64, personal_id_tail="345")
    )
    client.force_login(member.user)

    page = client.get(reverse(OVERVIEW)).content.decode()

    assert "•••• 345" in page


def test_member_without_the_role_sees_no_buttons_and_is_refused(client):
    member = MembershipFactory(organisation=OrganisationFactory(with_bank=True), roles=[MemberRole.BUYER])
    case = VerificationCaseFactory(organisation=member.organisation, ready=True)
    client.force_login(member.user)
    urls = [
        reverse("accounts:details-edit", args=["bank"]),
        reverse("accounts:case-open"),
        reverse("accounts:case-submit"),
        reverse("accounts:evidence-add"),
        reverse("accounts:evidence-remove", args=[case.evidence.first().pk]),
    ]

    pages = client.get(reverse(OVERVIEW)).content + client.get(reverse("accounts:verification")).content

    for url in urls:
        assert url.encode() not in pages
        assert client.post(url, {"version": 1}).status_code == 403
    assert client.post(reverse("accounts:service-contract"), {"digest": "x", "password": "x"}).status_code == 403
    case.refresh_from_db()
    assert (case.state, case.version) == (CaseState.DRAFT, 1)


def test_pages_of_nobodys_organisation_are_not_found(client):
    client.force_login(UserFactory())

    for url in (
        reverse("accounts:details-edit", args=["bank"]),
        reverse("accounts:verification"),
        reverse("accounts:case-submit"),
        reverse("accounts:evidence-add"),
        reverse("accounts:service-contract"),
    ):
        assert client.get(url).status_code == 404


def test_details_are_saved_with_the_version_of_the_page(client, owner):
    url = reverse("accounts:details-edit", args=["contact"])
    typed = {"name_en": "A Company", "short_name": "A", "public_mailbox": "data@example.vn", "version": 1}

    assert client.get(url).context["form"]["version"].value() == 1
    assert client.post(url, typed).status_code == 302
    stale = client.post(url, typed | {"name_en": "B Company"})

    owner.organisation.refresh_from_db()
    assert (stale.status_code, stale.context["form"]["name_en"].value()) == (409, "B Company")
    assert owner.organisation.name_en == "A Company"


def test_account_holder_is_prefilled_and_somebody_elses_is_refused(client):
    owner = MembershipFactory(organisation=OrganisationFactory(name_vi="Công ty A"))
    client.force_login(owner.user)
    url = reverse("accounts:details-edit", args=["bank"])

    form = client.get(url).context["form"]
    refused = client.post(
        url, {"bank_id": "970436", "bank_account": "123456789", "bank_holder": "NGUYEN VAN B", "version": 1}
    )

    assert form["bank_holder"].value() == "Công ty A"
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["bank_holder"])
    assert refused.context["form"]["bank_account"].value() == "123456789"


def test_a_state_body_declares_that_its_account_takes_budget_revenue_or_reads_that_a_reviewer_decides(client):
    owner = MembershipFactory(organisation=OrganisationFactory(agency=True, with_bank=True))
    client.force_login(owner.user)
    case_of(owner)
    bank = reverse("accounts:details-edit", args=["bank"])
    details = {"bank_id": "970436", "bank_account": "0011002233445", "bank_holder": owner.organisation.name_vi}

    def condition():
        rows = client.get(reverse("accounts:verification")).context["conditions"]
        return next((str(row.badge), row.url) for row in rows if row.rule == "R59")

    assert condition() == ("Chờ cán bộ xem xét", bank)

    client.post(bank, details | {"budget_account": "on", "version": 1})

    assert Organisation.objects.get().budget_account is True
    assert condition() == ("Đạt", "")
    assert "Nhận khoản thu ngân sách nhà nước" in client.get(reverse(OVERVIEW)).content.decode()


def test_nobody_outside_the_state_is_asked_about_the_budget(client, owner):
    assert "budget_account" not in client.get(reverse("accounts:details-edit", args=["bank"])).context["form"].fields


def test_personal_number_once_given_is_not_asked_again(client):
    member = MembershipFactory(
        organisation=OrganisationFactory(kind="person", tax_code="", personal_id_hash="0" * 64, personal_id_tail="345")
    )
    client.force_login(member.user)

    form = client.get(reverse("accounts:details-edit", args=["identity"])).context["form"]

    assert "personal_id" not in form.fields


def test_unknown_group_of_details_is_not_found(client, owner):
    assert client.get(reverse("accounts:details-edit", args=["secrets"])).status_code == 404


def test_changes_of_a_verified_participant_are_shown_as_waiting(client):
    owner = MembershipFactory(organisation=OrganisationFactory(active=True, with_bank=True))
    client.force_login(owner.user)
    typed = {
        "bank_id": "970415",
        "bank_account": "555566667777",
        "bank_holder": owner.organisation.name_vi,
        "version": 1,
    }

    client.post(reverse("accounts:details-edit", args=["bank"]), typed)

    response = client.get(reverse("accounts:verification"))
    assert [row["proposed"] for row in response.context["proposed"]] == ["VietinBank", "•••• 7777"]
    assert Organisation.objects.get().bank_account == "0011002233445"
    assert client.get(reverse("accounts:details-edit", args=["bank"])).context["form"]["bank_id"].value() == "970415"


def test_file_is_opened_completed_and_sent(client, owner):
    ServiceContractAcceptanceFactory(organisation=owner.organisation)
    assert client.get(reverse("accounts:verification")).url == reverse(OVERVIEW)
    assert client.post(reverse("accounts:case-open")).url == reverse("accounts:verification")
    for kind in ("business_registration", "representative"):
        upload = SimpleUploadedFile(f"{kind}.pdf", PDF + kind.encode(), "application/pdf")
        assert client.post(reverse("accounts:evidence-add"), {"kind": kind, "file": upload}).status_code == 302

    case = VerificationCase.objects.get()
    page = client.get(reverse("accounts:case-submit"))
    sent = client.post(reverse("accounts:case-submit"), {"version": page.context["form"]["version"].value()})

    case.refresh_from_db()
    assert (sent.status_code, sent.url, case.state) == (302, reverse("accounts:verification"), CaseState.SUBMITTED)
    assert client.get(reverse("accounts:case-submit")).url == reverse("accounts:verification")


def test_second_press_of_send_keeps_one_submission(client, owner):
    case = case_of(owner, ready=True)
    assert client.post(reverse("accounts:case-submit"), {"version": 1}).status_code == 302

    again = client.post(reverse("accounts:case-submit"), {"version": 1})

    case.refresh_from_db()
    assert again.status_code == 409
    assert (case.state, case.version) == (CaseState.SUBMITTED, 2)


def test_incomplete_file_shows_what_to_do_with_a_link(client, owner):
    case_of(owner)

    response = client.get(reverse("accounts:verification"))

    todo = {condition.rule: condition.url for condition in response.context["conditions"] if condition.url}
    assert todo == {"P1": reverse("accounts:evidence-add"), "R88": reverse("accounts:service-contract")}
    assert reverse("accounts:case-submit").encode() not in response.content
    assert client.get(reverse("accounts:case-submit")).url == reverse("accounts:verification")
    refused = client.post(reverse("accounts:case-submit"), {"version": 1})
    assert (refused.status_code, len(refused.context["form"].non_field_errors())) == (409, 1)


@pytest.mark.parametrize("state", CaseState.values)
def test_applicant_sees_stage_holder_and_due_day(client, owner, state, django_assert_max_num_queries):
    case = case_of(owner, ready=True, **({} if state == "draft" else {state: True}))
    if case.is_open and state != "draft":
        VerificationCase.objects.update(due_on=today())

    with django_assert_max_num_queries(18):
        response = client.get(reverse("accounts:verification"))

    page, progress = response.content.decode(), response.context["progress"]
    assert str(progress.title) in page
    assert bool(progress.holder) == case.is_open
    assert (reverse("accounts:evidence-add") in page) == (state in ("draft", "returned"))
    assert (reverse("accounts:case-open") in page) == (state in ("verified", "rejected", "lapsed"))
    if case.is_open and state != "draft":
        assert f"{today():%d/%m/%Y}" in page
    assert client.get(reverse(OVERVIEW)).status_code == 200


def test_returned_file_shows_code_words_and_places(client, owner):
    case_of(owner, returned=True)

    page = client.get(reverse("accounts:verification")).content.decode()

    assert "Thiếu trang 2." in page
    assert "Thiếu giấy tờ chứng minh" in page


def test_refused_upload_keeps_the_kind_and_the_papers_on_file(client, owner):
    case = case_of(owner)
    EvidenceFactory(case=case, kind="representative")

    response = client.post(
        reverse("accounts:evidence-add"), {"kind": "other", "file": SimpleUploadedFile("a.pdf", b"<html>")}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (409, ["file"])
    assert response.context["form"]["kind"].value() == "other"
    assert [paper.kind for paper, _label in response.context["papers"]] == ["representative"]


def test_paper_is_removed_after_a_page_that_asks(client, owner):
    paper = EvidenceFactory(case=case_of(owner))
    url = reverse("accounts:evidence-remove", args=[paper.pk])

    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    assert client.get(url).status_code == 404
    assert not Evidence.objects.kept().exists()


def test_paper_opens_for_the_applicant_and_the_reviewer_and_for_nobody_else(client, owner):
    paper = EvidenceFactory(case=case_of(owner, submitted=True), file=stored())
    url = reverse("accounts:evidence-file", args=[paper.pk])

    mine = client.get(url)
    assert b"".join(mine.streaming_content) == PDF
    assert mine["Content-Disposition"].startswith("attachment")
    client.force_login(StaffAppointmentFactory(role="operator_reviewer").user)
    assert b"".join(client.get(url).streaming_content) == PDF
    for person in (MembershipFactory().user, UserFactory(), StaffAppointmentFactory(role="administrator").user):
        client.force_login(person)
        assert client.get(url).status_code == 404


def test_paper_of_a_file_never_sent_stays_with_the_applicant(client, owner):
    paper = EvidenceFactory(case=case_of(owner), file=stored())
    url = reverse("accounts:evidence-file", args=[paper.pk])

    assert b"".join(client.get(url).streaming_content) == PDF
    client.force_login(StaffAppointmentFactory(role="operator_reviewer").user)
    assert client.get(url).status_code == 404


def test_paper_changed_behind_the_portals_back_is_not_handed_out(client, owner):
    paper = EvidenceFactory(case=case_of(owner))

    response = client.get(reverse("accounts:evidence-file", args=[paper.pk]))

    assert (response.status_code, response.url) == (302, reverse(OVERVIEW))


def test_closed_participant_reads_the_service_contract_but_is_not_asked_to_accept_it(client, owner):
    Organisation.objects.filter(pk=owner.organisation_id).update(state=ParticipantState.CLOSED)

    page = client.get(reverse("accounts:service-contract"))

    assert page.context["may_accept"] is False
    assert 'name="password"' not in page.content.decode()
    assert "Tài khoản giao dịch đã chấm dứt: không còn gì để chấp nhận." in page.content.decode()


def test_service_contract_is_read_by_members_and_accepted_with_the_password(client, owner):
    url = reverse("accounts:service-contract")
    page = client.get(url)
    digest = page.context["form"]["digest"].value()

    wrong = client.post(url, {"digest": digest, "password": "wrong"})
    accepted = client.post(url, {"digest": digest, "password": PASSWORD})

    assert digest == selectors.current_service_contract(today()).digest
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (409, ["password"])
    assert b"wrong" not in wrong.content
    assert (accepted.status_code, accepted.url) == (302, reverse(OVERVIEW))
    assert ServiceContractAcceptance.objects.get().accepted_by == owner.user
    assert "form" not in client.get(url).content.decode().split("<main")[1].split("</main")[0]


def test_what_a_prepared_file_asks_for_leads_back_to_the_file(client, owner):
    case_of(owner)
    bank = {"bank_id": "970415", "bank_account": "55556666", "bank_holder": owner.organisation.name_vi, "version": 1}
    contract = reverse("accounts:service-contract")
    digest = client.get(contract).context["form"]["digest"].value()

    saved = client.post(reverse("accounts:details-edit", args=["bank"]), bank)
    accepted = client.post(contract, {"digest": digest, "password": PASSWORD})

    assert saved.url == accepted.url == reverse("accounts:verification")


def test_verified_participant_reads_until_when(client, owner):
    case = case_of(owner, in_review=True, ready=True)
    services.verify_case(case_id=case.pk, version=1, actor=actor_of(StaffAppointmentFactory()))

    response = client.get(reverse(OVERVIEW))

    owner.organisation.refresh_from_db()
    assert response.context["obstacles"] == []
    assert f"{owner.organisation.verified_until:%d/%m/%Y}" in response.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_opens_in_both_languages(client, owner, prefix):
    case = case_of(owner, ready=True)
    client.get(reverse(OVERVIEW))
    paths = [
        reverse(OVERVIEW),
        *(reverse("accounts:details-edit", args=[section]) for section in ("identity", "contact", "bank")),
        reverse("accounts:verification"),
        reverse("accounts:case-submit"),
        reverse("accounts:evidence-add"),
        reverse("accounts:evidence-remove", args=[case.evidence.first().pk]),
        reverse("accounts:service-contract"),
        reverse("accounts:profile"),
    ]

    assert {client.get(f"{prefix}{path}").status_code for path in paths} == {200}
