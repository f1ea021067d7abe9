"""Pages of the file step: upload, waiting, how we read your file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access.policies import may
from catalog.assets import kept
from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE
from catalog.assets.wizard import frame
from catalog.datasets import forms, pages, selectors, services
from catalog.datasets.models import DataFile
from catalog.datasets.states import ReadingState
from exchange.common.errors import DomainError, Stale
from exchange.common.views import REFUSED, ActOn, put_refusal

STEP = 2
BUSY = (ReadingState.WAITING, ReadingState.READING)
PLACES = {
    ReadingState.WAITING: "catalog:file-wait",
    ReadingState.READING: "catalog:file-wait",
    ReadingState.FAILED: "catalog:file-wait",
    ReadingState.READ: "catalog:reading-confirm",
    ReadingState.CONFIRMED: "catalog:dictionary-edit",
}


class OfDraft(ActOn):
    """What the pages share: the revision that is open now, and its file."""

    form_class = forms.VersionForm
    states: tuple[str, ...] = ()  # of the reading, in which this page has something to show
    heading: object = ""
    lead: object = ""
    file: DataFile | None = None

    def get_record(self) -> Revision:
        """The newest revision of the number; strangers get 404, members without the role 403."""
        actor = self.request.actor
        found = Revision.objects.visible_to(actor).filter(asset__number=self.kwargs["number"])
        revision = found.select_related("asset__owner").order_by("-number").first()
        if revision is None:
            raise Http404
        if not may(actor, "catalog.edit_asset", revision.asset.owner):
            raise PermissionDenied
        self.file = selectors.current_file(revision)
        return revision

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or where one has to go instead."""
        return self.away() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or go where one has to go instead; what was typed is then shown back."""
        if self.is_here:
            return super().post(request, *args, **kwargs)
        return self.shown_back() or self.away()  # type: ignore[return-value]  # it is away

    @property
    def is_here(self) -> bool:
        """Whether this page has something to do at the present stage."""
        is_at_stage = not self.states or (self.file is not None and self.file.state in self.states)
        return self.record.state in EDITABLE and is_at_stage

    def typed(self) -> Any:
        """The posted form, where a page takes more than ticks and files."""
        return None

    def shown_back(self) -> HttpResponse | None:
        """What was typed, when it cannot be saved any more: the registration was sent, or has another file."""
        form = self.typed()
        if form is None:
            return None
        is_open = self.record.state in EDITABLE
        reason = kept.other_file(self.place()) if is_open else kept.closed(self.record)
        return kept.page(self.request, self.record, form, reason)

    def away(self) -> HttpResponse | None:
        """A sent registration is closed; a page about another stage of the reading leads to the right one."""
        if self.record.state not in EDITABLE:
            return pages.leave(self.request, self.record.asset)
        return None if self.is_here else HttpResponseRedirect(self.place())

    def place(self) -> str:
        """The page of the present stage."""
        name = PLACES[self.file.state] if self.file else "catalog:file-upload"
        return self.address(name)

    def address(self, name: str) -> str:
        """A page of this registration."""
        return reverse(name, kwargs={"number": self.record.asset.number})

    def get_initial(self) -> dict[str, Any]:
        """The version and the file the page is about."""
        return {"version": self.record.version, "file": self.file.pk if self.file else None}

    def refused(self, form: Any, error: DomainError) -> HttpResponse:
        """After a change elsewhere what was typed stays on the page, and saving again puts it in place."""
        if not isinstance(error, Stale) or "file" not in form.fields:
            return super().refused(form, error)
        self.record = self.get_record()
        if self.file is None or str(self.file.pk) != str(form.data.get("file")):
            return self.shown_back() or pages.replaced(self.request, self.place())
        form.data = form.data.copy()
        form.data["version"] = str(self.record.version)
        put_refusal(form, DomainError(pages.CHANGED_ELSEWHERE, code=error.code))
        return self.show(form, status=REFUSED)

    def said(self, form: Any) -> dict[str, Any]:
        """File, version and person of a posted page."""
        answers = form.cleaned_data
        return {"file_id": answers["file"], "version": answers["version"], "actor": self.request.actor}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Frame, words, the file and links between the pages of the step."""
        own = {"heading": self.heading, "lead": self.lead, "file": self.file, "wizard": frame(self.record, STEP)}
        here = self.request.resolver_match.view_name
        return super().get_context_data(**extra) | own | {"parts": pages.parts(self.record, self.file, here)}


class FileStep(OfDraft):
    """Step 2: wherever the file stands now."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of the present stage."""
        return self.away() or HttpResponseRedirect(self.place())


class FileUpload(OfDraft):
    """Upload a table; it replaces the one there is."""

    template_name = "catalog/datasets/upload.html"
    form_class = forms.UploadForm
    heading = _("Upload the data file")
    lead = _("The exchange reads how the file is built and prepares the dictionary; the content is not made public.")

    def act(self, form: Any) -> DataFile:
        """Keep the file and have it read."""
        data = form.cleaned_data
        return services.attach_file(
            revision_id=self.record.pk, upload=data["upload"], version=data["version"], actor=self.request.actor
        )

    def refused(self, form: Any, error: DomainError) -> HttpResponse:
        """A file cannot be kept in a form; a page that is old takes the file at the second try."""
        if isinstance(error, Stale):
            self.record = self.get_record()
            form.data = form.data.copy()
            form.data["version"] = str(self.record.version)
            put_refusal(form, DomainError(pages.CHOOSE_AGAIN, code=error.code))
            return self.show(form, status=REFUSED)
        return super().refused(form, error)

    def get_success_url(self, result: DataFile) -> str:
        """Wait for the reading."""
        self.file = result
        return self.place()


class FileWait(OfDraft):
    """The file is being read, or could not be read."""

    template_name = "catalog/datasets/wait.html"
    states = (*BUSY, ReadingState.FAILED)
    http_method_names = ["get", "head"]
    heading = _("Reading the file")

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Whether to wait, to try again, or to choose another file."""
        return super().get_context_data(**extra) | pages.waiting(self.file)


class FileRetry(OfDraft):
    """Have the file read again."""

    states = (*BUSY, ReadingState.FAILED)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The button stands on the page of waiting."""
        return self.away() or HttpResponseRedirect(self.place())

    def act(self, form: Any) -> DataFile:
        """Queue another reading."""
        return services.retry_reading(file_id=form.cleaned_data["file"], actor=self.request.actor)

    def refused(self, form: Any, error: DomainError) -> HttpResponse:
        """Somebody was quicker: the page of waiting says how it stands."""
        self.record = self.get_record()
        return HttpResponseRedirect(self.place())

    def show(self, form: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """An unreadable post leads back to the page of waiting."""
        return HttpResponseRedirect(self.place())

    def get_success_url(self, result: DataFile) -> str:
        """Wait for the reading."""
        return self.address("catalog:file-wait")


class FileRemove(OfDraft):
    """Take the file out of the draft."""

    template_name = "catalog/registration/confirm.html"
    success_message = _("The file was taken out of the draft.")
    states = tuple(ReadingState.values)

    def act(self, form: Any) -> None:
        """Remove it."""
        services.remove_file(**self.said(form))

    def get_success_url(self, result: None) -> str:
        """Choose another one."""
        return self.address("catalog:file-upload")

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The effect before the button."""
        return super().get_context_data(**extra) | {
            "title": self.record.title,
            "heading": _("Take the file out of the draft"),
            "effect": _(
                "The file %(name)s and its preview leave this draft. What you wrote in the dictionary is offered "
                "again for columns of the same name in the next file."
            )
            % {"name": self.file.original_name},
            "button": _("Take the file out"),
            "is_grave": True,
            "back": self.place(),
        }


class ReadingConfirm(OfDraft):
    """How we read your file: encoding, headings, first rows, figures of each column; confirmed by the steward."""

    template_name = "catalog/datasets/reading.html"
    states = (ReadingState.READ, ReadingState.CONFIRMED)
    heading = _("How we read your file")
    lead = _("Compare with your file and correct what is read wrong; the file itself is never changed.")

    def act(self, form: Any) -> DataFile:
        """Confirm the reading as it is shown."""
        return services.confirm_reading(reading={}, **self.said(form))

    def get_success_url(self, result: DataFile) -> str:
        """On to the dictionary."""
        return self.address("catalog:dictionary-edit")

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """What was found, and the form of corrections."""
        columns = selectors.dictionary(self.file)
        shown = Paginator(columns, pages.RESULTS_A_PAGE).get_page(self.request.GET.get("page"))
        corrections = extra.pop("corrections", None) or forms.ReadingForm(
            record=self.file, initial=self.get_initial(), auto_id="fix_%s"
        )
        return (
            super().get_context_data(**extra)
            | pages.reading(self.file, columns)
            | {"page_obj": shown, "results": pages.results(shown), "corrections": corrections}
            | {"confirm": forms.VersionForm(initial=self.get_initial(), auto_id="ok_%s")}
        )


class ReadingCorrect(ReadingConfirm):
    """Have the file read again with corrections."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form stands on the page of the reading."""
        return self.away() or HttpResponseRedirect(self.address("catalog:reading-confirm"))

    def get_form(self) -> Any:
        """Corrections of this file."""
        return forms.ReadingForm(record=self.file, auto_id="fix_%s", **self.get_form_kwargs())

    def act(self, form: Any) -> DataFile:
        """Read again where something was corrected; else confirm."""
        return services.confirm_reading(reading=form.reading(), **self.said(form))

    def show(self, form: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """The same page with what was typed."""
        return super().show(form, status, corrections=form)

    def get_success_url(self, result: DataFile) -> str:
        """Wait for the new reading."""
        self.file = result
        return self.place()
