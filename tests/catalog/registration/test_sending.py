"""The owner sends registrations and offers."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.organisations.models import ParticipantState
from catalog.assets.states import RevisionState
from catalog.offers.models import Listing, PriceKind
from catalog.offers.selectors import content_hash, registration_snapshot
from catalog.offers.services import create_listing, save_terms
from catalog.offers.states import ListingState
from catalog.registration import services
from catalog.registration.preflight import check_listing, check_registration
from catalog.search.models import CatalogueEntry
from exchange.codes.services import due_day
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.notifications.models import Message
from exchange.rules.models import Evaluation
from exchange.transparency.models import Entry
from tests.factories.catalog import ListingFactory, RevisionFactory, licence

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(owner):
    return RevisionFactory(asset__owner=owner, complete=True)


def send(revision, actor, **changes):
    arguments = {"revision_id": revision.pk, "version": revision.version, "declared": True, "actor": actor}
    return services.submit_registration(**(arguments | changes))


def nothing_happened() -> bool:
    return not (Entry.objects.exists() or Message.objects.exists())


def test_sending_records_evaluation_content_receipt_and_due_day(revision, steward):
    sent = send(revision, steward)

    assert sent.state == RevisionState.SUBMITTED
    assert sent.due_on == due_day(today(), 5)
    assert sent.snapshot == registration_snapshot(sent)
    assert (sent.declared_by, sent.truth_declared) == (steward.user, True)
    evaluation = Evaluation.objects.get()
    assert (evaluation.stage, evaluation.subject) == ("AST", f"catalog.revision:{revision.pk}")
    assert evaluation.passed == len(evaluation.findings)
    entry = Entry.objects.get()
    assert entry.kind == "asset.submit"
    assert content_hash(sent.snapshot) in bytes(entry.record).decode()
    assert Message.objects.get(recipient=steward.user).kind == "registration.submitted"


@pytest.mark.parametrize("missing", [1, 2, 3, 4, 5])
def test_a_missing_step_stops_the_sending(missing, revision, steward):
    revision.steps_done.remove(missing)
    revision.save()

    with pytest.raises(DomainError) as refused:
        send(revision, steward)

    assert refused.value.code == "steps_missing"
    assert nothing_happened()


def test_without_declaration_nothing_is_sent(revision, steward):
    with pytest.raises(DomainError) as refused:
        send(revision, steward, declared=False)

    assert refused.value.code == "not_declared"
    assert set(refused.value.fields) == {"declared"}
    assert nothing_happened()


def test_a_block_stops_the_sending_and_names_the_rule(revision, steward):
    revision.classification.secrecy = "STATE_SECRET"
    revision.classification.save()

    with pytest.raises(DomainError) as refused:
        send(revision, steward)

    assert refused.value.code == "blocked"
    assert "R15" in str(refused.value)
    assert nothing_happened()
    assert not Evaluation.objects.exists()


def test_only_a_verified_organisation_sends(revision, steward, owner):
    owner.state = ParticipantState.SUSPENDED
    owner.save()

    with pytest.raises(DomainError) as refused:
        send(revision, steward)

    assert "R8" in str(refused.value)


def test_a_hold_does_not_stop_the_sending(revision, steward):
    column = revision.files.get().columns.get(position=3)
    column.suspected, column.suspected_share = "phone", 0.8
    column.save()

    send(revision, steward)

    assert Evaluation.objects.get().rules_with("HOLD") == ["R21"]


def test_a_double_click_and_a_stale_tab_send_once(revision, steward):
    send(revision, steward)

    with pytest.raises(Stale):
        send(revision, steward)
    with pytest.raises(IllegalMove):
        send(revision, steward, version=revision.version + 1)

    assert Entry.objects.count() == 1


@pytest.mark.parametrize("who", ["stranger", "colleague", "reviewer"])
def test_only_the_owners_stewards_send(who, request, revision):
    with pytest.raises(PermissionDenied):
        send(revision, request.getfixturevalue(who))

    assert nothing_happened()


def test_an_offer_waits_for_its_registration(revision, steward):
    listing = ListingFactory(revision=revision, priced=True)

    with pytest.raises(DomainError) as refused:
        services.submit_listing(listing_id=listing.pk, version=1, declared=True, actor=steward)

    assert refused.value.code == "registration_not_sent"


def test_both_are_sent_together_or_not_at_all(revision, steward):
    listing = ListingFactory(revision=revision, priced=True)
    arguments = {
        "revision_id": revision.pk,
        "version": 1,
        "listing_id": listing.pk,
        "declared": True,
        "actor": steward,
    }

    with pytest.raises(Stale):
        services.submit_together(listing_version=99, **arguments)
    revision.refresh_from_db()
    assert (revision.state, Entry.objects.count()) == (RevisionState.DRAFT, 0)

    services.submit_together(listing_version=1, **arguments)
    listing.refresh_from_db()
    assert listing.state == ListingState.SUBMITTED
    assert [entry.kind for entry in Entry.objects.order_by("pk")] == ["asset.submit", "listing.submit"]
    assert Evaluation.objects.get(stage="LST").results[-1].rule == "R101"


def test_a_listing_is_a_second_sending_that_freezes_its_terms(owner, steward):
    revision = RevisionFactory(asset__owner=owner, registered=True)
    listing = ListingFactory(revision=revision, priced=True)

    sent = services.submit_listing(listing_id=listing.pk, version=1, declared=True, actor=steward)

    assert sent.snapshot["offers"][0]["price"] == 2_000_000
    assert sent.lawful_declared is True
    with pytest.raises(IllegalMove):
        save_terms(listing_id=listing.pk, version=sent.version, data={"price": 1}, actor=steward)


def test_an_incomplete_offer_is_not_sent(owner, steward):
    revision = RevisionFactory(asset__owner=owner, registered=True)
    listing = ListingFactory(revision=revision, priced=True, purposes=[])

    with pytest.raises(DomainError) as refused:
        services.submit_listing(listing_id=listing.pk, version=1, declared=True, actor=steward)

    assert refused.value.code == "offer_incomplete"


def test_the_check_before_sending_is_the_stored_one(revision, steward):
    before = [finding.as_dict() for finding in check_registration(revision)]

    send(revision, steward)

    assert Evaluation.objects.get().findings == before


def test_mending_one_field_turns_exactly_that_line(owner):
    revision = RevisionFactory(asset__owner=owner, complete=True)
    revision.quality.limitations = ""
    revision.quality.save()
    listing = ListingFactory(revision=revision, priced=True)
    before = {finding.rule: str(finding.verdict) for finding in check_listing(listing)}

    revision.quality.limitations = "Hai trạm thiếu số liệu."
    revision.quality.save()
    after = {finding.rule: str(finding.verdict) for finding in check_listing(listing)}

    assert before["R33"] == "BLOCK"
    assert after == before | {"R33": "PASS"}


def test_master_data_has_one_source(owner):
    other = RevisionFactory(registered=True, is_core_dataset=True, master_entity="Doanh nghiệp")
    revision = RevisionFactory(asset__owner=owner, complete=True, is_core_dataset=True, master_entity="doanh  nghiep")

    findings = {finding.rule: finding for finding in check_registration(revision)}
    assert findings["R18"].is_passed

    revision.master_entity = "DOANH NGHIỆP"
    findings = {finding.rule: finding for finding in check_registration(revision)}
    assert findings["R18"].detail == {"asset": other.asset.number}


def test_a_new_revision_keeps_the_answers_and_asks_for_the_file(owner, steward):
    live = RevisionFactory(asset__owner=owner, registered=True)

    draft = services.new_revision(asset_id=live.asset_id, actor=steward)

    assert (draft.number, draft.state, draft.steps_done) == (2, RevisionState.DRAFT, [1, 3, 4, 5])
    assert draft.title_vi == live.title_vi
    assert draft.classification.subject == live.classification.subject
    assert draft.quality.limitations == live.quality.limitations
    assert draft.current_evidence().get().file == live.current_evidence().get().file
    assert not draft.files.exists()
    with pytest.raises(DomainError) as refused:
        services.new_revision(asset_id=live.asset_id, actor=steward)
    assert refused.value.code == "draft_exists"


def test_retiring_takes_the_asset_out_of_the_catalogue(owner, steward):
    live = RevisionFactory(asset__owner=owner, registered=True)

    services.retire(revision_id=live.pk, version=live.version, actor=steward)

    live.refresh_from_db()
    live.asset.refresh_from_db()
    assert (live.state, live.asset.live) == (RevisionState.RETIRED, None)
    assert not CatalogueEntry.objects.filter(asset=live.asset).exists()


def test_an_asset_with_an_offer_is_not_retired(owner, steward):
    live = RevisionFactory(asset__owner=owner, registered=True)
    ListingFactory(revision=live, listed=True, priced=True)

    with pytest.raises(DomainError) as refused:
        services.retire(revision_id=live.pk, version=live.version, actor=steward)

    assert refused.value.code == "offer_not_ended"


def test_an_offer_can_be_prepared_from_nothing(owner, steward):
    revision = RevisionFactory(asset__owner=owner, registered=True)
    listing = create_listing(revision_id=revision.pk, actor=steward)
    assert create_listing(revision_id=revision.pk, actor=steward) == listing

    answers = {
        "price_kind": PriceKind.ONE_OFF,
        "price": 5_000_000,
        "vat_treatment": "VAT10",
        "licence": licence("HD-01"),
        "purposes": ["internal_analysis"],
        "territories": ["VN"],
        "term_months": 12,
        "onward_transfer": "none",
        "derivation": "internal",
    }
    save_terms(listing_id=listing.pk, version=1, data=answers, actor=steward)
    services.submit_listing(listing_id=listing.pk, version=2, declared=True, actor=steward)

    assert Listing.objects.get().state == ListingState.SUBMITTED
