"""Forms of a person's own account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import PortalForm


class ProfileForm(PortalForm):
    """Name and language of a person."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        help_text=_("Members of your organisation and the reviewers of the exchange see it."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("vi", "Tiếng Việt"), ("en", "English")],
        help_text=_("Of mails, and of the page you see after signing in."),
        widget=forms.RadioSelect,
    )
