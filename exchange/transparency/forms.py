"""What a visitor pastes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import PortalForm


class CheckForm(PortalForm):
    """Any text the log hands out."""

    text = forms.CharField(
        label=_("Receipt, opening, proof file, checkpoint or leaf hash"),
        help_text=_("Paste the whole text of the file. Nothing you paste is stored."),
        max_length=64 * 1024,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Paste the text of a receipt.")},
    )
