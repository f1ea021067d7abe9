"""What a signatory fills in to confirm a contract."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import PortalForm


class AcceptForm(PortalForm):
    """Three statements, the password again, and the digest of the text that was shown."""

    has_read = forms.BooleanField(label=_("I have read the whole contract and agree to it"))
    has_power = forms.BooleanField(label="")
    password = forms.CharField(
        label=_("Enter your password again to confirm"),
        help_text=_("The exchange keeps the hash of the contract you have just read. This is not a digital signature."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input w-m"}),
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, organisation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sentence = _("I may sign for %(organisation)s") % {"organisation": organisation}
        self.fields["has_power"].label = sentence
