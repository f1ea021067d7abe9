"""What a buyer writes when objecting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.codes.selectors import choices
from exchange.common.forms import PortalForm


class ObjectionForm(PortalForm):
    """Why the data is not what was bought."""

    reason_code = forms.ChoiceField(label=_("What is wrong?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Describe what you found"),
        help_text=_("The seller and the exchange read this text as you write it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = choices("reason_trade", action="object")
