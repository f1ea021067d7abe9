"""Reviewers decide; nobody on their own case; every decision has its reason and leaves its trace."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.organisations.models import MemberRole
from catalog.assets.models import Asset, Revision
from catalog.assets.services import save_step
from catalog.assets.states import ASSET_FLOW, RevisionState
from catalog.offers.selectors import content_hash
from catalog.offers.services import create_listing, delist, pause, remove, restore, resume, suspend
from catalog.offers.states import LISTING_FLOW, ListingState
from catalog.registration import services
from catalog.search.models import CatalogueEntry
from exchange.codes.services import due_day
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.jobs.testing import run_jobs
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.catalog.conftest import accept_contract
from tests.factories.accounts import MembershipFactory, StaffAppointmentFactory, actor_of
from tests.factories.catalog import DataFileFactory, ListingFactory, RevisionFactory, StoredFileFactory, freeze

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(owner, steward, reviewer):
    """A registration under review."""
    revision = RevisionFactory(asset__owner=owner, complete=True)
    sent = services.submit_registration(revision_id=revision.pk, version=1, declared=True, actor=steward)
    return services.take(revision_id=sent.pk, version=sent.version, actor=reviewer)


@pytest.fixture
def offer(owner, steward, reviewer):
    """An offer on a registered asset, under review."""
    revision = RevisionFactory(asset__owner=owner, registered=True)
    listing = ListingFactory(revision=revision, priced=True)
    sent = services.submit_listing(listing_id=listing.pk, version=1, declared=True, actor=steward)
    return services.take(listing_id=sent.pk, version=sent.version, actor=reviewer)


def register(case, actor, **extra):
    return services.register(revision_id=case.pk, version=case.version, actor=actor, **extra)


def list_offer(offer, actor, **extra):
    return services.list_(listing_id=offer.pk, version=offer.version, actor=actor, **extra)


def kinds() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


def test_taking_names_the_holder(case, reviewer):
    assert (case.state, case.holder) == (RevisionState.IN_REVIEW, reviewer.user)


def test_registering_freezes_numbers_and_shows(case, reviewer, steward):
    done = register(case, reviewer)

    done.asset.refresh_from_db()
    assert done.state == RevisionState.REGISTERED
    assert done.content_hash == content_hash(done.snapshot)
    assert done.certificate_number.startswith("CN-")
    assert done.asset.live == done
    assert done.due_on is None
    assert CatalogueEntry.objects.get().certificate == done.certificate_number
    assert kinds() == ["asset.submit", "asset.take", "asset.register"]
    record = bytes(Entry.objects.get(kind="asset.register").record).decode()
    assert done.content_hash in record
    assert done.snapshot["file_sha256"] in record
    assert Message.objects.filter(recipient=steward.user, kind="registration.registered").exists()


def test_a_hold_needs_its_tick_and_a_reason(owner, steward, reviewer):
    revision = RevisionFactory(asset__owner=owner, complete=True)
    revision.files.get().columns.filter(position=3).update(suspected="email", suspected_share=0.5)
    services.submit_registration(revision_id=revision.pk, version=1, declared=True, actor=steward)
    case = services.take(revision_id=revision.pk, version=2, actor=reviewer)

    for extra, code in (({}, "hold_not_cleared"), ({"cleared": ["R21"]}, "reason_missing")):
        with pytest.raises(DomainError) as refused:
            register(case, reviewer, **extra)
        assert refused.value.code == code
    done = register(case, reviewer, cleared=["R21"], text="Đã xem tệp: là mã trạm.")

    assert done.cleared_rules == ["R21"]
    assert done.reason_text == "Đã xem tệp: là mã trạm."


def test_a_block_that_arose_since_stops_the_decision(case, reviewer, owner):
    owner.state = "suspended"
    owner.save()

    with pytest.raises(DomainError) as refused:
        register(case, reviewer)

    assert refused.value.code == "blocked"
    case.refresh_from_db()
    assert case.state == RevisionState.IN_REVIEW


def test_what_is_approved_is_what_was_sent(case, reviewer):
    Revision.objects.filter(pk=case.pk).update(title_vi="Đổi lén")

    with pytest.raises(DomainError) as refused:
        register(case, reviewer)

    assert refused.value.code == "content_changed"
    assert not CatalogueEntry.objects.exists()


@pytest.mark.parametrize("who", ["steward", "colleague", "stranger"])
@pytest.mark.parametrize("action", ["register", "return_", "reject"])
def test_only_reviewers_decide(who, action, case, request):
    words = {
        "register": {},
        "return_": {"reason_code": "other", "text": "x"},
        "reject": {"article": "DL-42.3", "text": "x"},
    }[action]

    with pytest.raises(PermissionDenied):
        getattr(services, action)(
            revision_id=case.pk, version=case.version, actor=request.getfixturevalue(who), **words
        )

    assert kinds() == ["asset.submit", "asset.take"]


@pytest.mark.parametrize("role", ["operator_finance", "supervisor", "administrator"])
def test_other_staff_do_not_decide(role, case):
    with pytest.raises(PermissionDenied):
        register(case, actor_of(StaffAppointmentFactory(role=role)))


def test_who_once_belonged_to_the_owner_does_not_decide(case, owner):
    past = MembershipFactory(organisation=owner, roles=[MemberRole.BUYER], ended_at="2025-01-01T00:00:00Z")
    conflicted = actor_of(StaffAppointmentFactory(user=past.user))

    with pytest.raises(DomainError) as refused:
        register(case, conflicted)

    assert refused.value.code == "reviewer_is_author"


@pytest.mark.parametrize(
    ("code", "text", "field"), [("", "x", "reason_code"), ("pause", "x", "reason_code"), ("other", "  ", "text")]
)
def test_a_return_needs_a_reason_of_the_list_and_words(code, text, field, case, reviewer):
    with pytest.raises(DomainError) as refused:
        services.return_(revision_id=case.pk, version=case.version, reason_code=code, text=text, actor=reviewer)

    assert set(refused.value.fields) == {field}
    case.refresh_from_db()
    assert case.state == RevisionState.IN_REVIEW


def test_a_returned_case_is_mended_and_sent_again(case, reviewer, steward):
    returned = services.return_(
        revision_id=case.pk,
        version=case.version,
        reason_code="unclear_description",
        text="Nêu rõ phạm vi.",
        fields=["title_vi", "title_vi", "description_vi"],
        actor=reviewer,
    )
    assert returned.reason_fields == ["title_vi", "description_vi"]
    assert returned.due_on == due_day(today(), 30)

    save_step(revision_id=case.pk, step=1, version=returned.version, data={"title_vi": "Rõ hơn"}, actor=steward)
    case.refresh_from_db()
    again = services.submit_registration(revision_id=case.pk, version=case.version, declared=True, actor=steward)
    done = register(again, reviewer)

    assert done.snapshot["metadata"]["title_vi"] == "Rõ hơn"
    assert kinds() == ["asset.submit", "asset.take", "asset.return", "asset.resubmit", "asset.register"]


def test_a_refusal_is_numbered_reasoned_and_final(case, reviewer, steward):
    with pytest.raises(DomainError) as refused:
        services.reject(revision_id=case.pk, version=case.version, article="", text="x", actor=reviewer)
    assert refused.value.code == "article_missing"

    done = services.reject(
        revision_id=case.pk, version=case.version, article="DL-42.3", text="Không được giao dịch.", actor=reviewer
    )

    assert done.decision_number.startswith("QD-")
    assert ASSET_FLOW.is_final(done.state)
    message = Message.objects.get(recipient=steward.user, kind="registration.rejected")
    assert message.context["decision"] == done.decision_number


def test_decisions_about_a_registration_take_its_offer_along(owner, steward, reviewer):
    revision = RevisionFactory(asset__owner=owner, complete=True)
    listing = ListingFactory(revision=revision, priced=True)
    services.submit_together(
        revision_id=revision.pk, version=1, listing_id=listing.pk, listing_version=1, declared=True, actor=steward
    )
    case = services.take(revision_id=revision.pk, version=2, actor=reviewer)

    taken = services.take(listing_id=listing.pk, version=2, actor=reviewer)
    with pytest.raises(DomainError) as refused:
        list_offer(taken, reviewer)
    assert refused.value.code == "not_registered"

    services.return_(revision_id=case.pk, version=case.version, reason_code="other", text="Bổ sung.", actor=reviewer)
    listing.refresh_from_db()
    assert (listing.state, listing.reason_text) == (ListingState.RETURNED, "Bổ sung.")


def test_listing_freezes_the_offer_and_shows_it(offer, reviewer, steward):
    done = list_offer(offer, reviewer)

    assert done.state == ListingState.LISTED
    assert done.content_hash == content_hash(done.snapshot)
    entry = CatalogueEntry.objects.get()
    assert (entry.listing, entry.price, entry.is_public) == (done, 2_000_000, True)
    assert kinds()[-1] == "listing.list"
    assert Message.objects.filter(recipient=steward.user, kind="listing.listed").exists()


def test_a_dear_offer_needs_a_second_reviewer(owner, steward, reviewer):
    revision = RevisionFactory(asset__owner=owner, registered=True)
    listing = ListingFactory(revision=revision, priced=True, price=1_000_000_000)
    services.submit_listing(listing_id=listing.pk, version=1, declared=True, actor=steward)
    offer = services.take(listing_id=listing.pk, version=2, actor=reviewer)

    with pytest.raises(DomainError) as refused:
        list_offer(offer, reviewer)
    assert refused.value.code == "second_reviewer_needed"

    assert list_offer(offer, actor_of(StaffAppointmentFactory())).state == ListingState.LISTED


def test_a_newer_revision_replaces_the_live_one_and_its_offer(offer, reviewer, steward):
    listed = list_offer(offer, reviewer)
    first = listed.revision
    draft = services.new_revision(asset_id=first.asset_id, actor=steward)
    DataFileFactory(revision=draft, stored=StoredFileFactory(content=b"ma,nam\n01,2026\n"))
    draft.steps_done = [1, 2, 3, 4, 5]
    draft.save()
    services.submit_registration(revision_id=draft.pk, version=draft.version, declared=True, actor=steward)
    case = services.take(revision_id=draft.pk, version=draft.version + 1, actor=reviewer)

    second = register(case, reviewer)

    first.refresh_from_db()
    listed.refresh_from_db()
    assert (first.state, second.asset.live_id) == (RevisionState.SUPERSEDED, second.pk)
    assert listed.state == ListingState.SUSPENDED
    assert CatalogueEntry.objects.get().price_kind == ""

    fresh = create_listing(revision_id=second.pk, actor=steward)
    sent = services.submit_listing(listing_id=fresh.pk, version=1, declared=True, actor=steward)
    taken = services.take(listing_id=sent.pk, version=sent.version, actor=reviewer)
    with pytest.raises(DomainError) as refused:
        list_offer(taken, reviewer)
    assert refused.value.code == "hold_not_cleared"  # R44: the file changed
    list_offer(taken, reviewer, cleared=["R44"], text="Đã so sánh hai tệp.")
    listed.refresh_from_db()
    assert listed.state == ListingState.DELISTED


def test_the_seller_pauses_resumes_and_ends(offer, reviewer, steward, stranger):
    listing = list_offer(offer, reviewer)
    for act in (pause, delist):
        with pytest.raises(PermissionDenied):
            act(listing_id=listing.pk, actor=stranger)

    assert pause(listing_id=listing.pk, actor=steward).state == ListingState.SUSPENDED_BY_SELLER
    run_jobs()
    assert CatalogueEntry.objects.get().price_kind == ""
    assert resume(listing_id=listing.pk, actor=steward).state == ListingState.LISTED
    run_jobs()
    assert CatalogueEntry.objects.get().price_kind == "one_off"
    assert delist(listing_id=listing.pk, actor=steward).state == ListingState.DELISTED
    with pytest.raises(IllegalMove):
        resume(listing_id=listing.pk, actor=steward)


def test_the_exchange_suspends_restores_and_removes_with_reasons(offer, reviewer, steward):
    listing = list_offer(offer, reviewer)
    with pytest.raises(DomainError):
        suspend(listing_id=listing.pk, reason_code="", reason_text="x", actor=reviewer)
    with pytest.raises(PermissionDenied):
        suspend(listing_id=listing.pk, reason_code="complaint", reason_text="x", actor=steward)

    suspend(listing_id=listing.pk, reason_code="complaint", reason_text="Có phản ánh.", actor=reviewer)
    with pytest.raises(IllegalMove):
        resume(listing_id=listing.pk, actor=steward)
    restore(listing_id=listing.pk, reason_text="Đã xác minh.", actor=reviewer)
    done = remove(listing_id=listing.pk, reason_code="barred_content", reason_text="Vi phạm.", actor=reviewer)

    assert done.state == ListingState.DELISTED
    told = Message.objects.filter(recipient=steward.user).values_list("kind", flat=True)
    assert {"listing.suspended", "listing.restored", "listing.removed"} <= set(told)


def _revision_in(state, owner):
    revision = RevisionFactory(asset__owner=owner, registered=True)
    Revision.objects.filter(pk=revision.pk).update(state=state, decided_by=None, decided_at=None)
    Asset.objects.filter(pk=revision.asset_id).update(live=None)
    revision.refresh_from_db()
    return revision


REVIEW = {
    "take": lambda row, actor: services.take(revision_id=row.pk, version=row.version, actor=actor),
    "return": lambda row, actor: services.return_(
        revision_id=row.pk, version=row.version, reason_code="other", text="x", actor=actor
    ),
    "reject": lambda row, actor: services.reject(
        revision_id=row.pk, version=row.version, article="DL-13", text="x", actor=actor
    ),
    "register": lambda row, actor: register(row, actor),
}


@pytest.mark.parametrize("state", RevisionState.values)
@pytest.mark.parametrize("action", REVIEW)
def test_every_state_allows_exactly_the_decisions_of_its_table(state, action, owner, reviewer):
    row = _revision_in(state, owner)

    if ASSET_FLOW.allows(state, action):
        assert REVIEW[action](row, reviewer).state == ASSET_FLOW.after(state, action)
    else:
        with pytest.raises(IllegalMove):
            REVIEW[action](row, reviewer)
        row.refresh_from_db()
        assert row.state == state


def test_a_decision_on_an_older_page_is_refused(case, reviewer):
    with pytest.raises(Stale):
        services.register(revision_id=case.pk, version=case.version - 1, actor=reviewer)


def test_every_listing_state_has_its_moves():
    assert LISTING_FLOW.states == set(ListingState.values)


def test_an_agency_without_service_contract_registers_but_does_not_list(reviewer):
    revision = RevisionFactory(complete=True, asset__state_owned=True)
    steward = actor_of(MembershipFactory(organisation=revision.asset.owner, roles=[MemberRole.STEWARD]))

    services.submit_registration(revision_id=revision.pk, version=1, declared=True, actor=steward)
    case = services.take(revision_id=revision.pk, version=2, actor=reviewer)
    register(case, reviewer)
    listing = ListingFactory(revision=revision, free=True)
    with pytest.raises(DomainError) as refused:
        services.submit_listing(listing_id=listing.pk, version=1, declared=True, actor=steward)

    assert "R88" in str(refused.value)
    accept_contract(revision.asset.owner)
    assert services.submit_listing(listing_id=listing.pk, version=1, declared=True, actor=steward).state == "submitted"


def test_factories_freeze_like_the_service(case, reviewer):
    done = register(case, reviewer)
    stored = done.snapshot

    freeze(done)

    assert done.snapshot == stored
