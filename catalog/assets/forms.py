"""Forms of steps 1 and 3, and the form all steps share."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import formats, translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.assets.models import Claim, Origin, Revision
from catalog.assets.steps import MIN_KEYWORDS
from exchange.codes import selectors as codes
from exchange.common.forms import PortalForm
from exchange.common.vietnamese import fold
from exchange.common.widgets import MEDIUM, CheckCards, ChoiceCards

NOT_SAID = ("", _("Not stated"))


class StepForm(PortalForm):
    """Answers of one page of a registration; a draft keeps what is there and asks for nothing.

    What is seldom answered stands `folded` under a line of its own; what can be suggested stands in an empty field.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    folded: tuple[str, ...] = ()
    folded_title: Any = ""

    def __init__(
        self, *args: Any, record: Model, version: int, is_draft: bool = False, suggested: Any = None, **kwargs: Any
    ) -> None:
        self.record = record
        self.is_draft = is_draft
        self.suggested: dict[str, Any] = suggested or {}
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.initial.setdefault(name, self.suggested.get(name, self.answer(name)))
            field.required = field.required and not is_draft
        self.initial["version"] = version
        self.fields["version"].required = True

    def answer(self, name: str) -> Any:
        """What was saved before."""
        return getattr(self.record, name, None)

    def answers(self) -> dict[str, Any]:
        """What was answered on this page, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def needed_when(self, name: str, when: Any) -> None:
        """Say beside a question that is not always asked when it must be answered."""
        self.fields[name].needed_when = when  # type: ignore[attr-defined]

    @property
    def questions(self) -> int:
        """How many questions the page asks."""
        return len(self.visible_fields())

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """Questions that stand open."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        """Questions under the fold."""
        return [field for field in self.visible_fields() if field.name in self.folded]

    @property
    def is_unfolded(self) -> bool:
        """Whether something under the fold has to be corrected."""
        return any(field.errors for field in self.folded_fields)

    @property
    def folded_answers(self) -> str:
        """What is answered under the fold, so that it is seen without opening it; each in its language."""
        parts = [(answer,) for answer in map(answer_of, self.folded_fields) if answer]
        return format_html_join("; ", "{}", parts)

    @property
    def suggested_names(self) -> list[str]:
        """Questions whose answers are suggestions; none once the form was posted."""
        return [] if self.is_bound else [name for name in self.suggested if name in self.fields]


SHORT_ANSWER = 60
SPOKEN = {"_en": '<span lang="en">{}</span>', "_vi": '<span lang="vi">{}</span>'}


def worded(value: Any) -> str:
    """A day as it is written here, anything else as it stands."""
    return formats.date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, dt.date) else str(value)


def answer_of(field: forms.BoundField) -> str:
    """The present answer of a field, of a long one the name of the question; empty when there is none."""
    value = field.value()
    if value in (None, "", [], False):
        return ""
    labels = {str(code): str(label) for code, label in getattr(field.field, "choices", ())}
    words = labels.get(str(value), worded(value))
    if value is True or len(words) > SHORT_ANSWER:
        return str(field.label)
    return format_html(SPOKEN.get(field.name[-3:], "{}"), words)


class KeywordsField(forms.CharField):
    """Words separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        """A saved list as text."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Each word once, in the order typed."""
        words = value if isinstance(value, list) else (value or "").replace(";", ",").split(",")
        return list(dict.fromkeys(word for word in (" ".join(word.split()) for word in words) if word))

    def validate(self, value: Any) -> None:
        """Enough words, none too long."""
        if (self.required and len(value) < MIN_KEYWORDS) or len(value) > 20:
            raise forms.ValidationError(_("Enter 3 to 20 keywords, separated by commas."), code="keywords")
        if any(len(word) > 60 for word in value):
            raise forms.ValidationError(_("A keyword has at most 60 characters."), code="keyword_long")

    def run_validators(self, value: Any) -> None:
        """The checks of a single text do not apply to a list."""


def text(name: str, *, required: bool = True, lines: int = 0, help_text: Any = "", label: Any = "") -> forms.CharField:
    """A text field with the length and name of the model's field."""
    model_field = Revision._meta.get_field(name)
    widget = forms.Textarea({"rows": lines}) if lines else forms.TextInput
    return forms.CharField(
        label=label or model_field.verbose_name,
        required=required,
        max_length=model_field.max_length or 5000,
        widget=widget,
        help_text=help_text,
    )


class NameForm(StepForm):
    """Step 1, first page: what the asset is called."""

    folded = ("title_en", "summary_en", "other_names")
    folded_title = _("In English, and other names (optional)")
    title_vi = text("title_vi", help_text=_("Up to 110 characters: what, where, which period."))
    title_en = text("title_en", required=False)
    summary_vi = text("summary_vi", help_text=_("One sentence that a buyer reads first, up to 255 characters."))
    summary_en = text("summary_en", required=False)
    kind = forms.ChoiceField(label=_("Kind of asset"), widget=ChoiceCards)
    other_names = text("other_names", required=False, help_text=_("People search for these too: CPI, GRDP"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = codes.choices("asset_kind")
        self.fields["kind"].widget.hints = {row.code: row.hint for row in codes.codes("asset_kind")}


HEADINGS = (
    pgettext_lazy("heading of a description", "Coverage"),
    pgettext_lazy("heading of a description", "Use"),
    pgettext_lazy("heading of a description", "Method"),
    pgettext_lazy("heading of a description", "Limits"),
)


class DetailsForm(StepForm):
    """Step 1, second page: theme and description, and who answers for the data; the title is known by now."""

    folded = ("description_en",)
    folded_title = _("Full description in English (optional)")
    theme = forms.ChoiceField(label=_("Theme"), widget=forms.Select({"class": MEDIUM}))
    keywords = KeywordsField(
        label=_("Keywords"), help_text=_("At least three, separated by commas: salinity, water level, Mekong")
    )
    description_vi = text(
        "description_vi",
        lines=12,
        help_text=_("A line or two under each heading; what stays empty is left out."),
    )
    description_en = text("description_en", required=False, lines=6)
    steward_name = text(
        "steward_name", help_text=_("The person or post that answers for this data; shown to reviewers.")
    )
    contact_mailbox = forms.EmailField(
        label=_("Public contact mailbox"),
        required=False,
        max_length=254,
        help_text=_("A shared mailbox, not a personal address. Needed before listing."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", _("Choose a theme")), *codes.choices("theme")]

    def answer(self, name: str) -> Any:
        """An empty description starts from the headings a buyer looks for, and from what was said a page before."""
        value = super().answer(name)
        return outline(self.record.summary_vi) if name == "description_vi" and not value else value

    def clean_description_vi(self) -> str:
        """Headings alone, and the short description once more, describe nothing; empty headings are left out."""
        written = without_empty_headings(self.cleaned_data["description_vi"])
        begun = without_empty_headings(outline(self.record.summary_vi))
        if written.split() in ([], begun.split()) and not self.is_draft:
            raise forms.ValidationError(_("Write at least one line under one of the headings."), code="headings_only")
        return written


def outline(coverage: str = "") -> str:
    """The headings of a description, in Vietnamese as the description is; the first may have its line already."""
    with translation.override("vi"):
        first, *others = (f"## {heading}" for heading in HEADINGS)
    return "\n\n\n".join([f"{first}\n{coverage}" if coverage else first, *others])


def without_empty_headings(text: str) -> str:
    """A Markdown text without headings that nothing follows."""
    parts = re.split(r"(?m)^(?=##? )", text)
    return "".join(part for part in parts if not re.fullmatch(r"##? [^\n]*\s*", part)).strip()


def under_heading(text: str, heading: str) -> str:
    """What a Markdown text says under one of its headings; empty without it."""
    parts = re.split(r"(?m)^##? ([^\n]*)\n", f"{text}\n")
    return dict(zip(map(str.strip, parts[1::2]), map(str.strip, parts[2::2]), strict=True)).get(heading, "")


def limits_of(description: str) -> str:
    """What a description says under its heading of limits."""
    with translation.override("vi"):
        return under_heading(description, str(HEADINGS[-1]))


class RecordForm(StepForm):
    """Step 1, third page: publisher, place, system, master data."""

    folded = ("publisher", "system_of_record", "source_id")
    folded_title = _("Another publisher, source system (optional)")
    publisher = text(
        "publisher", required=False, help_text=_("The body that gives the data out; empty: your organisation itself.")
    )
    province = forms.ChoiceField(label=_("Province covered"), required=False, widget=forms.Select({"class": MEDIUM}))
    system_of_record = text("system_of_record", required=False, help_text=_("The system the data comes from"))
    source_id = text("source_id", required=False)
    is_core_dataset = forms.BooleanField(
        label=_("This is a core dataset or master data"),
        required=False,
        help_text=_(
            "Only where the competent authority has said so; master data has a single trusted source in the country "
            "(Decree 278/2025, Article 5)."
        ),
    )
    master_entity = text(
        "master_entity", required=False, help_text=_("The thing the master data describes: enterprise, land parcel")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = [(row.code, row.label) for row in codes.provinces()]
        self.fields["province"].choices = [("", _("Whole country or several provinces")), *provinces]
        self.initial["province"] = self.record.province_id or self.suggested.get("province", "")
        if not self._says_core():
            del self.fields["master_entity"]

    def _says_core(self) -> bool:
        if self.is_bound:
            return bool(self.data.get(self.add_prefix("is_core_dataset")))
        return self.record.is_core_dataset

    def clean_province(self) -> Any:
        """The province itself."""
        return codes.province(self.cleaned_data["province"]) if self.cleaned_data["province"] else None

    def clean(self) -> dict[str, Any]:
        """Master data names its entity."""
        data = super().clean()
        if data.get("is_core_dataset") and not data.get("master_entity") and not self.is_draft:
            self.add_error("master_entity", _("Name the thing that the master data describes."))
        return data


class OriginForm(StepForm):
    """Step 3, first page: where the data comes from."""

    origin = forms.ChoiceField(
        label=_("Is this original data or a value-added product?"),
        choices=Origin,
        widget=ChoiceCards(
            hints={
                Origin.ORIGINAL: _("Created in the organisation's work, or digitised from originals"),
                Origin.DERIVED: _("Made by processing, combining or analysing other data; it is labelled so"),
            }
        ),
    )
    how_obtained = forms.ChoiceField(label=_("How was the data obtained?"), widget=ChoiceCards)
    legal_basis = text(
        "legal_basis",
        required=False,
        label=_("Legal basis of collection"),
        help_text=_("Instrument and article, for example: Decree 48/2020/NĐ-CP, Article 9"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how_obtained"].choices = codes.choices("how_obtained")
        if not self.suggested and not self.record.origin and self.record.kind == "derived_product":
            self.initial["origin"], self.initial["how_obtained"] = Origin.DERIVED, "derived"  # said on the first page
        self.fields["legal_basis"].required = self.record.asset.owner.is_state and not self.is_draft

    def clean_legal_basis(self) -> str:
        """An instrument, not that there is none."""
        return says_something(self.cleaned_data["legal_basis"])


SAYS_NOTHING = {"chua co", "khong co", "khong", "chua", "chua ro", "khong ro", "none", "no", "n/a", "na", "-", "..."}


def says_something(text: str) -> str:
    """The name of an instrument; words that say there is none are no answer."""
    if fold(text).strip(" .") in SAYS_NOTHING:
        words = _("Name the instrument. If there is none yet, leave this empty and save the draft until there is one.")
        raise forms.ValidationError(words, code="says_nothing")
    return text


class DerivedForm(StepForm):
    """Step 3, only for value-added products (N314 7.6-7.7)."""

    parents = text("parents", lines=4, help_text=_("One source a line: name, owner, certificate number if it has one"))
    method = text("method", lines=5, help_text=_("How the product was made from its sources; this is published."))
    inputs_permit_resale = forms.BooleanField(
        label=_("The licence of every source permits derived products for sale"), required=False
    )


class RightsForm(StepForm):
    """Step 3, last page of questions: rights claimed."""

    RIGHTS = ("right_hold", "right_use", "right_operate")
    folded = ("third_party_rights", "ip_notes")
    folded_title = _("Rights of others, copyright (only if there are any)")

    rights = forms.MultipleChoiceField(
        label=_("Which rights does your organisation claim?"),
        choices=[
            ("right_hold", _("Right to hold")),
            ("right_use", _("Right to use")),
            ("right_operate", _("Right to operate and trade")),
        ],
        widget=CheckCards(
            hints={
                "right_hold": _("Keep and manage the data; needed to register"),
                "right_use": _("Process and analyse the data"),
                "right_operate": _("Grant others the right to use it; needed to list"),
            }
        ),
    )
    third_party_rights = text(
        "third_party_rights",
        required=False,
        lines=3,
        help_text=_("Who else has rights in this data, and under which contract. Leave empty if nobody has."),
    )
    ip_notes = text("ip_notes", required=False, lines=3, help_text=_("Copyright in the collection, patents, marks"))

    def answer(self, name: str) -> Any:
        """The three yes or no answers as one list."""
        if name == "rights":
            return [right for right in self.RIGHTS if getattr(self.record, right)]
        return super().answer(name)

    def clean(self) -> dict[str, Any]:
        """Holding is the least a registration needs; the list becomes three answers."""
        data = super().clean()
        chosen = data.pop("rights", None)
        if chosen is None:
            return data
        if not self.is_draft and "right_hold" not in chosen:
            self.add_error("rights", _("A registration needs at least the right to hold the data."))
        return data | {right: right in chosen for right in self.RIGHTS}


class EvidenceForm(PortalForm):
    """One paper and what it proves."""

    claim = forms.ChoiceField(label=_("What does the paper prove?"), widget=forms.Select({"class": MEDIUM}))
    upload = forms.FileField(label=_("Paper"), help_text=_("PDF, JPEG or PNG, up to 20 MB"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claim"].choices = [("", _("Choose one")), *Claim.choices]
