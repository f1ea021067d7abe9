"""What the pages of an offer take from the registration and from each other."""

import pytest

from accounts.organisations.models import Organisation, OrganisationKind
from catalog.assets.wizard import step_url
from catalog.classification.models import Classification
from catalog.offers.models import Listing
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(owner):
    return RevisionFactory(asset__owner=owner, registered=True)


def address(revision, slug) -> str:
    return step_url(revision.asset.number, slug)


@pytest.mark.parametrize(("access", "status"), [("anyone", 422), ("account", 302)])
def test_what_anyone_may_download_has_no_price(access, status, page, revision):
    Classification.objects.filter(revision=revision).update(access=access)

    version = page.get(address(revision, "6")).context["form"]["version"].value()

    response = page.post(address(revision, "6"), {"version": version, "price_kind": "one_off", "audience": "public"})

    assert response.status_code == status
    assert Listing.objects.filter(price_kind="one_off").count() == (0 if status == 422 else 1)
    if status == 422:
        assert response.context["form"].errors == {
            "price_kind": ["Hồ sơ đăng ký ghi ai cũng tải được dữ liệu này nên chỉ được chào miễn phí."]
        }


@pytest.mark.parametrize("purposes", [["research"], ["research", "model_training"]])
def test_training_of_models_is_permitted_as_the_purposes_say_until_it_is_answered(purposes, page, revision):
    listing = ListingFactory(revision=revision, purposes=purposes, onward_transfer="")

    offered = page.get(address(revision, "6-terms")).context["form"].initial["machine_learning"]
    Listing.objects.filter(pk=listing.pk).update(onward_transfer="none", machine_learning=True)
    answered = page.get(address(revision, "6-terms")).context["form"].initial["machine_learning"]

    assert (offered, answered) == ("model_training" in purposes, True)


def test_a_state_body_reads_that_the_basis_of_a_price_is_needed(page, owner, revision):
    Organisation.objects.filter(pk=owner.pk).update(kind=OrganisationKind.AGENCY)
    ListingFactory(revision=revision, priced=True)

    text = page.get(address(revision, "6-price")).content.decode()

    assert text.count("(cần trước khi gửi chào bán)") == 2
