"""The page of a dataset, its dictionary, its licence, and the download of open data."""

import hashlib
import json

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.classification.models import Access
from catalog.datasets.models import OpenRelease
from catalog.offers.models import Audience, ListingGroupObjectPermission, group_name
from catalog.offers.selectors import content_hash, snapshot
from catalog.offers.states import ListingState
from catalog.search.services import refresh_entry
from catalog.search.tables import dictionary, harmless
from exchange.files.services import place_of
from tests.factories.accounts import MembershipFactory, OrganisationFactory, StaffAppointmentFactory
from tests.factories.catalog import CSV, ColumnFactory, ListingFactory, RevisionFactory
from tests.factories.exchange import stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def listed(**traits):
    """A listing on the market whose file really lies in the storage."""
    listing = ListingFactory(listed=True, **traits)
    file = listing.revision.files.get()
    file.stored = stored(CSV, "san-luong.csv", "data", "text/csv")
    file.save()
    if traits.get("open"):
        listing.revision.classification.access = Access.ANYONE
        listing.revision.classification.save()
    listing.snapshot = snapshot(listing)
    listing.content_hash = content_hash(listing.snapshot)
    listing.save()
    refresh_entry(asset_id=listing.revision.asset_id)
    return listing


def address(listing, rest: str = "") -> str:
    return f"/datasets/{listing.revision.asset.number}/{rest}"


def test_priced_offer_shows_price_tax_and_total(client):
    listing = listed(priced=True)

    response = client.get(address(listing))
    text = response.content.decode()

    for words in ("2.000.000", "200.000", "2.200.000", listing.revision.certificate_number, "ma_tinh", "nghìn tấn"):
        assert words in text
    assert response.context["dataset"].can_order


def test_offer_that_is_not_subject_to_tax_costs_its_price(client):
    listing = listed(priced=True)
    listing.vat_treatment = "KCT"
    listing.save()

    charge = client.get(address(listing)).context["dataset"].charge

    assert (charge.vat, charge.total, charge.percent) == (0, 2_000_000, None)


def test_registered_asset_without_offer_has_a_page_without_order_button(client):
    revision = RevisionFactory(registered=True)
    refresh_entry(asset_id=revision.asset_id)

    response = client.get(f"/datasets/{revision.asset.number}/")

    assert response.status_code == 200
    assert "/order/" not in response.content.decode()
    assert response.context["dataset"].rights is None


def test_text_of_people_is_never_markup(client):
    listing = listed(priced=True)
    revision = listing.revision
    revision.title_vi = "<script>alert(1)</script>"
    revision.description_vi = "# Lớn\n<img src=x onerror=alert(1)> [x](javascript:alert(1)) **đậm**"
    revision.legal_basis = "<b>Luật</b>"
    revision.save()
    refresh_entry(asset_id=revision.asset_id)

    text = client.get(address(listing)).content.decode()

    assert "<script>alert" not in text
    assert "<img" not in text
    assert 'href="javascript' not in text
    assert "<b>Luật" not in text
    assert "<strong>đậm</strong>" in text
    assert "<h3>Lớn</h3>" in text


def test_unknown_number_and_unregistered_asset_are_not_found(client):
    draft = RevisionFactory()

    assert client.get("/datasets/D-2026-999999/").status_code == 404
    assert client.get(f"/datasets/{draft.asset.number}/").status_code == 404


def test_offer_for_named_organisations_is_not_found_by_others(client):
    listing = listed(free=True, audience=Audience.NAMED)
    named = MembershipFactory(organisation=OrganisationFactory(active=True))
    group = Group.objects.create(name=group_name(named.organisation))
    ListingGroupObjectPermission.objects.assign_perm("see_listing", group, obj=listing)
    answers = {}

    for name, user in {
        "nobody": None,
        "stranger": MembershipFactory().user,
        "named": named.user,
        "owner": MembershipFactory(organisation=listing.revision.asset.owner).user,
        "staff": StaffAppointmentFactory().user,
    }.items():
        client.logout()
        if user:
            client.force_login(user)
        pages = [client.get(address(listing, rest)).status_code for rest in ("", "dictionary.csv", "licence.json")]
        pages.append(client.get(f"/api/v1/datasets/{listing.revision.asset.number}/").status_code)
        answers[name] = set(pages)

    assert answers == {"nobody": {404}, "stranger": {404}, "named": {200}, "owner": {200}, "staff": {200}}


def test_owner_and_staff_are_not_invited_to_order(client):
    listing = listed(priced=True)
    for user in (MembershipFactory(organisation=listing.revision.asset.owner).user, StaffAppointmentFactory().user):
        client.force_login(user)
        assert not client.get(address(listing)).context["dataset"].can_order


def test_flagged_columns_show_neither_examples_nor_preview(client):
    listing = listed(priced=True)
    file = listing.revision.files.get()
    ColumnFactory(file=file, position=4, name="so_dien_thoai", example="0912345678", suspected="phone")
    file.preview_on = True
    file.preview_rows = [{"ma_tinh": "01", "so_dien_thoai": "0912345678"}]
    file.save()

    text = client.get(address(listing)).content.decode()

    assert "so_dien_thoai" in text
    assert "0912345678" not in text
    assert 'id="preview"' in text


def test_an_example_of_words_stands_in_the_letters_of_the_page_and_a_value_in_those_of_code(client):
    file = (listing := listed(priced=True)).revision.files.get()
    for position, example in enumerate(("Tổng <số>", "00<1>"), start=4):
        ColumnFactory(file=file, position=position, name=f"cot_{position}", example=example)

    text = client.get(address(listing)).content.decode()

    assert ">Tổng &lt;số&gt;</td>" in text
    assert "><code>00&lt;1&gt;</code></td>" in text


def test_dictionary_says_each_field_in_words_and_names_of_fields_are_never_markup(client):
    listing = listed(priced=True)
    file = listing.revision.files.get()
    ColumnFactory(file=file, position=4, name="<i>so</i>", label_vi="<b>Số</b>", type="integer", unit="<u>tấn</u>")

    text = client.get(address(listing)).content.decode()

    row = (
        '<tr><th scope="row"><code>&lt;i&gt;so&lt;/i&gt;</code></th>'
        '<td class="muted nowrap" data-label="Kiểu">số nguyên</td>'
        '<td class="min-14" data-label="Ý nghĩa">&lt;b&gt;Số&lt;/b&gt;</td>'
        '<td class="nowrap" data-label="Đơn vị">&lt;u&gt;tấn&lt;/u&gt;</td>'
    )
    assert row in text


def test_preview_that_is_off_shows_no_rows(client):
    listing = listed(priced=True)
    file = listing.revision.files.get()
    file.preview_rows = [{"ma_tinh": "ẨN-01"}]
    file.save()

    assert "ẨN-01" not in client.get(address(listing)).content.decode()


def test_dictionary_can_be_downloaded_and_holds_no_formula(client):
    listing = listed(priced=True)

    response = client.get(address(listing, "dictionary.csv"))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    lines = response.content.decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith("1,ma_tinh,Mã tỉnh,Province code,text")
    assert dictionary([]).decode("utf-8-sig").count("\r\n") == 1
    assert harmless('=HYPERLINK("x")') == '\'=HYPERLINK("x")'
    assert [harmless(v) for v in (-5, True, None, "+84", "a=b")] == ["-5", "1", "", "'+84", "a=b"]


def test_licence_is_machine_readable(client):
    listing = listed(priced=True)

    policy = json.loads(client.get(address(listing, "licence.json")).content)

    assert policy["@type"] == "Offer"
    assert policy["uid"] == f"urn:sha256:{listing.content_hash}"
    assert policy["permission"]


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_open_data_is_downloaded_by_anyone_and_counted_without_a_person(client):
    listing = listed(open=True)

    response = client.get(address(listing, "download/"))

    assert (response.status_code, body(response)) == (200, CSV)
    assert response["ETag"] == f'"{hashlib.sha256(CSV).hexdigest()}"'
    assert OpenRelease.objects.get().count == 1
    assert "sessionid" not in response.cookies


def test_resumed_download_and_head_are_not_counted_again(client):
    listing = listed(open=True)

    first = client.get(address(listing, "download/"), headers={"range": "bytes=0-9"})
    rest = client.get(address(listing, "download/"), headers={"range": "bytes=10-"})
    head = client.head(address(listing, "download/"))

    assert body(first) + body(rest) == CSV
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(CSV)), b"")
    assert OpenRelease.objects.get().count == 1


def test_changed_file_is_not_handed_out_and_not_counted(client):
    listing = listed(open=True)
    place_of(listing.revision.files.get().stored).write_bytes(CSV[:-1] + b"9")

    response = client.get(address(listing, "download/"))

    assert response.status_code == 409
    assert not OpenRelease.objects.exists()


def test_file_that_is_not_the_approved_one_is_not_handed_out(client):
    listing = listed(open=True)
    listing.snapshot = listing.snapshot | {"file_sha256": "0" * 64}
    listing.save()

    assert client.get(address(listing, "download/")).status_code == 409
    assert not OpenRelease.objects.exists()


@pytest.mark.parametrize("change", ["priced", "named", "account", "suspended"])
def test_only_open_data_is_downloaded_without_order(client, change):
    listing = listed(**({"priced": True} if change == "priced" else {"open": True}))
    if change == "named":
        listing.audience = Audience.NAMED
    if change == "suspended":
        listing.state = ListingState.SUSPENDED
    if change == "account":
        listing.revision.classification.access = Access.ACCOUNT
        listing.revision.classification.save()
    listing.save()
    refresh_entry(asset_id=listing.revision.asset_id)

    assert client.get(address(listing, "download/")).status_code == 404


def test_visitor_costs_few_queries(client, django_assert_max_num_queries):
    listing = listed(priced=True)
    client.get(address(listing))

    with django_assert_max_num_queries(2):  # the stamp of the page, and whether trade is stopped
        client.get(address(listing))


@pytest.mark.parametrize("traits", [{"priced": True}, {"open": True}], ids=["priced", "open"])
def test_a_page_shown_first_reads_each_record_once(client, traits):
    client.get(address(listed(**traits)))
    counts = []

    for listing in (listed(**traits), listed(**traits)):
        listing.revision.files.update(preview_on=True, preview_rows=[{"ma_tinh": "01"}])
        with CaptureQueriesContext(connection) as asked:
            client.get(address(listing))
        counts.append(len(asked))

    assert min(counts) == 5  # what is read once a process may fall to the first of the two


def test_the_page_says_who_may_have_the_data_and_who_publishes_it(client):
    listing = listed(priced=True)
    row = listing.revision.classification
    row.for_persons, row.limit_reason, row.limit_text = "no", "third_party", "Theo thỏa thuận với nguồn cấp."
    row.save()
    listing.revision.publisher = "Cục Thống kê"
    listing.revision.save(update_fields=["publisher"])

    text = client.get(address(listing)).content.decode()

    assert "Cá nhân: Không" in text
    assert "Quyền của bên thứ ba: Theo thỏa thuận với nguồn cấp." in text
    assert "<dd>Cục Thống kê</dd>" in text


def test_member_stays_in_the_budget_of_a_page(client, django_assert_max_num_queries):
    listing = listed(priced=True)
    client.force_login(MembershipFactory().user)
    client.get(address(listing))

    with django_assert_max_num_queries(12):
        client.get(address(listing))


def test_page_shown_before_follows_every_change_at_once(client):
    listing = listed(priced=True)
    owner = listing.revision.asset.owner
    before = client.get(address(listing)).content.decode()
    assert "2.000.000" in before
    assert client.get(address(listing)).content.decode() == before

    type(owner).objects.filter(pk=owner.pk).update(state="suspended", version=owner.version + 1)
    assert "Hiện chưa được xác minh" in client.get(address(listing)).content.decode()

    type(listing).objects.filter(pk=listing.pk).update(state=ListingState.SUSPENDED, version=listing.version + 1)
    refresh_entry(asset_id=listing.revision.asset_id)
    assert "2.000.000" not in client.get(address(listing)).content.decode()


def test_owner_and_strangers_never_share_a_kept_page(client):
    listing = listed(priced=True)
    owner = MembershipFactory(organisation=listing.revision.asset.owner)

    client.force_login(owner.user)
    mine = client.get(address(listing)).content.decode()
    client.force_login(MembershipFactory().user)
    theirs = client.get(address(listing)).content.decode()

    registration = f"/register/{listing.revision.asset.number}/"
    assert (registration in mine, registration in theirs) == (True, False)
