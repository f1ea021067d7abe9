"""Forms of a case and of the service contract."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.verification import papers
from exchange.common.forms import PortalForm


class VersionForm(PortalForm):
    """A button: only the version of the record the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class EvidenceForm(PortalForm):
    """One paper: what it is, and the file."""

    kind = forms.ChoiceField(label=_("What is this paper?"))
    file = forms.FileField(label=_("File"), widget=forms.FileInput({"accept": papers.ACCEPT}))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Choose")), *papers.kinds_for(kind)]
        megabytes = settings.MAX_EVIDENCE_BYTES // 2**20
        self.fields["file"].help_text = _("PDF, PNG or JPEG, at most %(limit)s MB.") % {"limit": megabytes}


class ServiceContractForm(PortalForm):
    """Acceptance of the text that was read, with the password entered again."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        help_text=_("Entered again so that nobody else can accept in your name. This is not a digital signature."),
        widget=forms.PasswordInput({"autocomplete": "current-password", "class": "input w-m"}),
    )
