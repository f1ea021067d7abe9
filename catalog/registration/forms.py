"""Forms of the room itself: sending, and buttons that need no answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import PortalForm
from exchange.common.widgets import ChoiceCards

REGISTRATION, BOTH, LISTING = "registration", "both", "listing"


class SendForm(PortalForm):
    """What is sent, and the declaration (R101)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    listing_version = forms.IntegerField(widget=forms.HiddenInput)
    what = forms.ChoiceField(
        label=_("What do you send?"),
        choices=[
            (REGISTRATION, _("Only register the asset")),
            (BOTH, _("Register and apply for listing")),
        ],
        widget=ChoiceCards(
            hints={
                REGISTRATION: _("Result: a registration certificate. The offer stays a draft."),
                BOTH: _("Two separate decisions on the same case."),
            }
        ),
    )
    declared = forms.BooleanField(
        label=_(
            "I am charged by my organisation to send this and declare that the information is accurate and lawful."
        ),
        help_text=_("Your name, the time of sending and the hash of the content are recorded."),
    )

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        if len(kinds) < 2:
            del self.fields["what"]

    def what_is_sent(self) -> str:
        """The choice, or the only thing there is to send."""
        return self.cleaned_data.get("what") or self.kinds[0]


class VersionForm(PortalForm):
    """A confirmation: the version of the page it stands on."""

    version = forms.IntegerField(widget=forms.HiddenInput)
