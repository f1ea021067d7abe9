"""Drafts, steps and papers."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.assets.models import Asset, Claim, Revision, RightsEvidence
from catalog.assets.services import add_evidence, create_asset, remove_evidence, save_step
from catalog.assets.states import ASSET_FLOW, EDITABLE, RevisionState
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.transparency.models import Entry
from tests.factories.accounts import OrganisationFactory, actor_of
from tests.factories.catalog import AssetFactory, RevisionFactory

pytestmark = pytest.mark.django_db
WHAT = {
    "title_vi": "Lượng mưa tháng",
    "summary_vi": "Lượng mưa từng trạm.",
    "kind": "statistics",
    "theme": "environment",
    "keywords": ["mưa", "trạm", "tháng"],
    "description_vi": "Phạm vi cả nước.",
    "steward_name": "Cán bộ 1",
}


def paper(name: str = "quyet-dinh.pdf", content: bytes = b"%PDF-1.7\n1 0 obj\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_draft_is_prefilled_and_begun_only_once(steward, owner):
    first, second = create_asset(actor=steward), create_asset(actor=steward)

    assert first == second
    assert Asset.objects.count() == 1
    assert first.contact_mailbox == "dulieu@example.vn"
    assert first.steward_name == steward.user.full_name
    assert first.asset.number.startswith("D-")


def test_a_touched_draft_is_not_given_again(steward):
    first = create_asset(actor=steward)
    save_step(revision_id=first.pk, step=1, version=1, data={"title_vi": "Mưa"}, actor=steward)

    assert create_asset(actor=steward) != first


@pytest.mark.parametrize("who", ["colleague", "reviewer", "nobody"])
def test_only_stewards_begin_a_registration(who, request, django_user_model):
    actor = actor_of(django_user_model.objects.create_user("x@example.vn")) if who == "nobody" else None

    with pytest.raises(PermissionDenied):
        create_asset(actor=actor or request.getfixturevalue(who))

    assert not Asset.objects.exists()


def test_half_a_step_is_kept_and_stays_open(steward):
    revision = create_asset(actor=steward)

    save_step(
        revision_id=revision.pk,
        step=1,
        version=1,
        data={"title_vi": "  Lu\u031bo\u031b\u0323ng mưa\x00 "},
        actor=steward,
    )

    revision.refresh_from_db()
    assert revision.title_vi == "Lượng mưa"
    assert revision.steps_done == []
    assert revision.version == 2


def test_a_whole_step_is_done_and_can_be_opened_again(steward):
    revision = create_asset(actor=steward)

    revision = save_step(revision_id=revision.pk, step=1, version=1, data=WHAT, actor=steward)
    assert revision.steps_done == [1]

    revision = save_step(revision_id=revision.pk, step=1, version=2, data={"keywords": ["một"]}, actor=steward)
    assert revision.steps_done == []


@pytest.mark.parametrize(
    ("is_state", "data", "done"),
    [
        (False, {"origin": "ORIGINAL", "how_obtained": "own_operation", "right_hold": True}, True),
        (True, {"origin": "ORIGINAL", "how_obtained": "own_operation", "right_hold": True}, False),
        (True, {"origin": "ORIGINAL", "how_obtained": "x", "right_hold": True, "legal_basis": "Luật X"}, True),
        (False, {"origin": "DERIVED", "how_obtained": "derived", "right_hold": True}, False),
        (
            False,
            {"origin": "DERIVED", "how_obtained": "derived", "right_hold": True, "parents": "A", "method": "B"},
            True,
        ),
        (False, {"origin": "ORIGINAL", "how_obtained": "own_operation", "right_hold": False}, False),
    ],
)
def test_what_step_three_needs_depends_on_the_answers(is_state, data, done, steward):
    if is_state:
        steward.organisation.kind = "agency"
        steward.organisation.save()
    revision = create_asset(actor=steward)

    revision = save_step(revision_id=revision.pk, step=3, version=1, data=data, actor=steward)

    assert (3 in revision.steps_done) is done


def test_a_stale_tab_is_refused_and_changes_nothing(steward):
    revision = create_asset(actor=steward)
    save_step(revision_id=revision.pk, step=1, version=1, data={"title_vi": "Mới"}, actor=steward)

    with pytest.raises(Stale):
        save_step(revision_id=revision.pk, step=1, version=1, data={"title_vi": "Cũ"}, actor=steward)

    revision.refresh_from_db()
    assert (revision.title_vi, revision.version) == ("Mới", 2)


@pytest.mark.parametrize("who", ["stranger", "colleague", "reviewer"])
def test_only_the_owners_stewards_save(who, request, steward):
    revision = create_asset(actor=steward)

    with pytest.raises(PermissionDenied):
        save_step(
            revision_id=revision.pk, step=1, version=1, data={"title_vi": "X"}, actor=request.getfixturevalue(who)
        )

    revision.refresh_from_db()
    assert revision.title_vi == ""


@pytest.mark.parametrize("state", ["submitted", "in_review", "registered"])
def test_what_was_sent_is_closed(state, steward, owner):
    revision = RevisionFactory(asset__owner=owner, **{state: True})

    with pytest.raises(IllegalMove):
        save_step(revision_id=revision.pk, step=1, version=1, data={"title_vi": "X"}, actor=steward)


def test_too_long_an_answer_is_refused_with_its_field(steward):
    revision = create_asset(actor=steward)

    with pytest.raises(DomainError) as refused:
        save_step(revision_id=revision.pk, step=1, version=1, data={"title_vi": "x" * 111}, actor=steward)

    assert refused.value.code == "answers_malformed"
    assert set(refused.value.fields) == {"title_vi"}


def test_papers_are_added_once_and_removed_with_their_time(steward):
    revision = create_asset(actor=steward)

    first = add_evidence(revision_id=revision.pk, claim=Claim.ORIGIN, upload=paper(), actor=steward)
    second = add_evidence(revision_id=revision.pk, claim=Claim.ORIGIN, upload=paper(), actor=steward)
    remove_evidence(evidence_id=first.pk, actor=steward)
    remove_evidence(evidence_id=first.pk, actor=steward)

    assert first == second
    assert revision.current_evidence().count() == 0
    assert RightsEvidence.objects.get().removed_at is not None


def test_a_paper_of_a_strange_kind_or_claim_is_refused(steward):
    revision = create_asset(actor=steward)

    for claim, upload in ((Claim.ORIGIN, paper("a.exe", b"MZ\x90\x00")), ("anything", paper())):
        with pytest.raises(DomainError):
            add_evidence(revision_id=revision.pk, claim=claim, upload=upload, actor=steward)

    assert not RightsEvidence.objects.exists()


def test_strangers_neither_add_nor_remove_papers(steward, stranger):
    revision = create_asset(actor=steward)
    evidence = add_evidence(revision_id=revision.pk, claim=Claim.ORIGIN, upload=paper(), actor=steward)

    with pytest.raises(PermissionDenied):
        add_evidence(revision_id=revision.pk, claim=Claim.USE, upload=paper(), actor=stranger)
    with pytest.raises(PermissionDenied):
        remove_evidence(evidence_id=evidence.pk, actor=stranger)

    assert revision.current_evidence().get() == evidence


def test_who_sees_which_revisions(steward, stranger, reviewer, owner):
    draft = RevisionFactory(asset__owner=owner)
    sent = RevisionFactory(asset__owner=owner, submitted=True)
    RevisionFactory(submitted=True, asset=AssetFactory(owner=OrganisationFactory(active=True)))

    assert set(Revision.objects.visible_to(steward)) == {draft, sent}
    assert set(Revision.objects.visible_to(stranger)) == set()
    assert draft not in Revision.objects.visible_to(reviewer)
    assert sent in Revision.objects.visible_to(reviewer)


def test_every_state_has_its_moves():
    assert ASSET_FLOW.states == set(RevisionState.values)
    assert [s for s in RevisionState.values if ASSET_FLOW.allows(s, "submit") or ASSET_FLOW.allows(s, "resubmit")] == [
        str(s) for s in EDITABLE
    ]


def test_saving_a_draft_is_not_logged(steward):
    save_step(revision_id=create_asset(actor=steward).pk, step=1, version=1, data=WHAT, actor=steward)

    assert not Entry.objects.exists()
