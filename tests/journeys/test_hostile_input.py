"""Every form of the site, as each role, with hostile input: no server error, nothing runs, nothing leaves its place."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.access.models import StaffRole
from accounts.organisations.models import MemberRole
from tests.factories.accounts import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffAppointmentFactory,
    UserFactory,
    VerificationCaseFactory,
)
from tests.factories.catalog import ListingFactory, RevisionFactory
from tests.factories.exchange import stored
from tests.factories.transactions import HoldFactory, OrderFactory, admit
from tests.journeys.hostile import QUERY, crawl, faults, judged, undone
from tests.permissions.probe import note_activity

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROLES = [role for role in MemberRole.values if role != MemberRole.OWNER] + [MemberRole.OWNER]
STARTS = (
    "/",
    "/catalogue/",
    "/register/",
    "/orders/",
    "/organisation/",
    "/organisation/verification/",
    "/inbox/",
    "/profile/",
)
CONSOLE = ("/admin/",)
LEAST = {"visitor": 3, "member": 40, "applicant": 12, "nobody's member": 5}  # forms met, so that none is lost unseen
SIGNED_OUT = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/transparency/verify/",
    "/catalogue/",
)


@pytest.fixture
def world(settings, tmp_path):
    """A trading organisation with work at many stages, its counterpart, an applicant, and the exchange's staff."""
    settings.MEDIA_ROOT = tmp_path
    home = admit(OrganisationFactory(active=True, with_bank=True, name_vi="Công ty Nhà"))
    member = MembershipFactory(organisation=home, roles=ROLES)
    MembershipFactory(organisation=home, roles=[MemberRole.BUYER])
    InvitationFactory(organisation=home)
    csv = b"ma_tinh,nam,san_luong\n01,2025,1204\n79,2025,3311\n"
    for traits in ({"complete": True}, {"registered": True}, {}):
        revision = RevisionFactory(asset__owner=home, asset__created_by=member.user, **traits)
        revision.files.update(stored=stored(csv, "san-luong.csv", "data", "text/csv"))
    ListingFactory(revision=RevisionFactory(asset__owner=home, registered=True))
    mine = ListingFactory(revision=RevisionFactory(asset__owner=home, registered=True), listed=True, priced=True)
    OrderFactory(listing=mine, requested=True)
    OrderFactory(listing=mine, signing=True)
    for stage in ("returned", "awaiting_payment", "awaiting_acceptance", "requested"):
        OrderFactory(buyer=home, placed_by=member.user, **{stage: True})
    ListingFactory(listed=True, priced=True)
    applicant = MembershipFactory(organisation=OrganisationFactory(with_bank=True), roles=ROLES)
    VerificationCaseFactory(organisation=applicant.organisation, opened_by=applicant.user)
    VerificationCaseFactory(in_review=True, ready=True)
    RevisionFactory(in_review=True)
    ListingFactory(in_review=True, priced=True)
    HoldFactory(order=OrderFactory(legality=True))
    return {
        "member": member.user,
        "applicant": applicant.user,
        "nobody's member": UserFactory(),
        **{role: StaffAppointmentFactory(role=role).user for role in StaffRole.values},
    }


def browser(user) -> Client:
    """A browser that shows server errors instead of raising them."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
        note_activity(client)
    return client


@pytest.mark.parametrize("who", ["visitor", "member", "applicant", "nobody's member", *StaffRole.values])
def test_every_form_takes_hostile_input_without_harm(world, who):
    client = browser(world.get(who))
    starts = SIGNED_OUT if who == "visitor" else CONSOLE if who in StaffRole.values else STARTS
    found, wrong = set(), []

    for path, forms in crawl(client, starts):
        with undone():
            wrong += judged(f"GET {path}{QUERY}", client.get(path + QUERY))
        for form in forms:
            if form.shape in found:
                continue
            found.add(form.shape)
            wrong += faults(client, form)

    assert wrong == []
    assert len(found) >= LEAST.get(who, 1)


PLACES = {
    "int": ("0", "99999999999999999999999"),
    "slug": ("D-9999-999999", "a" * 3000),
    "str": ("x'--", "%00", "%ED%A0%80"),
    "path": ("..%2f..%2fetc%2fpasswd", "%00"),
}


def addresses(patterns: list, before: str = "/") -> list[str]:
    """Every address of the site with wrong things in its places."""
    found = []
    for entry in patterns:
        route = getattr(entry.pattern, "_route", None)
        if isinstance(entry, URLResolver):
            found += addresses(entry.url_patterns, before + (route or ""))
        elif isinstance(entry, URLPattern) and route is not None and "<" in route:
            found += _filled(before + route)
    return found


def _filled(route: str) -> list[str]:
    if "<" not in route:
        return [route]
    head, _, rest = route.partition("<")
    place, _, rest = rest.partition(">")
    kind = place.partition(":")[0] if ":" in place else "str"
    return [head + value + filled for value in PLACES.get(kind, PLACES["str"]) for filled in _filled(rest)[:2]]


@pytest.mark.parametrize("who", ["visitor", "member", StaffRole.REVIEWER])
def test_wrong_things_in_addresses_are_not_found(world, who):
    client, wrong = browser(world.get(who)), []
    is_staff = who in StaffRole.values
    asked = [address for address in addresses(get_resolver().url_patterns) if address.startswith("/admin/") == is_staff]

    for address in asked:
        for ask in (client.get,) if is_staff else (client.get, client.post):
            with undone():
                answer = ask(address)
                wrong += judged(f"{ask.__name__} {address[:120]}", answer)
                if answer.status_code == 200 and "/login" not in address:
                    wrong.append(f"200: {ask.__name__} {address[:120]}")

    assert wrong == []
