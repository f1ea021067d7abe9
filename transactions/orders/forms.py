"""What buyers and sellers fill in about an order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.codes.selectors import choices, covers, label
from exchange.common.forms import PortalForm
from exchange.common.ids import random_ref
from exchange.common.widgets import ChoiceCards


class UseForm(PortalForm):
    """What the data is for, where it is used and stored: limited to what the terms of the offer permit."""

    purpose = forms.ChoiceField(label=_("Purpose of use"), help_text=_("Purposes the seller permits."))
    territory = forms.ChoiceField(label=_("Territory of use"), help_text=_("Where the data will be used."))
    storage_place = forms.ChoiceField(
        label=_("Place of storage"),
        help_text=_("Where the data will be kept. A place outside Viet Nam needs a check of cross-border transfer."),
    )
    use_description = forms.CharField(
        label=_("How the data will be used"),
        help_text=_("What for, by whom, with what result. The seller and the exchange read this."),
        min_length=20,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, terms: dict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(code, label("purpose", code)) for code in terms["purposes"]]
        territories = choices("territory")
        self.fields["territory"].choices = [pair for pair in territories if covers(terms["territories"], pair[0])]
        self.fields["storage_place"].choices = [pair for pair in territories if covers(terms["territories"], pair[0])]
        for name in ("purpose", "territory", "storage_place"):
            self.fields[name].widget.attrs["class"] = "input w-l"


class OrderForm(UseForm):
    """A new order; its key makes a double click one order."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=random_ref)


class ReasonForm(PortalForm):
    """Why an order ends: a code for statistics, words for the other side."""

    reason_code = forms.ChoiceField(label=_("Reason"), widget=ChoiceCards)
    reason_text = forms.CharField(
        label=_("Explanation"),
        help_text=_("The other side reads this word for word."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = choices("reason_trade", action=action)
