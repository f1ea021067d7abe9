"""For each state of a participant and its case, each member and each action: the pages offer what is accepted."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.organisations.models import Invitation, MemberRole, Membership, Organisation, ParticipantState
from accounts.verification.facts import required_papers
from accounts.verification.models import Evidence, VerificationCase
from accounts.verification.states import CaseState
from exchange.transparency.models import Entry
from tests.factories.accounts import InvitationFactory, MembershipFactory, OrganisationFactory, VerificationCaseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGES = ("organisation", "verification", "member-list")
SECTION = "details/bank"
ACTIONS = {
    "verification/open": lambda browser, case: {},
    "verification/send": lambda browser, case: {"version": case.version if case else 1},
    "verification/papers/add": lambda browser, case: {
        "kind": required_papers("enterprise")[0],
        "file": SimpleUploadedFile("giay.pdf", b"%PDF-1.7 giay", "application/pdf"),
    },
    "members/invite": lambda browser, case: {"email": "moi@example.vn", "roles": ["buyer"]},
    "members/#/roles": lambda browser, case: {"roles": ["buyer", "finance"]},
    "members/#/end": lambda browser, case: {},
    "invitations/#/withdraw": lambda browser, case: {},
    SECTION: lambda browser, case: filled(browser),
    "leave": lambda browser, case: {},  # the last one: it renews the session
}


def filled(browser: Client) -> dict[str, object]:
    """The answers of a section as the page shows them, one of them corrected."""
    page = browser.get(f"/organisation/{SECTION}/")
    if page.status_code != 200:
        return {}
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields} | {"bank_account": "0099887766"}


def traces() -> tuple:
    """What an action that was refused must leave as it was."""
    cases = list(VerificationCase.objects.order_by("pk").values_list("state", "version", "proposal"))
    people = list(Membership.objects.current().order_by("pk").values_list("user", "roles"))
    houses = list(Organisation.objects.order_by("pk").values_list("state", "version"))
    counts = (model.objects.count() for model in (Entry, Evidence, Invitation))
    return (*counts, Invitation.objects.open().count(), people, cases, houses)


def applicant(state: str) -> tuple[Organisation, VerificationCase | None]:
    """A participant that has applied, with a case in a state."""
    if not state:
        return OrganisationFactory(with_bank=True), None
    case = VerificationCaseFactory(ready=True, **({} if state == "draft" else {state: True}))
    return case.organisation, case


def participant(state: str) -> tuple[Organisation, VerificationCase | None]:
    """A verified participant, or what became of it."""
    case = VerificationCaseFactory(verified=True, ready=True, organisation__active=True, organisation__with_bank=True)
    Organisation.objects.filter(pk=case.organisation_id).update(state=state)
    return case.organisation, case


CASES = {
    "no case": (applicant, ""),
    **{f"case {state}": (applicant, state) for state in CaseState.values if state != CaseState.VERIFIED},
    **{f"participant {state}": (participant, state) for state in ParticipantState.values if state != "applicant"},
}


def with_people(organisation: Organisation) -> None:
    """A colleague in it, and somebody invited."""
    MembershipFactory(organisation=organisation, roles=[MemberRole.BUYER])
    InvitationFactory(organisation=organisation)


def address(action: str, organisation: Organisation) -> str:
    """Where an action on the colleague or the invitation is sent."""
    rows = Invitation.objects if action.startswith("invitations") else Membership.objects
    return f"/organisation/{action}/".replace("#", str(rows.filter(organisation=organisation).earliest("pk").pk))


def shown(browser: Client) -> set[str]:
    """Actions the three pages of an organisation link to or send."""
    found = set()
    for name in PAGES:
        page = browser.get(reverse(f"accounts:{name}"))
        if page.status_code == 200:
            linked = re.findall(r'(?:href|action)="/organisation/([\w/-]+)/["?#]', page.content.decode())
            found |= {re.sub(r"\d+", "#", action) for action in linked}
    return found & set(ACTIONS)


def accepted(browser: Client, organisation: Organisation, case: VerificationCase | None) -> set[str]:
    """Actions that change something; every other one leaves everything as it was."""
    done = set()
    for action, answers in ACTIONS.items():
        with transaction.atomic():
            sent, before = answers(browser, case), traces()
            answer = browser.post(address(action, organisation), sent)
            if traces() != before:
                assert answer.status_code == 302, action
                done.add(action)
            else:  # a case that is open already is found, not opened again
                assert answer.status_code in (403, 404, 409) or action == "verification/open", (action, answer)
            transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("name", CASES)
def test_each_member_is_shown_exactly_what_the_services_accept(name, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    build, state = CASES[name]
    organisation, case = build(state)
    with_people(organisation)

    for role in MemberRole.values:
        browser = Client()
        browser.force_login(MembershipFactory(organisation=organisation, roles=[role]).user)
        assert shown(browser) == accepted(browser, organisation, case), role


def test_an_owner_may_do_this_at_the_main_stages(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    found = {}
    for name in (
        "no case",
        "case draft",
        "case submitted",
        "case returned",
        "participant active",
        "participant suspended",
        "participant closed",
    ):
        build, state = CASES[name]
        organisation, case = build(state)
        with_people(organisation)
        browser = Client()
        browser.force_login(MembershipFactory(organisation=organisation, roles=["owner"]).user)
        found[name] = accepted(browser, organisation, case)

    winding_up = {"members/#/roles", "members/#/end", "invitations/#/withdraw"}
    people = winding_up | {"members/invite"}
    assert found == {
        "no case": {"verification/open", SECTION} | people,
        "case draft": {"verification/send", "verification/papers/add", SECTION} | people,
        "case submitted": people,
        "case returned": {"verification/send", "verification/papers/add", SECTION} | people,
        "participant active": {"verification/open", SECTION} | people,
        "participant suspended": people,
        "participant closed": winding_up,
    }
