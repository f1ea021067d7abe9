"""Anybody reads a certificate and recomputes its hashes."""

import hashlib
import json
import re

import pytest
from django.urls import reverse

from catalog.assets.models import Revision
from catalog.classification.models import Access, Classification, Sharing
from catalog.registration import services
from exchange.transparency.models import Entry
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db


def page(revision, name="certificate"):
    return reverse(f"catalog:{name}", kwargs={"number": revision.certificate_number})


def test_everybody_reads_facts_and_hashes(client):
    revision = RevisionFactory(registered=True)

    text = client.get(page(revision)).content.decode()

    assert revision.certificate_number in text
    assert revision.content_hash in text
    assert revision.snapshot["file_sha256"] in text
    assert revision.steward_name not in text


def test_the_downloaded_bytes_have_the_content_hash(client):
    listing = ListingFactory(listed=True, priced=True)

    content = client.get(page(listing.revision, "certificate-content"))
    offer = client.get(page(listing.revision, "certificate-offer"))

    assert hashlib.sha256(content.content).hexdigest() == listing.revision.content_hash
    assert hashlib.sha256(offer.content).hexdigest() == listing.content_hash
    assert "attachment" in content["Content-Disposition"]


@pytest.mark.parametrize(
    "change", [{"access": Access.NAMED}, {"sharing": Sharing.INTERNAL}, {"importance": "IMPORTANT"}]
)
def test_restricted_data_shows_its_hash_only(change, client):
    listing = ListingFactory(listed=True, priced=True)
    Classification.objects.filter(revision=listing.revision).update(**change)

    assert client.get(page(listing.revision)).status_code == 200
    assert client.get(page(listing.revision, "certificate-content")).status_code == 404
    assert client.get(page(listing.revision, "certificate-offer")).status_code == 404


def test_an_offer_for_named_organisations_is_not_public(client):
    listing = ListingFactory(listed=True, named=True)

    assert client.get(page(listing.revision, "certificate-offer")).status_code == 404
    assert listing.content_hash not in client.get(page(listing.revision)).content.decode()


@pytest.mark.parametrize("trait", ["complete", "submitted", "in_review"])
def test_what_is_not_registered_has_no_certificate(trait, client):
    revision = RevisionFactory(**{trait: True})
    Revision.objects.filter(pk=revision.pk).update(certificate_number="CN-2026-999999")

    assert client.get("/certificates/CN-2026-999999/").status_code == 404
    assert client.get("/certificates/CN-2026-000000/content-hash.json").status_code == 404


def test_the_log_entry_opens_for_the_owner_only(client, owner, steward, reviewer, stranger):
    revision = RevisionFactory(asset__owner=owner, complete=True)
    services.submit_registration(revision_id=revision.pk, version=1, declared=True, actor=steward)
    case = services.take(revision_id=revision.pk, version=2, actor=reviewer)
    done = services.register(revision_id=case.pk, version=case.version, actor=reviewer)
    entry = Entry.objects.get(kind="asset.register")
    assert entry.leaf_hash in client.get(page(done)).content.decode()
    assert client.get(page(done, "certificate-opening")).status_code == 302

    client.force_login(stranger.user)
    assert client.get(page(done, "certificate-opening")).status_code == 404
    client.force_login(steward.user)
    opened = json.loads(client.get(page(done, "certificate-opening")).content)

    assert opened["record"]["data"]["content"] == done.content_hash
    assert opened["record"]["data"]["file"] == done.snapshot["file_sha256"]
    assert not re.search(r"@|Người dùng", json.dumps(opened, ensure_ascii=False))


def test_a_replaced_revision_leads_to_the_newer_one(client):
    old = RevisionFactory(registered=True)
    new = RevisionFactory(registered=True, asset=old.asset, number=2)
    Revision.objects.filter(pk=old.pk).update(state="superseded")

    text = client.get(page(old)).content.decode()

    assert page(new) in text


def test_the_page_stays_within_its_query_budget(client, django_assert_max_num_queries):
    revision = RevisionFactory(registered=True)
    client.get(page(revision))

    with django_assert_max_num_queries(12):
        client.get(page(revision))
