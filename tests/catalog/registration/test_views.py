"""Pages of registration: one thing a page, saved at once, resumable, for the right people only."""

import re

import pytest
from django.urls import reverse

from catalog.assets.models import Revision
from catalog.classification.models import Classification
from catalog.registration.pages import PAGES
from catalog.registration.selectors import dossier_of
from tests.catalog.registration.steps import NASTY, shown, url
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db
NAME = {
    "version": 1,
    "title_vi": "Lượng mưa tháng",
    "summary_vi": "Lượng mưa từng trạm theo tháng.",
    "kind": "statistics",
}
DETAILS = {
    "theme": "environment",
    "keywords": "mưa, trạm, tháng",
    "description_vi": "## Phạm vi\nCả nước\n\n## Hạn chế\n\n",
    "steward_name": "Cán bộ",
}


def test_starting_twice_gives_one_draft_and_opens_the_first_page(page):
    first = page.post(reverse("catalog:register-start"))
    second = page.post(reverse("catalog:register-start"))

    revision = Revision.objects.get()
    assert first.url == second.url == url(revision, 1)
    assert page.get(first.url).status_code == 200


def test_the_list_shows_state_next_step_and_who_may_start(page, draft, client, colleague):
    text = shown(page.get(reverse("catalog:register")))
    assert draft.asset.number in text
    assert draft.title_vi in text
    assert url(draft, 7) in text

    client.force_login(colleague.user)
    assert reverse("catalog:register-start") not in shown(client.get(reverse("catalog:register")))


def test_a_visitor_signs_in_first(client, draft):
    for address in (reverse("catalog:register"), draft.asset.get_absolute_url(), url(draft, 4)):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("step", ["1", "1-details", "1-record", "3", "4-access", "5-scores", "6", "7"])
def test_strangers_get_404_members_without_the_role_403(step, draft, client, stranger, colleague):
    client.force_login(stranger.user)
    assert client.get(url(draft, step)).status_code == 404
    client.force_login(colleague.user)
    assert client.get(url(draft, step)).status_code == 403
    assert client.post(url(draft, step), {"version": 1}).status_code == 403


def test_saving_goes_on_and_is_kept(page):
    page.post(reverse("catalog:register-start"))
    revision = Revision.objects.get()

    response = page.post(url(revision, 1), NAME)

    assert response.url == url(revision, "1-details")
    response = page.post(response.url, DETAILS | {"version": 2})
    revision.refresh_from_db()
    assert revision.keywords == ["mưa", "trạm", "tháng"]
    assert response.url == url(revision, "1-record")
    place = {"version": 3, "province": "79", "publisher": "Cục Khí tượng thủy văn"}
    assert page.post(response.url, place).url == url(revision, 2)
    revision.refresh_from_db()
    assert (revision.steps_done, revision.province_id, revision.publisher) == ([1], "79", "Cục Khí tượng thủy văn")
    assert revision.description_vi == "## Phạm vi\nCả nước"


def test_an_empty_description_starts_from_headings_which_alone_describe_nothing(page):
    page.post(reverse("catalog:register-start"))
    revision = Revision.objects.get()
    offered = page.get(url(revision, "1-details")).context["form"].initial["description_vi"]

    refused = page.post(url(revision, "1-details"), DETAILS | {"version": 1, "description_vi": offered})

    assert re.findall(r"## (.*)", offered) == ["Phạm vi", "Cách dùng", "Phương pháp", "Hạn chế"]
    assert refused.status_code == 422
    assert "Viết ít nhất một dòng dưới một đề mục." in shown(refused)
    revision.refresh_from_db()
    assert (revision.description_vi, revision.version) == ("", 1)


def test_the_description_begins_with_the_short_one_which_alone_is_not_enough(page):
    page.post(reverse("catalog:register-start"))
    revision = Revision.objects.get()
    page.post(url(revision, 1), NAME)
    offered = page.get(url(revision, "1-details")).context["form"].initial["description_vi"]

    refused = page.post(url(revision, "1-details"), DETAILS | {"version": 2, "description_vi": offered})
    written = offered.replace("## Hạn chế", "## Hạn chế\nThiếu năm 2019.")
    kept = page.post(url(revision, "1-details"), DETAILS | {"version": 2, "description_vi": written})

    assert offered.startswith(f"## Phạm vi\n{NAME['summary_vi']}\n\n")
    assert refused.status_code == 422
    assert kept.status_code == 302
    revision.refresh_from_db()
    assert revision.description_vi == f"## Phạm vi\n{NAME['summary_vi']}\n\n\n## Hạn chế\nThiếu năm 2019."


def test_the_statement_on_barred_data_stands_open_only_for_who_will_trade(page):
    page.post(reverse("catalog:register-start"))
    revision = Revision.objects.get()
    closed = page.get(url(revision, 4)).context["form"]
    Revision.objects.filter(pk=revision.pk).update(right_operate=True)
    opened = page.get(url(revision, 4)).context["form"]

    assert [field.name for field in closed.folded_fields] == ["prohibited_declared"]
    assert opened.folded_fields == []


def test_the_last_look_folds_what_is_answered_and_not_the_classes_of_the_law(page, draft):
    draft.quality.limitations = ""
    draft.quality.save()

    sections = page.get(url(draft, 7)).context["sections"]

    folded = {section.get("step"): section.get("folded", "") for section in sections}
    assert folded[4] == "", "the classes of the law"
    assert folded[5] == "", "limits are not stated yet"
    assert re.fullmatch(r"\d+ câu trả lời", folded[1])


def test_what_was_said_on_the_first_page_is_not_asked_again(page):
    page.post(reverse("catalog:register-start"))
    revision = Revision.objects.get()
    page.post(url(revision, 1), NAME | {"kind": "derived_product"})

    form = page.get(url(revision, 3)).context["form"]

    assert (form.initial["origin"], form.initial["how_obtained"]) == ("DERIVED", "derived")


def test_after_the_last_step_comes_the_check_unless_an_offer_was_begun(page, draft):
    scores = {"version": 1, "accurate": "95", "declared_method": "Đối soát"}

    assert page.post(url(draft, "5-scores"), scores).url == url(draft, 7)

    ListingFactory(revision=draft)
    assert page.post(url(draft, "5-scores"), scores | {"version": 2}).url == url(draft, 6)


@pytest.mark.parametrize(
    ("claims", "begun", "after_rights", "after_freshness"),
    [
        (["right_hold"], False, "4", "7"),
        (["right_hold", "right_operate"], False, "3-papers", "7"),
        (["right_hold"], True, "3-papers", "5-scores"),
    ],
)
def test_papers_and_declared_figures_are_on_the_way_only_to_an_offer(
    claims, begun, after_rights, after_freshness, page, draft
):
    if begun:
        ListingFactory(revision=draft)
    fresh = {"frequency": "never", "last_updated": "31/03/2026"}

    rights = page.post(url(draft, "3-rights"), {"version": 1, "rights": claims})
    freshness = page.post(url(draft, "5"), fresh | {"version": 2})

    assert (rights.url, freshness.url) == (url(draft, after_rights), url(draft, after_freshness))
    assert page.get(url(draft, "3-papers")).status_code == 200
    assert f"{url(draft, '3-papers')}?then=7" in shown(page.get(url(draft, 7)))


def test_a_limit_of_access_has_a_reason_and_fits_the_way_of_giving(page, draft):
    answers = {"version": 1, "access": "anyone", "for_state": "yes", "for_firms": "yes", "for_persons": "no"}

    refused = page.post(url(draft, "4-access"), answers)

    assert set(refused.context["form"].errors) == {"for_persons"}, "nothing else is asked until the two fit"
    answers |= {"access": "account", "for_firms": "conditional"}
    refused = page.post(url(draft, "4-access"), answers)
    assert set(refused.context["form"].errors) == {"limit_reason", "limit_text"}
    assert "cần khi có câu trả lời" in shown(refused)
    answers |= {"access": "account", "limit_reason": "third_party", "limit_text": "Theo hợp đồng với nguồn cấp."}
    assert page.post(url(draft, "4-access"), answers).url == url(draft, "4-protection")
    draft.classification.refresh_from_db()
    assert (draft.classification.for_persons, draft.classification.limit_reason) == ("no", "third_party")


def test_people_in_the_data_ask_for_ground_and_impact_file(page, draft):
    Classification.objects.filter(revision=draft).update(subject="PERSONAL_BASIC")

    refused = page.post(url(draft, "4-people"), {"version": 1, "citizen_count": "1200"})

    assert set(refused.context["form"].errors) == {"people_described", "processing_basis", "impact_file"}
    answers = {"people_described": "Học sinh", "processing_basis": "consent", "impact_file": "12/HS-ĐGTĐ, 02/03/2026"}
    assert page.post(url(draft, "4-people"), answers | {"version": 1, "citizen_count": "1200"}).status_code == 302


def test_when_updates_are_due_it_is_said_when_one_is_late(page, draft):
    answers = {"version": 1, "frequency": "yearly", "last_updated": "31/03/2026"}

    refused = page.post(url(draft, "5"), answers)

    assert list(refused.context["form"].errors) == ["late_after_days"]
    assert page.post(url(draft, "5"), answers | {"frequency": "never"}).status_code == 302


def test_what_is_pasted_is_never_cut_off_in_silence(page, draft):
    text = shown(page.get(url(draft, 1)))
    refused = page.post(url(draft, 1), NAME | {"title_vi": "m" * 130})

    assert "maxlength" not in text
    assert refused.status_code == 422
    assert "m" * 130 in shown(refused)


def test_a_mistake_keeps_everything_typed_and_says_where(page):
    page.post(reverse("catalog:register-start"))
    revision = Revision.objects.get()

    answers = DETAILS | {"version": 1, "keywords": "một", "contact_mailbox": "so@example.vn", "theme": ""}
    response = page.post(url(revision, "1-details"), answers)

    text = shown(response)
    assert response.status_code == 422
    assert 'value="so@example.vn"' in text
    assert 'href="#id_keywords"' in text
    assert 'href="#id_theme"' in text
    revision.refresh_from_db()
    assert revision.description_vi == ""


def test_half_a_page_can_be_left_as_a_draft(page):
    page.post(reverse("catalog:register-start"))
    revision = Revision.objects.get()

    response = page.post(url(revision, 1), {"version": 1, "title_vi": "Nửa chừng", "draft": "1"})

    revision.refresh_from_db()
    assert response.url == revision.asset.get_absolute_url()
    assert (revision.title_vi, revision.steps_done) == ("Nửa chừng", [])


def test_a_stale_tab_keeps_what_was_typed_and_may_save_again(page, draft):
    page.post(url(draft, 1), NAME)
    stale = page.post(url(draft, 1), NAME | {"title_vi": "Từ cửa sổ thứ hai"})

    text = shown(stale)
    assert stale.status_code == 409
    assert "Từ cửa sổ thứ hai" in text
    draft.refresh_from_db()
    assert draft.title_vi == "Lượng mưa tháng"
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    page.post(url(draft, 1), NAME | {"title_vi": "Từ cửa sổ thứ hai", "version": version})
    draft.refresh_from_db()
    assert draft.title_vi == "Từ cửa sổ thứ hai"


@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [("vi", "03/04/2026", "2026-04-03"), ("en", "03/04/2026", "2026-04-03"), ("vi", "2026-04-03", "2026-04-03")],
)
def test_the_third_of_april_is_read_as_people_write_it(language, typed, stored, page, draft):
    prefix = "/en" if language == "en" else ""
    answers = {"version": draft.version, "frequency": "yearly", "late_after_days": 30, "last_updated": typed}

    page.post(prefix + url(draft, 5), answers)

    draft.quality.refresh_from_db()
    assert str(draft.quality.last_updated) == stored


@pytest.mark.parametrize("typed", ["31/02/2026", "3 tháng 4", "04/2026", "13/13/2026", "01/01/2999"])
def test_a_wrong_day_is_refused_with_an_example(typed, page, draft):
    response = page.post(url(draft, 5), {"version": draft.version, "frequency": "yearly", "last_updated": typed})

    assert response.status_code == 422
    assert f'value="{typed}"' in shown(response)


def test_markup_and_formulas_are_inert_everywhere(page, draft, reviewer, client):
    Revision.objects.filter(pk=draft.pk).update(
        title_vi=NASTY[:110], summary_vi=NASTY, description_vi=NASTY, steward_name=NASTY, keywords=[NASTY[:60]] * 3
    )
    draft.quality.limitations = NASTY
    draft.quality.save()
    listing = ListingFactory(revision=draft, priced=True, attribution=NASTY, ip_restrictions=NASTY)
    steps = [page_.slug for page_ in PAGES if page_.applies(dossier_of(draft))]
    addresses = [url(draft, step) for step in steps] + [draft.asset.get_absolute_url(), reverse("catalog:register")]

    for address in addresses:
        text = page.get(address).content.decode()
        assert "<script>alert" not in text, address
        assert "14" + "=HYPERLINK" not in text, address
    assert listing.attribution == NASTY


def test_no_page_asks_more_than_eight_questions(page, draft):
    listing = ListingFactory(revision=draft, priced=True)
    draft.classification.importance, draft.classification.subject = "IMPORTANT", "DEIDENTIFIED"
    draft.classification.save()
    Revision.objects.filter(pk=draft.pk).update(origin="DERIVED")

    asked = {}
    for one in PAGES:
        if one.form:
            response = page.get(url(draft, one.slug))
            assert response.status_code == 200, one.slug
            asked[one.slug] = response.context["form"].questions

    assert max(asked.values()) <= 8, asked
    assert listing.pk


@pytest.mark.parametrize(
    ("slug", "applies"),
    [("3-derived", False), ("4-importance", False), ("4-people", False), ("4-deid", False), ("6-price", False)],
)
def test_questions_that_do_not_apply_are_skipped(slug, applies, page, draft):
    assert page.get(url(draft, slug)).status_code == 302


def test_a_state_source_is_asked_its_sharing_nature(page, draft, owner):
    assert 'name="sharing"' not in shown(page.get(url(draft, 4)))
    owner.kind = "agency"
    owner.save()
    assert 'name="sharing"' in shown(page.get(url(draft, 4)))


@pytest.mark.parametrize("slug", ["2-x", "9", "3-papers-x", "7-x", "abc"])
def test_unknown_pages_are_404(slug, page, draft):
    assert page.get(url(draft, slug)).status_code == 404


def test_guessing_a_number_is_404(page):
    assert page.get(reverse("catalog:register-detail", kwargs={"number": "D-2026-999999"})).status_code == 404


@pytest.mark.parametrize("stage", ["complete", "submitted", "in_review", "registered"])
def test_the_asset_page_stays_within_its_query_budget(stage, page, owner, django_assert_max_num_queries):
    revision = RevisionFactory(asset__owner=owner, **{stage: True})
    page.get(revision.asset.get_absolute_url())

    with django_assert_max_num_queries(20):
        assert page.get(revision.asset.get_absolute_url()).status_code == 200


def test_the_list_takes_the_same_queries_for_many(page, owner, django_assert_max_num_queries):
    for _ in range(6):
        ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), priced=True)
    page.get(reverse("catalog:register"))

    with django_assert_max_num_queries(12):
        page.get(reverse("catalog:register"))
