"""Use cases offered beside a register of the console: a form, a service, the sentence that says what was done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from exchange.common.admin import Register
from exchange.common.errors import DomainError
from exchange.common.forms import PortalForm
from exchange.common.views import INVALID, REFUSED, put_refusal


def always(record: Any) -> bool:
    """Every row."""
    return True


def nothing(record: Any) -> dict[str, Any]:
    """An empty form."""
    return {}


def nobody(record: Any, actor: Any) -> object:
    """No reason against any person who holds the right."""
    return ""


@dataclass(frozen=True)
class Act:
    """One use case: who may, on which rows, what is asked, what is done."""

    code: str
    title: object
    button: object
    right: str
    run: Callable[..., object]  # (actor, record, data) or (actor, data); returns the sentence for the person
    form_class: type[PortalForm] = PortalForm
    note: object = ""
    when: Callable[[Any], bool] = always
    barred: Callable[[Any, Any], object] = nobody  # (record, actor): why this person may not, as the service says
    initial: Callable[[Any], dict[str, Any]] = nothing
    takes_away: bool = False  # it refuses, closes or undoes something: its button warns; one that approves does not
    asks_again: bool = False  # it moves money or rights: who it is must have been proved a short time ago


@dataclass(frozen=True)
class Offer:
    """An act as a page shows it: its form, or why this person may not."""

    code: str
    title: object
    button: object
    note: object
    takes_away: bool
    url: str
    form: PortalForm
    barred: object = ""


class ActingRegister(Register):
    """A register whose rows have use cases; each is a service of the room."""

    acts: tuple[Act, ...] = ()
    list_acts: tuple[Act, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        """Acts have addresses of their own."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("new/<slug:code>/", wrap(self.list_act_view), name=f"{name}_new"),
            path("<path:object_id>/do/<slug:code>/", wrap(self.act_view), name=f"{name}_do"),
            *super().get_urls(),
        ]

    def show(self, request: HttpRequest, record: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """The facts, and what may be done now."""
        extra.setdefault("offers", self.offers(request, record))
        return super().show(request, record, status, **extra)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list, with links to what may be begun."""
        links = [
            (reverse(self.address("new"), args=[act.code]), act.button)
            for act in self.list_acts
            if self.site_may(request, act.right)
        ]
        return super().changelist_view(request, {"list_links": links, **(extra_context or {})})

    def offers(self, request: HttpRequest, record: Any, bound: tuple[Act, PortalForm] | None = None) -> list[Offer]:
        """Acts the services would accept now from this person, and those only another person may carry out."""
        actor = request.actor  # type: ignore[attr-defined]
        found = [
            self._offer(act, record, bound[1] if bound and bound[0] == act else self._form(act, record), actor)
            for act in self.acts
            if self.site_may(request, act.right) and act.when(record)
        ]
        told = {str(offer.barred): offer for offer in reversed(found)}  # one sentence stands once, at the first act
        return [offer for offer in found if not offer.barred or told[str(offer.barred)] is offer]

    def _form(self, act: Act, record: Any) -> PortalForm:
        return act.form_class(prefix=act.code, initial=act.initial(record))

    def _offer(self, act: Act, record: Any, form: PortalForm, actor: Any) -> Offer:
        url = reverse(self.address("do"), args=[record.pk, act.code])
        return Offer(act.code, act.title, act.button, act.note, act.takes_away, url, form, act.barred(record, actor))

    def site_may(self, request: HttpRequest, right: str) -> bool:
        """Whether the person holds the right of an act."""
        return self.admin_site.may(request, right)  # type: ignore[attr-defined]

    def _act(self, request: HttpRequest, acts: tuple[Act, ...], code: str) -> Act:
        act = next((one for one in acts if one.code == code), None)
        if act is None:
            raise Http404
        if not self.site_may(request, act.right):
            raise PermissionDenied
        return act

    def _ask_again(self, request: HttpRequest, act: Act, target: str) -> HttpResponse | None:
        """The way to a new proof of who it is, when the act wants one."""
        return self.admin_site.proof_wanted(request, target) if act.asks_again else None  # type: ignore[attr-defined]

    def act_view(self, request: HttpRequest, object_id: str, code: str) -> HttpResponse:
        """Carry out an act on a row; a refusal stands on its form."""
        record = self.record(request, object_id)
        act = self._act(request, self.acts, code)
        if request.method != "POST":
            return redirect(self.address("change"), record.pk)
        again = self._ask_again(request, act, reverse(self.address("change"), args=[record.pk]))
        if again is not None:
            return again
        form = act.form_class(request.POST, request.FILES, prefix=act.code)
        status = self._run(request, act, form, record)
        if status is None:
            is_gone = not self.model.objects.filter(pk=record.pk).exists()
            return redirect(self.address("changelist")) if is_gone else redirect(self.address("change"), record.pk)
        offers = self.offers(request, record, (act, form))
        if all(offer.form is not form or offer.barred for offer in offers):  # not offered: the refusal is a message
            for words in form.non_field_errors():
                messages.error(request, str(words))
        return self.show(request, record, status, offers=offers, errors=True)

    def list_act_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """A page with the form of an act that begins something new."""
        act = self._act(request, self.list_acts, code)
        again = self._ask_again(request, act, request.path)
        if again is not None:
            return again
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = act.form_class(*sent, prefix=act.code)
        status: int | None = 200
        if request.method == "POST":
            status = self._run(request, act, form)
            if status is None:
                return redirect(self.address("changelist"))
        offer = Offer(act.code, act.title, act.button, act.note, act.takes_away, request.path, form)
        context = {
            **self.names(request),
            "title": act.title,
            "offer": offer,
            "errors": bool(form.errors),
        }
        return TemplateResponse(request, "console/act.html", context, status=status)

    def _run(self, request: HttpRequest, act: Act, form: PortalForm, *record: Any) -> int | None:
        """None when it was done, else the status of the page that says why not."""
        if not form.is_valid():
            return INVALID
        try:
            message = act.run(request.actor, *record, form.cleaned_data)  # type: ignore[attr-defined]
        except DomainError as error:
            put_refusal(form, error)
            return REFUSED
        messages.success(request, str(message))
        return None
