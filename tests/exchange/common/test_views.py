"""ActOn: load, form, act, message, redirect; refusals keep what was typed."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts.users.models import User
from exchange.common import views
from exchange.common.errors import DomainError, Stale
from exchange.common.forms import PortalForm
from exchange.common.views import ActOn
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


class NoteForm(PortalForm):
    note = forms.CharField(label="Ghi chú")


class WriteNote(ActOn):
    form_class = NoteForm
    template_name = "note.html"
    success_message = "Đã ghi."

    def get_queryset(self):
        return User.objects.filter(is_active=True)

    def act(self, form):
        if self.record.full_name:
            raise DomainError(
                "Đã có tên.",
                code="named",
                fields={"note": "Bỏ trống ô này."} if "!" in form.cleaned_data["note"] else {},
            )
        self.record.full_name = form.cleaned_data["note"]
        self.record.save()

    def get_success_url(self, result):
        return f"/people/{self.record.pk}/"


@pytest.fixture(autouse=True)
def page(monkeypatch):
    def shown(request, template, context, status):
        response = HttpResponse(str(context["form"].errors), status=status)
        response.context = context
        return response

    monkeypatch.setattr(views, "render", shown)


def send(view=WriteNote, method="post", pk=None, **data):
    request = getattr(RequestFactory(), method)("/", data)
    request._messages = CookieStorage(request)
    response = view.as_view()(request, pk=pk)
    return response, [str(message) for message in get_messages(request)]


def test_success_changes_says_so_and_leaves_the_page():
    user = UserFactory(full_name="")

    response, said = send(pk=user.pk, note="Lan")

    user.refresh_from_db()
    assert (response.status_code, response.url, said) == (302, f"/people/{user.pk}/", ["Đã ghi."])
    assert user.full_name == "Lan"


def test_get_shows_the_form_and_changes_nothing():
    user = UserFactory(full_name="")

    response, said = send(method="get", pk=user.pk)

    user.refresh_from_db()
    assert (response.status_code, said, user.full_name) == (200, [], "")
    assert response.context["record"] == user


def test_unreadable_form_comes_back_with_422():
    user = UserFactory(full_name="")

    response, said = send(pk=user.pk, note="")

    assert response.status_code == 422
    assert said == []
    assert list(response.context["form"].errors) == ["note"]


def test_refusal_comes_back_with_409_and_keeps_what_was_typed():
    user = UserFactory(full_name="Lan")

    response, said = send(pk=user.pk, note="Huệ")

    form = response.context["form"]
    assert response.status_code == 409
    assert form.non_field_errors() == ["Đã có tên."]
    assert form["note"].value() == "Huệ"
    assert said == []


def test_refusal_about_a_field_stands_beside_it():
    user = UserFactory(full_name="Lan")

    response, _ = send(pk=user.pk, note="Huệ!")

    assert response.context["form"].errors == {"note": ["Bỏ trống ô này."]}


def test_second_press_of_the_button_is_refused_by_the_service_and_changes_nothing():
    user = UserFactory(full_name="")
    send(pk=user.pk, note="Lan")

    response, _ = send(pk=user.pk, note="Lan")

    user.refresh_from_db()
    assert response.status_code == 409
    assert user.full_name == "Lan"


def test_record_out_of_sight_is_404():
    user = UserFactory(is_active=False)

    with pytest.raises(Http404):
        send(pk=user.pk, note="Lan")


class Press(WriteNote):
    """A button that stands on the record's own page."""

    template_name = ""
    form_class = PortalForm

    def act(self, form):
        raise Stale


def test_button_without_page_sends_the_refusal_back_to_the_record(monkeypatch):
    user = UserFactory()
    monkeypatch.setattr(User, "get_absolute_url", lambda self: f"/people/{self.pk}/", raising=False)

    response, said = send(view=Press, pk=user.pk)

    assert (response.status_code, response.url) == (302, f"/people/{user.pk}/")
    assert said == [str(Stale().message)]


def test_button_without_page_answers_get_with_the_record(monkeypatch):
    user = UserFactory()
    monkeypatch.setattr(User, "get_absolute_url", lambda self: f"/people/{self.pk}/", raising=False)

    response, said = send(view=Press, method="get", pk=user.pk)

    assert (response.status_code, response.url, said) == (302, f"/people/{user.pk}/", [])
