"""The one view base of our own: a form about one record, then a service."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views import View

from exchange.common.errors import DomainError
from exchange.common.forms import PortalForm

INVALID, REFUSED = 422, 409


class ActOn(View):
    """Load the record, check the form, call the service, say so, redirect.

    A form that cannot be read comes back with 422, a refusal of the exchange with 409; both keep what was
    typed. A second press of the same button finds the service's own refusal or its first result, never a
    second effect: services lock the row and check the state.
    """

    form_class: type[forms.BaseForm] = PortalForm
    template_name = ""
    success_message: object = ""
    lookup_field = "pk"
    record: Any = None

    def get_queryset(self) -> QuerySet | None:
        """Records the actor may see; a view about no record answers None."""
        return None

    def act(self, form: Any) -> Any:
        """Call the service; its result is handed to `get_success_url`."""
        raise NotImplementedError

    def get_record(self) -> Model | None:
        """The record of the address; strangers get 404."""
        queryset = self.get_queryset()
        if queryset is None:
            return None
        return get_object_or_404(queryset, **{self.lookup_field: self.kwargs[self.lookup_field]})

    def get_initial(self) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Arguments of the form."""
        kwargs: dict[str, Any] = {"initial": self.get_initial()}
        if self.request.method == "POST":
            kwargs |= {"data": self.request.POST, "files": self.request.FILES}
        return kwargs

    def get_form(self) -> forms.BaseForm:
        """The form, bound when posted."""
        return self.form_class(**self.get_form_kwargs())

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Names of the template: `record`, `form` and what a page adds."""
        return {"record": self.record, "view": self, **extra}

    def get_success_url(self, result: Any) -> str:
        """Where to go after success: the record's own page."""
        target: Any = result if isinstance(result, Model) else self.record
        return target.get_absolute_url()

    def get_success_message(self, result: Any) -> object:
        """The sentence shown on the next page."""
        return self.success_message

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Load the record before anything else."""
        self.record = self.get_record()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        return self.show(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or show why not."""
        form = self.get_form()
        if not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            result = self.act(form)
        except DomainError as error:
            return self.refused(form, error)
        return self.done(result)

    def done(self, result: Any) -> HttpResponse:
        """Say what happened and leave the page, so that a reload repeats nothing."""
        message = self.get_success_message(result)
        if message:
            messages.success(self.request, str(message))
        return HttpResponseRedirect(self.get_success_url(result))

    def refused(self, form: forms.BaseForm, error: DomainError) -> HttpResponse:
        """The refusal on the form; a view without a page of its own sends back to the record with a message."""
        if not self.template_name:
            messages.error(self.request, str(error.message))
            return HttpResponseRedirect(self.record.get_absolute_url())
        put_refusal(form, error)
        return self.show(form, status=REFUSED)

    def show(self, form: forms.BaseForm, status: int = 200, **extra: Any) -> HttpResponse:
        """The page with the form; without a page the form's own words become a message."""
        if not self.template_name:
            return self.refuse_without_page(form)
        context: Mapping[str, Any] = self.get_context_data(form=form, **extra)
        return render(self.request, self.template_name, context, status=status)

    def refuse_without_page(self, form: forms.BaseForm) -> HttpResponse:
        """A button without page: GET and unreadable posts lead back to the record."""
        for sentence in (text for texts in form.errors.values() for text in texts):
            messages.error(self.request, str(sentence))
        return HttpResponseRedirect(self.record.get_absolute_url())


def put_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Put a refusal on a form: beside the fields it names, or above the form."""
    named = {name: message for name, message in error.fields.items() if name in form.fields}
    for name, message in named.items():
        form.add_error(name, forms.ValidationError(str(message), code=error.code))
    if not named:
        form.add_error(None, forms.ValidationError(str(error.message), code=error.code))
