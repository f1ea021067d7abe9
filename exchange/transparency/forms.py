"""What a visitor pastes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import PortalForm
from exchange.transparency.growth import root_in


class CheckForm(PortalForm):
    """Any text the log hands out."""

    text = forms.CharField(
        label=_("Receipt, opening, proof file, checkpoint or leaf hash"),
        help_text=_("Paste the whole text of the file. Nothing you paste is stored."),
        max_length=64 * 1024,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Paste the text of a receipt.")},
    )


class OldTreeForm(PortalForm):
    """A tree head somebody kept: its size and its root, as the first lines of a checkpoint give them."""

    size = forms.IntegerField(
        label=_("Entries of the earlier tree"),
        help_text=_("The second line of the checkpoint."),
        min_value=1,
        max_value=2**62,
        error_messages={
            "required": _("Enter the number of entries."),
            "invalid": _("Enter a whole number."),
            "min_value": _("Enter a size of at least 1: a tree without entries proves nothing."),
        },
    )
    root = forms.CharField(
        label=_("Root of the earlier tree"),
        help_text=_("The third line of the checkpoint, or the root in 64 signs 0-9 and a-f."),
        max_length=100,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter the root.")},
    )

    def clean_root(self) -> Any:
        """Its 32 bytes."""
        found = root_in(self.cleaned_data["root"])
        if found is None:
            raise forms.ValidationError(_("This is no root: copy the third line of the checkpoint whole."))
        return found
