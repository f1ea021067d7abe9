"""Pages about the columns of a confirmed file: dictionary and preview."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.assets.wizard import step_url
from catalog.datasets import forms, lacking, pages, selectors, services
from catalog.datasets.models import Column, DataFile
from catalog.datasets.states import ReadingState
from catalog.datasets.views import STEP, OfDraft
from exchange.common.views import INVALID


class OfColumns(OfDraft):
    """Pages about the columns of a confirmed file."""

    states = (ReadingState.CONFIRMED,)

    @property
    def columns(self) -> list[Column]:
        """The columns in their order."""
        if not hasattr(self, "_columns"):
            self._columns = selectors.dictionary(self.file)
        return self._columns

    @property
    def comes_from_check(self) -> bool:
        """Whether the page was opened from the last step to correct one thing."""
        return self.request.GET.get("then") == "7"

    def check(self) -> str:
        """The last step."""
        return step_url(self.record.asset.number, 7)

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The way back leads to the check the page was opened from."""
        context = super().get_context_data(**extra)
        if self.comes_from_check:
            context["wizard"]["back"] = self.check()
        return context


class DictionaryEdit(OfColumns):
    """What each column means, a page of columns at a time."""

    template_name = "catalog/datasets/dictionary.html"
    heading = _("Data dictionary")
    lead = _("Filled in from the headings. Open a column to correct its meaning or to add its unit.")

    @property
    def page(self) -> Page:
        """The columns of this page."""
        return Paginator(self.columns, lacking.COLUMNS_A_PAGE).get_page(self.request.GET.get("page"))

    def get_form(self) -> Any:
        """Fields of the columns of this page."""
        return forms.DictionaryForm(columns=self.page.object_list, **self.get_form_kwargs())

    def typed(self) -> Any:
        """The answers with the columns they were typed about, also of a file that was replaced."""
        posted = self.request.POST.get("file", "")
        files = DataFile.objects.filter(revision=self.record)
        file = files.filter(pk=posted).first() if posted.isdecimal() else None
        return forms.DictionaryForm(columns=selectors.dictionary(file), data=self.request.POST) if file else None

    def act(self, form: Any) -> DataFile:
        """Save the answers."""
        return services.save_dictionary(rows=form.rows(), **self.said(form))

    def done(self, result: DataFile) -> HttpResponse:
        """What was typed is kept; the page is left once its columns are answered, or for a draft."""
        if "draft" in self.request.POST:
            return super().done(result)
        self.record = self.get_record()
        del self._columns
        if lacking.fields(self.page.object_list):
            return self._stay()
        elsewhere = lacking.columns(self.columns)
        if elsewhere and not self.page.has_next():
            messages.warning(self.request, lacking.sentence(self.columns))
            return HttpResponseRedirect(lacking.address(self.record.asset.number, elsewhere[0]))
        return super().done(result)

    def _stay(self) -> HttpResponse:
        """The same page, each answer that lacks marked at its column; saving again goes on from what is kept."""
        form = self.get_form()
        form.data = form.data.copy()
        form.data["version"] = str(self.record.version)
        form.full_clean()
        for name, words in lacking.fields(self.page.object_list).items():
            form.add_error(name, words)
        return self.show(form, status=INVALID)

    def get_success_message(self, result: DataFile) -> object:
        """Only leaving is worth a word."""
        return _("The draft is saved. Continue whenever you like.") if "draft" in self.request.POST else ""

    def get_success_url(self, result: DataFile) -> str:
        """The next columns, then origin and rights; the preview is chosen by who wants one."""
        if "draft" in self.request.POST:
            return self.record.asset.get_absolute_url()
        if self.comes_from_check:
            return self.check()
        if self.page.has_next():
            return f"{self.request.path}?page={self.page.next_page_number()}"
        return step_url(self.record.asset.number, STEP + 1)

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Groups of fields with what was found of each column."""
        found = {row["column"].pk: row for row in pages.results(self.page)}
        groups = [group | {"found": found[group["column"].pk]} for group in extra["form"].groups]
        return super().get_context_data(**extra) | {
            "page_obj": self.page,
            "groups": groups,
            "total": len(self.columns),
            "flagged": lacking.linked(self.record.asset.number, selectors.undecided(self.columns)),
        }


class DictionaryExport(OfColumns):
    """The dictionary as CSV, to be filled in elsewhere."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand it out."""
        return self.away() or pages.dictionary_response(self.columns, f"{self.record.asset.number}-tu-dien.csv")


class DictionaryImport(OfColumns):
    """Take over a dictionary that was filled in elsewhere."""

    template_name = "catalog/datasets/dictionary_import.html"
    form_class = forms.DictionaryFileForm
    heading = _("Take over a dictionary")
    lead = _("Download the dictionary, fill it in with a spreadsheet program, save it as CSV UTF-8 and choose it here.")
    matched = 0
    unknown: tuple[str, ...] = ()

    def act(self, form: Any) -> DataFile:
        """Save the answers of the columns that were found."""
        rows, unknown = form.rows(self.columns)
        self.matched, self.unknown = len(rows), tuple(unknown)
        return services.save_dictionary(rows=rows, **self.said(form))

    def get_success_message(self, result: DataFile) -> object:
        """How many columns were found, and which were not."""
        words = ngettext("%(count)s column was taken over.", "%(count)s columns were taken over.", self.matched)
        if self.unknown:
            words = _("%(count)s columns were taken over. Not in this file: %(names)s.")
        return words % {"count": self.matched, "names": ", ".join(self.unknown[:10])}

    def get_success_url(self, result: DataFile) -> str:
        """Look at the dictionary."""
        return self.address("catalog:dictionary-edit")


class PreviewChoose(OfColumns):
    """Which rows everybody may see."""

    template_name = "catalog/datasets/preview.html"
    heading = _("Preview")
    lead = _("Up to 20 rows help buyers judge the data; columns with personal data are never shown.")

    def get_form(self) -> Any:
        """Rows to choose from."""
        return forms.PreviewForm(record=self.file, **self.get_form_kwargs())

    def act(self, form: Any) -> DataFile:
        """Keep the choice."""
        data = form.cleaned_data
        return services.choose_preview(is_on=data["shown"] == "on", rows=data["rows"], **self.said(form))

    def get_success_url(self, result: DataFile) -> str:
        """On to origin and rights."""
        if "draft" in self.request.POST:
            return self.record.asset.get_absolute_url()
        return step_url(self.record.asset.number, 7 if self.comes_from_check else STEP + 1)

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Rows with their boxes, and the columns left out."""
        return super().get_context_data(**extra) | pages.candidates(self.file, self.columns, extra["form"])
