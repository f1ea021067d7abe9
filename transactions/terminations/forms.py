"""What the other side answers to a request to end a trade."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import PortalForm
from exchange.common.widgets import ChoiceCards


class AnswerForm(PortalForm):
    """Agree, or decline with words."""

    answer = forms.ChoiceField(label=_("Your answer"), widget=ChoiceCards)
    text = forms.CharField(
        label=_("Explanation"),
        help_text=_("Needed when you decline; the other side reads it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [
            ("agree", _("We agree: the trade ends")),
            ("decline", _("We do not agree: the trade goes on")),
        ]
