"""What the buyer fills in when the exchange asks for a supplement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from transactions.orders.forms import UseForm


class SupplementForm(UseForm):
    """The answers of the order again, and what was added."""

    text = forms.CharField(
        label=_("What you added or corrected"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The reviewer reads this first."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["text", "purpose", "territory", "storage_place", "use_description", "version"]
