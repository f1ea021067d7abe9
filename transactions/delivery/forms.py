"""What a buyer writes when objecting."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import PortalForm

REASONS = [
    ("incomplete", _("Rows or columns are missing")),
    ("wrong", _("The content is wrong")),
    ("unreadable", _("The file cannot be opened")),
    ("other_data", _("It is not the data described")),
    ("other", _("Another reason")),
]


class ObjectionForm(PortalForm):
    """Why the data is not what was bought."""

    reason_code = forms.ChoiceField(label=_("What is wrong?"), choices=REASONS, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Describe what you found"),
        help_text=_("The seller and the exchange read this text as you write it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
