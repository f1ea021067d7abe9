"""Forms of step 4: class and protection; only questions that apply are asked."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalog.assets.forms import NOT_SAID, StepForm, says_something
from catalog.classification.models import (
    Access,
    Classification,
    Importance,
    ProcessingBasis,
    Reach,
    Secrecy,
    Sharing,
    Subject,
)
from catalog.classification.steps import TAKERS, is_limited
from exchange.codes import selectors as codes
from exchange.common.clock import today
from exchange.common.fields import DayField, WholeNumberField
from exchange.common.widgets import MEDIUM, SHORT, ChoiceCards

PEOPLE = {
    Subject.NON_PERSONAL: _("Only measurements, things, places, organisations"),
    Subject.DEIDENTIFIED: _(
        "A file is needed: method, fields treated, re-identification test. Coding or pseudonyms are not enough"
    ),
    Subject.PERSONAL_BASIC: _("May be registered; may not be bought or sold on the exchange"),
    Subject.PERSONAL_SENSITIVE: _("The same"),
}
WEIGHT = {
    Importance.OTHER: _("Not on the list of core and important data"),
    Importance.IMPORTANT: _("Name the item of the list; a listing waits for the regulator's decision"),
    Importance.CORE: _("Name the item of the list; may be registered, may not be listed"),
}
NATURE = {
    Sharing.OPEN: _("Every agency, organisation and person may use it; only value-added products may be charged for"),
    Sharing.SHARED: _("Shared between agencies; listed under terms"),
    Sharing.INTERNAL: _("Only inside the agency; listing needs approval"),
}
SECRET = {
    Secrecy.NONE: _("Confirmed by the competent person of the organisation"),
    Secrecy.STATE_SECRET: _("May not be traded; the registration stops here"),
}
REACH = {
    Access.ANYONE: _("Open data without a price: no account, no order"),
    Access.ACCOUNT: _("Whoever has a verified account may order"),
    Access.REQUEST: _("You answer each order within five working days"),
    Access.NAMED: _("Only organisations you name see the offer"),
}


def cards(label: Any, choices: Any, hints: dict) -> forms.ChoiceField:
    """A question answered by one of a few cards."""
    return forms.ChoiceField(label=label, choices=choices, widget=ChoiceCards(hints=hints))


def line(name: str, *, required: bool = False, lines: int = 0, help_text: Any = "") -> forms.CharField:
    """A text question with the name and length of the table's column."""
    column = Classification._meta.get_field(name)
    widget = forms.Textarea({"rows": lines}) if lines else forms.TextInput
    return forms.CharField(
        label=column.verbose_name,
        required=required,
        max_length=column.max_length or 5000,
        widget=widget,
        help_text=help_text,
    )


class ClassForm(StepForm):
    """Step 4, first page: the classes of the law; the statement on barred data stands open for who will trade."""

    folded_title = _("Statement on barred data (only to list)")
    subject = cards(_("Does the data tell anything about a particular person?"), Subject.choices, PEOPLE)
    importance = cards(_("Importance"), Importance.choices, WEIGHT)
    sharing = cards(_("Sharing nature"), Sharing.choices, NATURE)
    secrecy = cards(_("State secrecy"), Secrecy.choices, SECRET)
    basis = line("basis", help_text=_("Number and symbol of the instrument, for example 1234/QĐ-BNNMT"))
    prohibited_declared = forms.BooleanField(
        label=_("This data belongs to none of the groups that Article 42.3 of the Law on Data bars from trading"),
        required=False,
        help_text=_(
            "Harm to defence, security, foreign affairs or cipher; missing consent; other data the law forbids. Needed "
            "to list, not to register."
        ),
    )

    def clean_basis(self) -> str:
        """An instrument has a number."""
        text = says_something(self.cleaned_data["basis"])
        if text and not any(sign.isdigit() for sign in text):
            words = _("Write the number of the instrument too, for example 1234/QĐ-BNNMT.")
            raise forms.ValidationError(words, code="no_number")
        return text

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_state = self.record.revision.asset.owner.is_state
        self.fields["basis"].required = is_state and not self.is_draft
        if not is_state:
            del self.fields["sharing"]
        if not (self.record.revision.right_operate or self.record.prohibited_declared):
            self.folded = ("prohibited_declared",)


class ImportanceForm(StepForm):
    """Step 4, only for important and core data."""

    importance_item = forms.ChoiceField(
        label=_("Item of the Prime Minister's list (Decision 20/2025)"), widget=forms.Select
    )
    keeps_log = forms.BooleanField(label=_("A processing log is kept for at least 6 months"), required=False)
    risk_assessed_on = DayField(label=_("Day of the last risk assessment"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [row for row in codes.codes("importance_item") if row.extra.get("class") == self.record.importance]
        self.fields["importance_item"].choices = [("", _("Choose an item")), *((row.code, row.label) for row in rows)]

    def clean_risk_assessed_on(self) -> Any:
        """An assessment lies in the past."""
        return not_in_the_future(self.cleaned_data["risk_assessed_on"])


class PeopleForm(StepForm):
    """Step 4, only where the data is about people or was made from such data."""

    people_described = line(
        "people_described", required=True, help_text=_("Which groups: pupils of public schools, holders of a licence")
    )
    processing_basis = forms.ChoiceField(
        label=_("On what ground was this data processed?"),
        choices=[("", _("Choose one")), *ProcessingBasis.choices],
        widget=forms.Select({"class": MEDIUM}),
        help_text=_("Add the paper that proves consent on the page of papers."),
    )
    impact_file = line(
        "impact_file",
        required=True,
        help_text=_("Number and day of the assessment file (Law 91/2025, Article 21), or why none is required"),
    )
    citizen_count = WholeNumberField(
        label=_("How many citizens does the data describe?"),
        min_value=0,
        max_value=10_000_000_000,
        help_text=_("Distinct people. Large numbers make data important or core (Decision 20/2025)."),
    )
    is_published = forms.BooleanField(label=_("This data has already been lawfully published"), required=False)
    publication_proof = line("publication_proof", help_text=_("If published: address, day and publishing body"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.record.is_personal:
            del self.fields["impact_file"]


class DeidentificationForm(StepForm):
    """Step 4, only for de-identified data: the evidence of Decree 356/2025, Article 7.5."""

    deid_method = line(
        "deid_method", required=True, lines=4, help_text=_("How information that identifies was changed or removed")
    )
    deid_fields = forms.CharField(
        label=_("Fields that were treated"), max_length=2000, help_text=_("Names of the columns, separated by commas")
    )
    deid_test = line(
        "deid_test",
        required=True,
        help_text=_("For example: k-anonymity tested on all rows; no person found in 200 tries"),
    )
    deid_group = WholeNumberField(
        label=_("Smallest group in the test (k)"),
        min_value=1,
        max_value=1_000_000,
        help_text=_("The least number of people who share the same values"),
    )
    deid_assessor = line("deid_assessor", required=True)
    deid_on = DayField(label=_("Day of the assessment"))
    deid_key_kept = forms.BooleanField(
        label=_("A key that restores identities is kept"),
        required=False,
        help_text=_("With a key kept the data counts as pseudonymous, not as de-identified."),
    )

    def answer(self, name: str) -> Any:
        """Treated fields as text."""
        value = super().answer(name)
        return ", ".join(value) if name == "deid_fields" else value

    def clean_deid_fields(self) -> list[str]:
        """The names one by one."""
        return [name.strip() for name in self.cleaned_data["deid_fields"].split(",") if name.strip()]

    def clean_deid_on(self) -> Any:
        """An assessment lies in the past."""
        return not_in_the_future(self.cleaned_data["deid_on"])


def taker(name: str) -> forms.ChoiceField:
    """Whether one kind of taker may have the data."""
    return forms.ChoiceField(
        label=Classification._meta.get_field(name).verbose_name,
        choices=[("", _("Choose one")), *Reach.choices],
        widget=forms.Select({"class": SHORT}),
    )


class AccessForm(StepForm):
    """Step 4: who may have the data, and why not everybody (product.md 1)."""

    folded = ("limit_reason", "limit_text")
    folded_title = _("If not everybody may have it: why, and on which conditions")
    abreast_title = _("Who may have the data?")
    access = cards(_("How is the data given?"), Access.choices, REACH)
    for_state = taker("for_state")
    for_firms = taker("for_firms")
    for_persons = taker("for_persons")
    limit_reason = forms.ChoiceField(
        label=_("Reason of the limit"),
        required=False,
        widget=forms.Select({"class": MEDIUM}),
        help_text=_("Only when one of the three answers is not “yes”."),
    )
    limit_text = line(
        "limit_text", lines=2, help_text=_("Who may have the data under which conditions; shown to buyers")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit_reason"].choices = [NOT_SAID, *codes.choices("access_reason")]
        self.needed_when("limit_reason", _("needed unless all three answers are “yes”"))
        self.needed_when("limit_text", _("needed where an answer is “on conditions”"))

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """Questions that stand open one below the other."""
        return [field for field in super().first_fields if field.name not in TAKERS]

    @property
    def abreast_fields(self) -> list[forms.BoundField]:
        """The same question about each kind of taker, in one line where there is room."""
        return [self[name] for name in TAKERS]

    def clean(self) -> dict[str, Any]:
        """A limit has its reason, a condition its words; what anyone may download is closed to nobody."""
        data = super().clean()
        if not self.is_draft and data.get("access") == Access.ANYONE and self.record.is_closed_by_sharing:
            self.add_error("access", _("Only open data may be downloaded by anyone. Choose another way of giving."))
            return data
        if self.is_draft or not is_limited(data):
            return data
        if data.get("access") == Access.ANYONE:
            for name in TAKERS:
                if data.get(name) not in ("", None, Reach.YES):
                    self.add_error(name, _("Data that anyone may download is open to everybody: answer “yes” here."))
            return data
        if not data.get("limit_reason"):
            self.add_error("limit_reason", _("Choose why some may not have the data, or only on conditions."))
        if any(data.get(name) == Reach.CONDITIONAL for name in TAKERS) and not data.get("limit_text"):
            self.add_error("limit_text", _("Write on which conditions the data is given."))
        return data


class ProtectionForm(StepForm):
    """Step 4, last page: what kind of data it is and how it is kept."""

    folded = ("storage_place", "security_level", "retention", "may_leave_vietnam")
    folded_title = _("Where it is kept, how long, whether it may leave the country (for an offer)")
    layer = forms.ChoiceField(
        label=_("Data layer"),
        required=False,
        widget=forms.Select({"class": MEDIUM}),
        help_text=_(
            "Tables of totals and averages are aggregated data; code lists are reference data; registers of things or "
            "organisations are master data; records of single events are transaction data."
        ),
    )
    domain = forms.ChoiceField(label=_("Domain"), required=False, widget=forms.Select({"class": MEDIUM}))
    may_leave_vietnam = forms.BooleanField(
        label=_("The data may leave Viet Nam"),
        required=False,
        help_text=_("Only after the lawful procedure for cross-border transfer; such orders are reviewed."),
    )
    storage_place = line("storage_place", help_text=_("Name of the data centre and province"))
    security_level = forms.TypedChoiceField(
        label=_("Security level of the hosting system"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[NOT_SAID, *((level, format_lazy("{} {}", _("Level"), level)) for level in range(1, 6))],
        widget=forms.Select({"class": MEDIUM}),
    )
    retention = line("retention", help_text=_("How long the data is kept and how it is disposed of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layer"].choices = [NOT_SAID, *codes.choices("data_layer")]
        self.fields["domain"].choices = [NOT_SAID, *codes.choices("domain")]
        for name in ("layer", "domain"):
            self.fields[name].required = self.record.revision.asset.owner.is_state and not self.is_draft
        if self.initial.get("layer"):
            self.fields["layer"].help_text = ""  # the kinds are explained to who has to choose


def not_in_the_future(day: Any) -> Any:
    """The day itself, or what is wrong with it."""
    if day and day > today():
        raise forms.ValidationError(_("Enter a day that has already passed."), code="future")
    return day
