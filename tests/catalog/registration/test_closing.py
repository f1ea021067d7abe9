"""Text from an old page is shown back; a sent registration can be taken back; a draft can be deleted."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from catalog.assets.models import Asset, Revision, RightsEvidence
from catalog.assets.states import RevisionState
from catalog.datasets.models import DataFile
from catalog.datasets.services import remove_file
from catalog.offers import services as offers
from catalog.offers.models import Listing
from catalog.offers.states import ListingState
from catalog.registration import services
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.console import work
from exchange.notifications.models import Message
from exchange.rules.models import Evaluation
from exchange.transparency.models import Entry
from exchange.transparency.reconcile import rows_that_differ
from tests.factories.catalog import DataFileFactory, ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db
STEP_1 = {
    "version": 1,
    "title_vi": "Tên gõ trong cửa sổ cũ",
    "kind": "register_extract",
    "summary_vi": "Một câu < hai & ba",
}


def url(name, revision, **more):
    return reverse(f"catalog:{name}", kwargs={"number": revision.asset.number} | more)


def sent(draft, steward):
    return services.submit_registration(revision_id=draft.pk, version=1, declared=True, actor=steward)


@pytest.mark.parametrize(
    ("state", "way_out"),
    [("submitted", "register-withdraw"), ("in_review", ""), ("registered", "register-new-revision")],
)
def test_what_was_typed_in_an_old_tab_is_shown_back_after_the_sending(state, way_out, page, owner):
    revision = RevisionFactory(asset__owner=owner, **{state: True})
    before = Revision.objects.values().get(pk=revision.pk)

    response = page.post(url("register-step", revision, step="1"), STEP_1)

    text = response.content.decode()
    assert response.status_code == 409
    assert [(row["label"], row["value"]) for row in response.context["rows"]] == [
        ("Tên bằng tiếng Việt", "Tên gõ trong cửa sổ cũ"),
        ("Mô tả ngắn", "Một câu < hai & ba"),
        ("Loại tài sản", "Trích xuất từ sổ đăng ký"),
    ]
    assert "Một câu &lt; hai &amp; ba" in text
    assert list(response.context["messages"]) == []
    assert response.context["url"] == (url(way_out, revision) if way_out else "")
    assert Revision.objects.values().get(pk=revision.pk) == before


def test_an_old_tab_without_a_new_answer_just_leads_to_the_asset(page, owner):
    revision = RevisionFactory(asset__owner=owner, submitted=True)
    answers = {"version": 1, "title_vi": revision.title_vi, "keywords": ", ".join(revision.keywords)}

    response = page.post(url("register-step", revision, step="1"), answers)

    assert response.status_code == 302
    assert response.url == revision.asset.get_absolute_url()


def test_answers_to_questions_that_are_not_asked_any_more_are_shown_back(page, draft):
    response = page.post(url("register-step", draft, step="3-derived"), {"version": 1, "method": "Cộng theo huyện"})

    assert response.status_code == 409
    assert [row["value"] for row in response.context["rows"]] == ["Cộng theo huyện"]
    assert response.context["url"] == url("register-step", draft, step="3")


def test_a_registration_nobody_took_comes_back_as_a_draft(draft, steward):
    case = sent(draft, steward)
    assert [row.pk for row in Revision.objects.filter(state__in=work.WAITING)] == [draft.pk]

    back = services.withdraw_registration(revision_id=draft.pk, version=case.version, actor=steward)

    assert (back.state, back.due_on, back.snapshot, back.truth_declared) == (RevisionState.DRAFT, None, {}, False)
    assert [entry.kind for entry in Entry.objects.order_by("pk")] == ["asset.submit", "asset.withdraw"]
    assert [m.kind for m in Message.objects.filter(recipient=steward.user).order_by("pk")] == [
        "registration.submitted",
        "registration.withdrawn",
    ]
    assert not Revision.objects.filter(state__in=work.WAITING).exists()
    assert Evaluation.objects.count() == 1
    again = services.submit_registration(revision_id=draft.pk, version=back.version, declared=True, actor=steward)
    assert again.state == RevisionState.SUBMITTED


def test_what_a_reviewer_took_is_not_taken_back(draft, steward, reviewer):
    case = sent(draft, steward)
    taken = services.take(revision_id=draft.pk, version=case.version, actor=reviewer)

    with pytest.raises(IllegalMove):
        services.withdraw_registration(revision_id=draft.pk, version=taken.version, actor=steward)

    draft.refresh_from_db()
    assert draft.state == RevisionState.IN_REVIEW
    assert Entry.objects.count() == 2


def together(draft, steward):
    offer = ListingFactory(revision=draft, priced=True)
    services.submit_together(
        revision_id=draft.pk, version=1, listing_id=offer.pk, listing_version=1, declared=True, actor=steward
    )
    draft.refresh_from_db()
    offer.refresh_from_db()
    return draft, offer


def test_an_offer_sent_with_its_registration_comes_back_with_it(draft, steward):
    case, offer = together(draft, steward)

    services.withdraw_registration(revision_id=draft.pk, version=case.version, actor=steward)

    offer.refresh_from_db()
    assert (offer.state, offer.due_on, offer.snapshot, offer.lawful_declared) == (ListingState.DRAFT, None, {}, False)
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.DRAFT
    assert [entry.kind for entry in Entry.objects.order_by("pk")] == [
        *("asset.submit", "listing.submit", "listing.withdraw", "asset.withdraw"),
    ]
    assert of_the_register(rows_that_differ()) == []


def test_a_registration_stays_when_a_reviewer_took_its_offer(draft, steward, reviewer):
    case, offer = together(draft, steward)
    services.take(listing_id=offer.pk, version=offer.version, actor=reviewer)

    with pytest.raises(DomainError) as refused:
        services.withdraw_registration(revision_id=draft.pk, version=case.version, actor=steward)

    assert refused.value.code == "offer_taken"
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.SUBMITTED
    assert Listing.objects.get(pk=offer.pk).state == ListingState.IN_REVIEW


def test_an_offer_does_not_leave_the_registration_it_was_sent_with(draft, steward):
    _case, offer = together(draft, steward)

    with pytest.raises(DomainError) as refused:
        offers.withdraw(listing_id=offer.pk, actor=steward)

    assert refused.value.code == "sent_together"
    assert Listing.objects.get(pk=offer.pk).state == ListingState.SUBMITTED


def test_an_offer_sent_alone_is_taken_back_on_a_page_that_says_what_it_does(page, owner, steward):
    offer = ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), priced=True)
    services.submit_listing(listing_id=offer.pk, version=1, declared=True, actor=steward)
    place = url("register-offer", offer.revision, action="withdraw")
    assert place in page.get(offer.revision.asset.get_absolute_url()).content.decode()
    assert "bản nháp" in page.get(place).content.decode()

    answer = page.post(place, follow=True)

    assert Listing.objects.get(pk=offer.pk).state == ListingState.DRAFT
    assert "là bản nháp" in answer.content.decode()
    assert Message.objects.filter(recipient=steward.user, kind="listing.withdrawn").count() == 1
    assert page.post(place).status_code == 404


def test_the_offer_of_a_deleted_draft_opens_no_page(page, draft, steward):
    ListingFactory(revision=draft, named=True)
    place = url("register-organisations", draft)
    assert page.get(place).status_code == 200

    services.discard_draft(revision_id=draft.pk, version=1, actor=steward)

    assert page.get(place).status_code == 404
    assert not Listing.objects.visible_to(steward).exists()


def test_a_draft_that_was_never_sent_goes_with_its_file_and_papers(draft, steward):
    services.discard_draft(revision_id=draft.pk, version=1, actor=steward)

    draft.refresh_from_db()
    assert draft.state == RevisionState.DISCARDED
    assert not Asset.objects.visible_to(steward).exists()
    assert not Revision.objects.visible_to(steward).exists()
    assert not DataFile.objects.current().exists()
    assert not RightsEvidence.objects.filter(removed_at__isnull=True).exists()
    assert Entry.objects.get().kind == "asset.discard"
    assert not Message.objects.exists()


def of_the_register(differences) -> list[str]:
    tables = (
        *("catalog.revision", "catalog.classification", "catalog.qualitystatement", "catalog.rightsevidence"),
        *("catalog.datafile", "catalog.column", "catalog.listing", "catalog.listingowner"),
    )
    return [place for place in differences if any(f" {table}:" in place for table in tables)]


def test_the_log_agrees_with_the_rows_of_what_was_deleted_and_taken_back(draft, steward, owner):
    services.discard_draft(revision_id=draft.pk, version=1, actor=steward)
    other = RevisionFactory(asset__owner=owner, complete=True)
    case = sent(other, steward)
    services.withdraw_registration(revision_id=other.pk, version=case.version, actor=steward)
    assert of_the_register(rows_that_differ()) == []

    Revision.objects.filter(pk=draft.pk).update(title_vi="Sửa sau khi xóa")

    assert of_the_register(rows_that_differ()) == [f"row_changed catalog.revision:{draft.pk}"]


@pytest.mark.parametrize("how", ["taken back", "returned"])
def test_the_log_agrees_with_a_file_replaced_between_two_sendings(how, draft, steward, reviewer):
    case = sent(draft, steward)
    target = {"revision_id": draft.pk, "version": case.version}
    if how == "taken back":
        services.withdraw_registration(**target, actor=steward)
    else:
        case = services.take(**target, actor=reviewer)
        words = {"reason_code": "other", "text": "Thay tệp."}
        services.return_(revision_id=draft.pk, version=case.version, actor=reviewer, **words)
    remove_file(file_id=draft.files.get().pk, actor=steward)
    DataFileFactory(revision=draft)
    Revision.objects.filter(pk=draft.pk).update(steps_done=[1, 2, 3, 4, 5])
    draft.refresh_from_db()

    services.submit_registration(revision_id=draft.pk, version=draft.version, declared=True, actor=steward)

    assert of_the_register(rows_that_differ()) == []


def test_what_was_sent_once_is_not_deleted(draft, steward):
    case = sent(draft, steward)
    back = services.withdraw_registration(revision_id=draft.pk, version=case.version, actor=steward)

    with pytest.raises(DomainError) as refused:
        services.discard_draft(revision_id=draft.pk, version=back.version, actor=steward)

    assert refused.value.code == "was_sent"
    draft.refresh_from_db()
    assert draft.state == RevisionState.DRAFT
    assert DataFile.objects.current().count() == 1


@pytest.mark.parametrize("action", ["discard_draft", "withdraw_registration"])
@pytest.mark.parametrize("who", ["stranger", "colleague", "reviewer"])
def test_only_the_owners_stewards_take_back_and_delete(action, who, request, owner):
    stage = {"discard_draft": "complete", "withdraw_registration": "submitted"}[action]
    revision = RevisionFactory(asset__owner=owner, **{stage: True})

    with pytest.raises(PermissionDenied):
        getattr(services, action)(revision_id=revision.pk, version=1, actor=request.getfixturevalue(who))

    assert not Entry.objects.exists()


def test_an_old_page_deletes_nothing(draft, steward):
    with pytest.raises(Stale):
        services.discard_draft(revision_id=draft.pk, version=7, actor=steward)

    assert DataFile.objects.current().count() == 1


def test_deleting_states_its_effect_first_and_leads_to_the_list(page, draft):
    assert url("register-discard", draft) in page.get(draft.asset.get_absolute_url()).content.decode()
    assert "không thể hoàn tác" in page.get(url("register-discard", draft)).content.decode()

    response = page.post(url("register-discard", draft), {"version": 1})

    assert response.url == reverse("catalog:register")
    assert page.get(draft.asset.get_absolute_url()).status_code == 404
    assert page.get(url("register-step", draft, step="1")).status_code == 404
    assert page.get(url("file-step", draft)).status_code == 404
    assert draft.title_vi not in page.get(reverse("catalog:register")).content.decode()


def test_a_deleted_new_revision_leaves_the_registered_one(page, owner, steward):
    live = RevisionFactory(asset__owner=owner, registered=True)
    newer = services.new_revision(asset_id=live.asset_id, actor=steward)

    response = page.post(url("register-discard", newer), {"version": newer.version})

    assert response.url == live.asset.get_absolute_url()
    assert page.get(response.url).context["revision"] == live
    assert services.new_revision(asset_id=live.asset_id, actor=steward).number == 3


def test_taking_back_has_a_page_as_long_as_it_is_possible(page, draft, steward, reviewer):
    case = sent(draft, steward)
    assert url("register-withdraw", draft) in page.get(draft.asset.get_absolute_url()).content.decode()
    assert page.get(url("register-withdraw", draft)).status_code == 200

    services.take(revision_id=draft.pk, version=case.version, actor=reviewer)

    assert url("register-withdraw", draft) not in page.get(draft.asset.get_absolute_url()).content.decode()
    assert page.get(url("register-withdraw", draft)).url == draft.asset.get_absolute_url()
    assert page.post(url("register-withdraw", draft), {"version": case.version + 1}).status_code == 409


def test_the_exchange_no_longer_sees_what_was_taken_back(draft, steward, reviewer):
    case = sent(draft, steward)
    assert list(Revision.objects.visible_to(reviewer)) == [draft]

    services.withdraw_registration(revision_id=draft.pk, version=case.version, actor=steward)

    assert not Revision.objects.visible_to(reviewer).exists()
    assert not Asset.objects.visible_to(reviewer).exists()
