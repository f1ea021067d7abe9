"""What was typed into a page that can no longer be saved is shown back, with what happened and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from exchange.common.views import REFUSED

Words = str | Promise


@dataclass(frozen=True)
class Reason:
    """Why nothing was saved, what to do, and the button that does it."""

    what: Words
    todo: Words
    action: Words = ""
    url: str = ""


def page(request: HttpRequest, revision: Revision, form: forms.BaseForm, reason: Reason) -> HttpResponse | None:
    """The page with everything typed; nothing when nothing was."""
    typed = rows(form)
    if not typed:
        return None
    context = {
        "heading": _("What you typed was not saved"),
        "title": revision.title,
        "rows": typed,
        "back": revision.asset.get_absolute_url(),
        "what": reason.what,
        "todo": reason.todo,
        "action": reason.action,
        "url": reason.url,
    }
    return render(request, "catalog/registration/kept.html", context, status=REFUSED)


SENT = _("The registration was sent from another window or by a colleague before you saved this page.")
SENT_OFFER = _("The offer was sent from another window or by a colleague before you saved this page.")
WAIT = Reason(SENT, _("Copy your text. If the exchange returns the registration to you, put it in then."))


def closed(revision: Revision, *, may_withdraw: bool = False) -> Reason:
    """The registration was sent: what to do depends on how far it is."""
    address = {"number": revision.asset.number}
    if may_withdraw:
        return Reason(
            SENT,
            _("No reviewer has taken it yet: copy your text, take the registration back, put it in and send again."),
            _("Take the registration back"),
            reverse("catalog:register-withdraw", kwargs=address),
        )
    if revision.state == RevisionState.REGISTERED:
        return Reason(
            _("The data has been registered in the meantime; its answers are fixed."),
            _("Copy your text and put it into a new revision."),
            _("Prepare a new revision"),
            reverse("catalog:register-new-revision", kwargs=address),
        )
    return WAIT


def closed_offer(revision: Revision, *, may_withdraw: bool) -> Reason:
    """The offer was sent: what to do depends on whether a reviewer has taken it."""
    if not may_withdraw:
        return Reason(SENT_OFFER, _("Copy your text. If the exchange returns the offer to you, put it in then."))
    return Reason(
        SENT_OFFER,
        _("No reviewer has taken it yet: copy your text, take the offer back, put it in and send again."),
        _("Take the offer back"),
        reverse("catalog:register-offer", kwargs={"number": revision.asset.number, "action": "withdraw"}),
    )


def no_question(url: str) -> Reason:
    """Another answer was changed, so that the page's questions are not asked any more."""
    return Reason(
        _("Another answer of this registration was changed, so these questions are not asked any more."),
        _("If they should be asked after all, change that answer back and put your text in."),
        _("Open this step"),
        url,
    )


def other_file(url: str) -> Reason:
    """The columns typed about are not those of the present file."""
    return Reason(
        _("The file was replaced or is being read again, so these answers have no columns to go to."),
        _("Copy your text and put it in at the present file."),
        _("Open the present file"),
        url,
    )


def rows(form: forms.BaseForm) -> list[dict[str, str]]:
    """Label and answer of every question answered otherwise than it is saved; files and unticked boxes have none."""
    return [{"label": label, "value": value} for label, value in _answers(form)]


def _answers(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    titles = getattr(form, "typed_label", lambda field: field.label)
    for field in form.visible_fields():
        is_text = field.name in form.changed_data and not isinstance(field.field, forms.FileField)
        value = _said(field) if is_text else ""
        if value:
            yield str(titles(field)), value


def _said(field: BoundField) -> str:
    value = field.data
    if isinstance(field.field, forms.BooleanField):
        return pgettext("answer", "Yes") if value else ""
    if isinstance(field.field, forms.ChoiceField):
        return _chosen(field.field, value)
    return str(value or "").strip()


def _chosen(field: forms.ChoiceField, value: Any) -> str:
    """The words of the answers that were chosen."""
    codes = value if isinstance(value, list) else [value]
    words = {str(code): str(label) for code, label in field.choices}  # type: ignore[union-attr]
    return "; ".join(words[str(code)] for code in codes if code and str(code) in words)
