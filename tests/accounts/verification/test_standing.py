"""Details, standing and service contract of a participant."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import Invitation, MemberRole, Membership, Organisation, ParticipantState
from accounts.verification import reference, selectors, services
from accounts.verification.models import ServiceContract, ServiceContractAcceptance, VerificationCase
from accounts.verification.states import PARTICIPANT_FLOW, CaseState
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.rules.models import RuleParameter
from exchange.transparency.models import Entry
from tests.factories.accounts import (
    PASSWORD,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    ServiceContractAcceptanceFactory,
    StaffAppointmentFactory,
    UserFactory,
    VerificationCaseFactory,
    actor_of,
)

pytestmark = pytest.mark.django_db
BANK = {"bank_id": "970436", "bank_account": "0099887766", "bank_holder": "CONG TY A"}


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory(organisation=OrganisationFactory(name_vi="Công ty A"))


@pytest.fixture
def verified() -> Membership:
    return MembershipFactory(organisation=OrganisationFactory(name_vi="Công ty A", active=True))


@pytest.fixture
def reviewer():
    return StaffAppointmentFactory(role=StaffRole.REVIEWER)


def save(member: Membership, details: dict, *, version: int = 1, actor: Actor | None = None) -> Organisation:
    return services.save_details(
        organisation_id=member.organisation_id, version=version, details=details, actor=actor or actor_of(member)
    )


# details


def test_applicant_corrects_details_at_once(owner):
    save(owner, BANK)

    organisation = Organisation.objects.get()
    assert (organisation.bank_id, organisation.bank_account, organisation.version) == ("970436", "0099887766", 2)
    assert Entry.objects.get().kind == "participant.edit"
    assert not VerificationCase.objects.exists()


def test_same_details_leave_no_entry_and_no_version(owner):
    organisation = owner.organisation

    save(owner, {"name_en": organisation.name_en, "address": organisation.address})

    organisation.refresh_from_db()
    assert organisation.version == 1
    assert not Entry.objects.exists()


def test_key_details_of_a_verified_participant_wait_on_a_case(verified):
    before = verified.organisation.representative_name

    save(verified, {"representative_name": "Lê Văn C", "address": "9 Phố Mới"})

    organisation, case = Organisation.objects.get(), VerificationCase.objects.get()
    assert (organisation.representative_name, organisation.address) == (before, "9 Phố Mới")
    assert (case.state, case.proposal) == (CaseState.DRAFT, {"representative_name": "Lê Văn C"})
    assert organisation.state == ParticipantState.ACTIVE


def test_proposed_value_put_back_drops_out(verified):
    organisation = save(verified, BANK)
    case = VerificationCase.objects.get()
    assert case.proposal == BANK

    save(verified, {"bank_id": None, "bank_account": "", "bank_holder": ""}, version=organisation.version)

    case.refresh_from_db()
    assert case.proposal == {}


def test_account_holder_is_compared_with_the_proposed_name(verified):
    organisation = save(verified, {"name_vi": "Công ty B"})

    with pytest.raises(DomainError) as refused:
        save(verified, BANK, version=organisation.version)
    save(verified, BANK | {"bank_holder": "CONG TY B"}, version=organisation.version)

    assert refused.value.code == "holder_is_not_participant"


@pytest.mark.parametrize("state", ["submitted", "in_review"])
def test_nothing_changes_while_the_exchange_reads_the_file(owner, state):
    VerificationCaseFactory(organisation=owner.organisation, **{state: True})

    with pytest.raises(DomainError) as refused:
        save(owner, BANK)

    assert refused.value.code == "under_review"
    assert Organisation.objects.get().bank_account == ""


def test_details_from_a_stale_tab_are_refused(owner):
    save(owner, {"address": "9 Phố Mới"})

    with pytest.raises(Stale):
        save(owner, {"address": "8 Phố Cũ"})

    assert Organisation.objects.get().address == "9 Phố Mới"


def test_identifier_of_another_participant_is_refused(owner, verified):
    for member in (owner, verified):
        with pytest.raises(DomainError) as refused:
            save(member, {"tax_code": OrganisationFactory().tax_code})
        assert refused.value.code == "already_registered"

    assert not Entry.objects.exists()


def test_closed_participant_changes_nothing(owner):
    Organisation.objects.update(state=ParticipantState.CLOSED)

    with pytest.raises(DomainError) as refused:
        save(owner, BANK)

    assert refused.value.code == "participant_closed"


def test_suspended_participant_proposes_nothing_but_may_correct_its_mailbox(verified):
    Organisation.objects.update(state=ParticipantState.SUSPENDED)

    organisation = save(verified, {"public_mailbox": "dulieu@example.vn"})
    with pytest.raises(DomainError) as refused:
        save(verified, BANK, version=organisation.version)

    assert refused.value.code == "participant_suspended"
    assert Organisation.objects.get().public_mailbox == "dulieu@example.vn"


def test_only_owners_correct_details(owner):
    actors = [
        Actor(),
        actor_of(UserFactory()),
        actor_of(MembershipFactory(organisation=owner.organisation, roles=[MemberRole.FINANCE])),
        actor_of(MembershipFactory()),
        actor_of(StaffAppointmentFactory()),
    ]
    for actor in actors:
        with pytest.raises(PermissionDenied):
            save(owner, BANK, actor=actor)

    assert not Entry.objects.exists()


# standing

STEPS = {
    "suspend": (services.suspend_participant, {"reason_code": "violation", "text": "Dấu hiệu vi phạm."}),
    "restore": (services.restore_participant, {"text": "Đã khắc phục."}),
    "close": (services.close_participant, {"reason_code": "own_request", "text": "Theo đơn đề nghị."}),
}


@pytest.mark.parametrize("action", STEPS)
@pytest.mark.parametrize("state", ParticipantState.values)
def test_each_step_in_each_state_follows_the_table(reviewer, told, state, action):
    owner = MembershipFactory(organisation__state=state, organisation__verified_at=now())
    step, words = STEPS[action]

    def take() -> Organisation:
        return step(organisation_id=owner.organisation_id, version=1, actor=actor_of(reviewer), **words)

    if PARTICIPANT_FLOW.allows(state, action):
        assert take().state == PARTICIPANT_FLOW.after(state, action)
        assert [entry.kind for entry in Entry.objects.all()] == [f"participant.{action}"]
        assert told() == [(f"participant.{action}", owner.user)]
        return
    with pytest.raises(IllegalMove):
        take()

    assert Organisation.objects.get().state == state
    assert (Entry.objects.count(), told()) == (0, [])


@pytest.mark.parametrize("action", STEPS)
def test_only_reviewers_change_the_standing(verified, action):
    Organisation.objects.update(state="suspended" if action == "restore" else "active")
    step, words = STEPS[action]
    actors = [
        Actor(),
        actor_of(UserFactory()),
        actor_of(verified),
        actor_of(StaffAppointmentFactory(role="supervisor")),
    ]
    for actor in actors:
        with pytest.raises(PermissionDenied):
            step(organisation_id=verified.organisation_id, version=1, actor=actor, **words)

    assert not Entry.objects.exists()


@pytest.mark.parametrize("action", STEPS)
def test_standing_changes_from_a_fresh_page_with_words_by_somebody_without_part(verified, reviewer, action):
    Organisation.objects.update(state="suspended" if action == "restore" else "active", version=3)
    step, words = STEPS[action]
    former = MembershipFactory(organisation=verified.organisation, ended_at=now()).user
    involved = StaffAppointmentFactory(user=former)

    with pytest.raises(Stale):
        step(organisation_id=verified.organisation_id, version=2, actor=actor_of(reviewer), **words)
    with pytest.raises(DomainError) as wordless:
        step(organisation_id=verified.organisation_id, version=3, actor=actor_of(reviewer), **words | {"text": " "})
    with pytest.raises(DomainError) as own:
        step(organisation_id=verified.organisation_id, version=3, actor=actor_of(involved), **words)

    assert (wordless.value.code, own.value.code) == ("reason_missing", "reviewer_is_author")
    assert not Entry.objects.exists()


def test_account_is_not_closed_over_an_open_review(verified, reviewer):
    VerificationCaseFactory(organisation=verified.organisation, submitted=True)
    step, words = STEPS["close"]

    with pytest.raises(DomainError) as refused:
        step(organisation_id=verified.organisation_id, version=1, actor=actor_of(reviewer), **words)

    assert refused.value.code == "case_open"


def test_open_invitations_end_with_the_account(verified, reviewer):
    InvitationFactory(organisation=verified.organisation)
    used = InvitationFactory(organisation=verified.organisation, accepted_at=now())
    elsewhere = InvitationFactory()
    step, words = STEPS["close"]

    step(organisation_id=verified.organisation_id, version=1, actor=actor_of(reviewer), **words)

    assert set(Invitation.objects.filter(withdrawn_at__isnull=True)) == {used, elsewhere}
    assert list(Entry.objects.order_by("pk").values_list("kind", "actor")) == [
        ("participant.close", actor_of(reviewer).label),
        ("member.withdraw_invitation", actor_of(reviewer).label),
    ]


# service contract and trade


def accept(member: Membership, **changes) -> ServiceContractAcceptance:
    digest = selectors.current_service_contract(today()).digest
    values = {
        "organisation_id": member.organisation_id,
        "digest": digest,
        "password": PASSWORD,
        "actor": actor_of(member),
    }
    return services.accept_service_contract(**values | changes)


def test_acceptance_keeps_the_digest_of_the_text_and_happens_once(owner):
    first, second = accept(owner), accept(owner)

    contract = ServiceContract.objects.get()
    assert first == second
    assert (first.digest, first.accepted_by) == (contract.digest, owner.user)
    assert contract.digest == reference.digest_of_text(contract.version, contract.text_vi, contract.text_en)
    assert [entry.kind for entry in Entry.objects.all()] == ["participant.accept_contract"]


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"password": "wrong"}, DomainError, "wrong_password"),
        ({"password": ""}, DomainError, "wrong_password"),
        ({"digest": "0" * 64}, Stale, "stale"),
    ],
)
def test_acceptance_needs_the_password_and_the_text_in_force(owner, changes, error, code):
    with pytest.raises(error) as refused:
        accept(owner, **changes)

    assert refused.value.code == code
    assert not ServiceContractAcceptance.objects.exists()


def test_owner_or_signatory_accept_and_nobody_else(owner):
    signatory = MembershipFactory(organisation=owner.organisation, roles=[MemberRole.SIGNATORY])
    buyer = MembershipFactory(organisation=owner.organisation, roles=[MemberRole.BUYER])
    for actor in (Actor(), actor_of(buyer), actor_of(MembershipFactory()), actor_of(StaffAppointmentFactory())):
        with pytest.raises(PermissionDenied):
            accept(owner, actor=actor)

    assert accept(owner, actor=actor_of(signatory)).accepted_by == signatory.user


def test_contract_counts_while_its_version_is_in_force(owner):
    ServiceContractAcceptanceFactory(organisation=owner.organisation)
    contract = ServiceContract.objects.get()
    contract.valid_to = today()
    contract.save()

    assert selectors.has_valid_service_contract(owner.organisation, today())
    assert not selectors.has_valid_service_contract(owner.organisation, today() + dt.timedelta(days=1))
    assert not selectors.has_valid_service_contract(owner.organisation, contract.valid_from - dt.timedelta(days=1))


def test_loading_twice_changes_no_accepted_text():
    before = ServiceContract.objects.values().get()

    reference.load()

    assert ServiceContract.objects.values().get() == before
    assert [clause["title"][:6] for clause in ServiceContract.objects.get().clauses[1:3]] == ["Điều 1", "Điều 2"]


def rules(organisation: Organisation, on: dt.date | None = None) -> list[str]:
    return [obstacle.rule for obstacle in selectors.may_trade(organisation, on or today())]


def test_verified_participant_with_contract_may_trade_until_its_last_day():
    organisation = OrganisationFactory(active=True, contracted=True)

    assert rules(organisation) == []
    assert rules(organisation, organisation.verified_until) == []
    assert rules(organisation, organisation.verified_until + dt.timedelta(days=1)) == ["R8"]


@pytest.mark.parametrize("state", ["applicant", "suspended", "closed"])
def test_participant_that_is_not_active_may_not_trade(state):
    organisation = OrganisationFactory(state=state, verified_at=now(), contracted=True)

    assert rules(organisation) == ["R8"]
    assert str(selectors.may_trade(organisation, today())[0])


def test_participant_without_service_contract_may_not_trade_unless_the_regulator_says_so():
    organisation = OrganisationFactory(active=True)

    assert rules(organisation) == ["R88"]

    RuleParameter.objects.filter(name="service_contract_required").update(value=False)
    assert rules(organisation) == []
