"""Forms of the file step."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.datasets import dictionary_csv
from catalog.datasets.models import Column, DataFile, ValueType
from catalog.datasets.services.dictionary import possible_types
from catalog.datasets.services.preview import MOST_ROWS
from exchange.common.fields import WholeNumberField
from exchange.common.forms import PortalForm
from exchange.common.widgets import MEDIUM, SHORT, ChoiceCards

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16 BE"),
    ("windows-1258", _("Windows-1258 (Vietnamese)")),
    ("tcvn3", _("TCVN3 (fonts .VnTime)")),
    ("windows-1252", _("Windows-1252 (Western Europe)")),
]
SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
SEPARATORS = [
    ("comma", _("Comma ( , )")),
    ("semicolon", _("Semicolon ( ; )")),
    ("tab", _("Tab")),
    ("bar", _("Vertical bar ( | )")),
]
MOST_DICTIONARY_BYTES = 1 << 20
NUMBERS = (ValueType.INTEGER, ValueType.DECIMAL)


DECIMALS = [
    ("", _("As found")),
    ("comma", _("Comma: 1.234 is one thousand two hundred and thirty-four")),
    ("point", _("Point: 1.234 is a little more than one")),
]


class VersionForm(PortalForm):
    """A page about a file: the version of the revision it was read at, and the file."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.IntegerField(widget=forms.HiddenInput)


class UploadForm(PortalForm):
    """One table."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    upload = forms.FileField(
        label=_("Data file"),
        max_length=1000,
        help_text=_("CSV or XLSX, at most 200 MB"),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.tsv,.txt"}),
        error_messages={"empty": _("The file is empty. Choose a file with a table in it.")},
    )


class ReadingForm(VersionForm):
    """Corrections of how a file is read."""

    encoding = forms.ChoiceField(
        label=_("Text encoding"), choices=ENCODINGS, required=False, widget=forms.Select({"class": MEDIUM})
    )
    separator = forms.ChoiceField(
        label=_("Sign between columns"), choices=SEPARATORS, required=False, widget=forms.Select({"class": MEDIUM})
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False, widget=forms.Select({"class": MEDIUM}))
    decimal = forms.ChoiceField(
        label=_("Decimal mark"),
        choices=DECIMALS,
        required=False,
        widget=forms.Select({"class": MEDIUM}),
        help_text=_("For numbers that can be read in two ways, such as 1.234"),
    )
    skip_rows = WholeNumberField(
        label=_("Lines above the headings"), min_value=0, max_value=300, help_text=_("Titles, units, blank lines")
    )
    header_rows = WholeNumberField(
        label=_("Rows of headings"), min_value=0, max_value=5, help_text=_("0 when the table has no headings")
    )
    footer_rows = WholeNumberField(
        label=_("Rows of notes at the end"), min_value=0, max_value=300, help_text=_("Notes and sources, not data")
    )

    def __init__(self, *args: Any, record: DataFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        self.names = record.guesses.get("sheets", [])
        for part in ("encoding", "skip_rows", "header_rows", "footer_rows"):
            self.initial[part] = getattr(record, part)
        self.initial["decimal"] = record.decimal_mark
        if not is_asked_for_mark(record):
            del self.fields["decimal"]
        if record.format == "XLSX":
            del self.fields["encoding"], self.fields["separator"]
            self.fields["sheet"].choices = [(str(i), name) for i, name in enumerate(self.names)]
            self.initial["sheet"] = str(self.names.index(record.sheet)) if record.sheet in self.names else ""
        else:
            del self.fields["sheet"]
            self.initial["separator"] = next((n for n, sign in SIGNS.items() if sign == record.separator), "comma")

    def reading(self) -> dict[str, Any]:
        """The answers as the service takes them."""
        answers = {name: self.cleaned_data[name] for name in self.fields if name not in ("version", "file")}
        if answers.get("separator"):
            answers["separator"] = SIGNS[answers["separator"]]
        if answers.get("sheet"):
            answers["sheet"] = self.names[int(answers["sheet"])]
        return answers


def is_asked_for_mark(record: DataFile) -> bool:
    """Whether numbers of the file can be read in two ways, or a mark was chosen before."""
    doubtful = any(notice["code"] == "number_doubtful" for notice in record.warnings)
    return doubtful or bool(record.decimal_mark)


class DictionaryForm(VersionForm):
    """What some columns mean; fields are named c<position>-<answer>."""

    def __init__(self, *args: Any, columns: Iterable[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = list(columns)
        self.mark_optional = False
        numbers = [column for column in self.columns if column.type in NUMBERS]
        if len(numbers) > 1 and not any(column.unit for column in numbers):  # else each heading says its own
            self.fields["unit_of_numbers"] = forms.CharField(
                label=_("Unit of all number columns"),
                help_text=_("Only where they share one, for example thousand persons. A column’s own unit goes first."),
                required=False,
                max_length=40,
                widget=forms.TextInput({"class": SHORT}),
            )
        for column in self.columns:
            for name, field in _fields_of(column).items():
                self.fields[f"c{column.position}-{name}"] = field
                self.initial[f"c{column.position}-{name}"] = getattr(column, name)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Columns with their fields: the main ones, further ones, the reason where one is asked for."""
        return [self._group(column) for column in self.columns]

    def _group(self, column: Column) -> dict[str, Any]:
        def of(*names: str) -> list[forms.BoundField]:
            return [self[f"c{column.position}-{name}"] for name in names if f"c{column.position}-{name}" in self.fields]

        fields = [field for field in self if field.name.startswith(f"c{column.position}-")]
        lacks = not column.label_vi or (column.suspected and not column.is_personal and not column.override_reason)
        return {
            "column": column,
            "is_open": bool(lacks) or any(field.errors for field in fields),
            "said": "; ".join(filter(None, (_beyond_the_heading(column), column.get_type_display(), column.unit))),
            "main": of("label_vi", "type", "unit"),
            "more": of("label_en", "code_list", "is_required", "is_key"),
            "personal": of("is_personal"),
            "reason": of("override_reason"),
        }

    def typed_label(self, field: forms.BoundField) -> str:
        """A question with the column it is about."""
        names = {column.position: column.name for column in self.columns}
        position = field.name[1:].partition("-")[0]
        return f"{names[int(position)]}: {field.label}" if position.isdecimal() else str(field.label)

    def rows(self) -> dict[int, dict[str, Any]]:
        """Answers by position of the column, as the service takes them."""
        rows: dict[int, dict[str, Any]] = {column.position: {} for column in self.columns}
        for name, value in self.cleaned_data.items():
            if name.startswith("c") and "-" in name:
                position, answer = name[1:].split("-", 1)
                rows[int(position)][answer] = value
        for answers in rows.values():
            if answers.get("type") in NUMBERS and not answers.get("is_key"):
                answers["unit"] = answers.get("unit") or self.cleaned_data.get("unit_of_numbers", "")
        return rows


def _beyond_the_heading(column: Column) -> str:
    """The meaning of a column where it says more than the heading that stands before it."""
    return column.label if column.label != column.name else ""


def _fields_of(column: Column) -> dict[str, forms.Field]:
    types = [(value, ValueType(value).label) for value in possible_types(column)]
    fields: dict[str, forms.Field] = {
        "label_vi": forms.CharField(label=_("Meaning"), required=False, max_length=300),
        "type": forms.ChoiceField(label=_("Type"), choices=types, widget=forms.Select({"class": SHORT})),
        "unit": forms.CharField(
            label=_("Unit"), required=False, max_length=40, widget=forms.TextInput({"class": SHORT})
        ),
        "label_en": forms.CharField(label=_("Meaning in English"), required=False, max_length=300),
        "code_list": forms.CharField(
            label=_("Code list"),
            required=False,
            max_length=100,
            help_text=_("The list the codes come from, for example Decision 19/2025/QĐ-TTg"),
        ),
        "is_required": forms.BooleanField(label=_("Mandatory: every row has a value"), required=False),
        "is_key": forms.BooleanField(label=_("Key: tells the rows apart, alone or with other keys"), required=False),
        "is_personal": forms.BooleanField(label=_("This is personal data"), required=False),
    }
    if column.suspected:
        fields["override_reason"] = forms.CharField(
            label=_("Or: why this is not personal data"),
            required=False,
            max_length=300,
            widget=forms.TextInput({"list": "reasons"}),
        )
    return fields


class DictionaryFileForm(VersionForm):
    """A dictionary prepared elsewhere."""

    upload = forms.FileField(
        label=_("Dictionary as CSV"),
        help_text=_("The file you downloaded here and filled in; columns are found by their name."),
        widget=forms.FileInput({"accept": ".csv"}),
    )

    def clean_upload(self) -> str:
        """The text of the file."""
        upload = self.cleaned_data["upload"]
        if upload.size > MOST_DICTIONARY_BYTES:
            raise forms.ValidationError(_("A dictionary file has at most 1 MB."), code="too_large")
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(
                _("Save the file as CSV UTF-8 and choose it again."), code="encoding"
            ) from error
        if "name" not in text.strip().partition("\n")[0].lower():
            raise forms.ValidationError(
                _("The first line must hold the headings, among them “name”. Start from the file you download here."),
                code="headings",
            )
        return text

    def rows(self, columns: Iterable[Column]) -> tuple[dict[int, dict[str, Any]], list[str]]:
        """Answers for the columns whose names are known, and the other names."""
        positions = {column.name.casefold(): column.position for column in columns}
        return dictionary_csv.parse(self.cleaned_data["upload"], positions)


class PreviewForm(VersionForm):
    """Whether a few rows are shown to everybody, and which."""

    shown = forms.ChoiceField(
        label=_("Preview on the dataset page"),
        choices=[("off", _("Show no rows")), ("on", _("Show the rows chosen below"))],
        widget=ChoiceCards(
            hints={
                "off": _("The dictionary alone is public. Usual for data with a price."),
                "on": _("Everybody sees these rows, without signing in."),
            }
        ),
    )
    rows = forms.TypedMultipleChoiceField(
        label=_("Rows"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, record: DataFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        found = record.candidates.get("rows", [])
        self.fields["rows"].choices = [(number, str(number)) for number in range(1, len(found) + 1)]
        self.initial["shown"] = "on" if record.preview_on else "off"
        self.initial["rows"] = _numbers(record)
        self.turned_off = self.initial["rows"] if record.preview_on else []

    def clean_rows(self) -> list[int]:
        """At most as many as a preview holds."""
        rows = self.cleaned_data["rows"]
        if len(rows) > MOST_ROWS:
            raise forms.ValidationError(_("Choose at most %(most)s rows.") % {"most": MOST_ROWS}, code="too_many")
        return rows

    def clean(self) -> dict[str, Any]:
        """Rows newly ticked beside "show no rows" are no answer; what was shown may be turned off with its ticks."""
        data = super().clean() or self.cleaned_data
        rows = data.get("rows")
        if data.get("shown") == "off" and rows and set(rows) != set(self.turned_off):
            words = _("You ticked rows. Choose to show them, or take the ticks away.")
            self.add_error("shown", forms.ValidationError(words, code="rows_ticked"))
        return data


def _numbers(record: DataFile) -> list[int]:
    """Numbers of the candidate rows that are in the preview now."""
    names = record.candidates.get("columns", [])
    rows = [dict(zip(names, row, strict=True)) for row in record.candidates.get("rows", [])]
    return [number for number, row in enumerate(rows, 1) if any(_is(row, kept) for kept in record.preview_rows)]


def _is(row: dict[str, str], kept: dict[str, str]) -> bool:
    return all(row.get(name) == value for name, value in kept.items())
