"""Forms of step 5: freshness, limits, and the six qualities as declared."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.assets.forms import StepForm
from catalog.quality.steps import SCORES
from catalog.quality.words import WORDS
from exchange.codes import selectors as codes
from exchange.common.clock import today
from exchange.common.fields import DayField, PercentField, WholeNumberField
from exchange.common.widgets import MEDIUM


class FreshnessForm(StepForm):
    """Step 5, first page: how fresh the data is and what it does not tell."""

    folded = ("temporal_from", "temporal_to", "spatial", "standards")
    folded_title = _("Period, area, standards (optional)")
    frequency = forms.ChoiceField(label=_("Update frequency"), widget=forms.Select({"class": MEDIUM}))
    last_updated = DayField(label=_("Last update of the data"))
    late_after_days = WholeNumberField(
        label=_("After how many days is an update late?"),
        required=False,
        min_value=0,
        max_value=3650,
        help_text=_("Counted from the day the update was due."),
    )
    temporal_from = DayField(label=_("Data from"), required=False)
    temporal_to = DayField(label=_("Data to"), required=False)
    spatial = forms.CharField(
        label=_("Area covered"), required=False, max_length=200, help_text=_("And its finest unit: province, commune")
    )
    standards = forms.CharField(
        label=_("Standards followed"),
        required=False,
        max_length=300,
        help_text=_("Standards and code lists, for example Decision 19/2025/QĐ-TTg for provinces"),
    )
    limitations = forms.CharField(
        label=_("Known limits and biases"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Gaps, known errors, changes of method. Buyers read this first; needed before listing."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["frequency"].choices = [("", _("Choose one")), *codes.choices("frequency")]
        self.needed_when("late_after_days", _("needed where updates are due"))
        if self.suggested.get("limitations"):
            self.folded = (*self.folded, "limitations")  # written under the description a few pages before
            self.folded_title = _("Period, area, limits, standards (optional)")

    def clean_last_updated(self) -> Any:
        """Data is not updated in the future."""
        day = self.cleaned_data["last_updated"]
        if day and day > today():
            raise forms.ValidationError(_("Enter a day that has already passed."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        """A period runs forward; where updates are due, it is said when one is late."""
        data = super().clean()
        is_periodic = bool(codes.details("frequency", data.get("frequency") or "").get("days"))
        if is_periodic and data.get("late_after_days") is None and "late_after_days" not in self.errors:
            self._ask_when_late()
        start, end = data.get("temporal_from"), data.get("temporal_to")
        if start and end and end < start:
            self.add_error("temporal_to", _("The end of the period lies before its start."))
        return data

    def _ask_when_late(self) -> None:
        if not self.is_draft:
            self.add_error("late_after_days", _("Say after how many days an update counts as late, for example 30."))


class ScoresForm(StepForm):
    """Step 5, second page: the six qualities as the owner declares them."""

    folded = (*SCORES, "declared_method")
    folded_title = _("Declare figures of your own (not needed to register; for an offer)")
    declared_method = forms.CharField(
        label=_("How the declared figures were obtained"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SCORES:
            label, hint = WORDS[name]
            self.fields[name] = PercentField(label=label, help_text=hint, required=False)
            self.initial.setdefault(name, self.answer(name))
        self.order_fields([*SCORES, "declared_method"])
        self.needed_when("declared_method", _("needed with any figure above"))

    def clean(self) -> dict[str, Any]:
        """A figure without a method says nothing."""
        data = super().clean()
        declared = any(data.get(name) is not None for name in SCORES)
        if declared and not data.get("declared_method") and not self.is_draft:
            self.add_error("declared_method", _("Say how the figures were obtained."))
        return data
