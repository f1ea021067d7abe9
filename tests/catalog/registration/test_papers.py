"""Papers of a registration: added, listed, opened and removed by the right people."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.organisations.models import MemberRole
from tests.catalog.registration.steps import shown, url
from tests.factories.accounts import MembershipFactory

pytestmark = pytest.mark.django_db


def test_papers_are_added_listed_opened_and_removed(page, draft, client, stranger):
    upload = SimpleUploadedFile("hop-dong.pdf", b"%PDF-1.7\n1 0 obj\n", "application/pdf")
    page.post(url(draft, "3-papers"), {"claim": "contract", "upload": upload})

    text = shown(page.get(url(draft, "3-papers")))
    assert "hop-dong.pdf" in text
    paper = draft.current_evidence().get(claim="contract")
    address = reverse("catalog:register-paper", kwargs={"number": draft.asset.number, "pk": paper.pk})
    assert b"".join(page.get(address)).startswith(b"%PDF")
    client.force_login(stranger.user)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("button", "place"), [("go", "4"), ("later", "")])
def test_a_paper_that_was_begun_is_kept_when_the_page_is_left(button, place, page, draft):
    upload = SimpleUploadedFile("hop-dong.pdf", b"%PDF-1.7\n1 0 obj\n", "application/pdf")
    there = url(draft, place) if place else draft.asset.get_absolute_url()

    left = page.post(url(draft, "3-papers"), {"claim": "contract", "upload": upload, button: "1"})

    assert left.url == there
    assert draft.current_evidence().get(claim="contract").file.name == "hop-dong.pdf"
    assert page.post(url(draft, "3-papers"), {"claim": "", button: "1"}).url == there
    assert draft.current_evidence().count() == 2


@pytest.mark.parametrize("missing", ["claim", "upload"])
def test_half_a_paper_stops_who_goes_on(missing, page, draft):
    upload = SimpleUploadedFile("hop-dong.pdf", b"%PDF-1.7\n1 0 obj\n", "application/pdf")
    data = {"claim": "contract", "upload": upload, "go": "1"}
    data[missing] = ""

    response = page.post(url(draft, "3-papers"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]
    assert draft.current_evidence().count() == 1


def test_a_removed_paper_is_gone(page, draft):
    paper = draft.current_evidence().get()
    address = reverse("catalog:register-paper-remove", kwargs={"number": draft.asset.number, "pk": paper.pk})

    assert page.get(address).status_code == 302
    assert draft.current_evidence().count() == 1
    page.post(address)
    assert draft.current_evidence().count() == 0


def test_members_without_the_role_neither_see_nor_judge_the_papers_page(client, owner, draft):
    client.force_login(MembershipFactory(organisation=owner, roles=[MemberRole.BUYER]).user)

    assert client.get(url(draft, "3-papers")).status_code == 403
    assert client.post(url(draft, "3-papers"), {"claim": "nothing"}).status_code == 403


def test_a_paper_that_is_no_paper_is_refused_on_the_page(page, draft):
    upload = SimpleUploadedFile("virus.pdf", b"MZ\x90\x00", "application/pdf")

    response = page.post(url(draft, "3-papers"), {"claim": "contract", "upload": upload})

    assert response.status_code == 409
    assert draft.current_evidence().count() == 1
