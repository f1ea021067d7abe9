"""What both sides fill in: a complaint, an answer, an addition, an appeal, a withdrawal."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from exchange.codes.selectors import choices
from exchange.common.forms import PortalForm
from exchange.common.widgets import ChoiceCards
from transactions.disputes.services.moves import FILES_AT_ONCE


class ManyFiles(forms.FileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files or none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFiles({"accept": ".pdf,.png,.jpg,.jpeg", "multiple": True}))
        super().__init__(**{"required": False, "max_length": 200, "allow_empty_file": True, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        """Every file, each checked by itself."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]


class StatementForm(PortalForm):
    """What a side says, with its papers."""

    text = forms.CharField(
        label=_("What went wrong"),
        help_text=_("The other side and the exchange read this word for word. Do not write personal data."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    files = FilesField(label=_("Evidence"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].help_text = _(
            "PDF, PNG or JPEG, at most %(limit)s MB each and %(count)s at once. Both sides and the exchange see them."
        ) % {"limit": settings.MAX_EVIDENCE_BYTES // 2**20, "count": FILES_AT_ONCE}


class VersionedForm(StatementForm):
    """The same about an open dispute: an older page is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ComplaintForm(StatementForm):
    """Why the trade is disputed."""

    reason_code = forms.ChoiceField(label=_("What is wrong?"), widget=ChoiceCards)
    field_order = ["reason_code", "text", "files"]

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = choices("reason_dispute", action=action)


class AppealForm(VersionedForm):
    """Why a decision is appealed."""

    reason_code = forms.ChoiceField(label=_("What is wrong with the decision?"), widget=ChoiceCards)
    field_order = ["reason_code", "text", "files", "version"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = choices("reason_dispute", action="appeal")
        self.fields["text"].label = _("Why")


class WithdrawForm(PortalForm):
    """Why a dispute is taken back."""

    reason_code = forms.ChoiceField(label=_("Reason"), widget=ChoiceCards)
    text = forms.CharField(
        label=_("Explanation"),
        help_text=_("The other side reads this word for word."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = choices("reason_dispute", action="withdraw")


class ConsentForm(PortalForm):
    """Accept or reject the ruling that was read."""

    ruling = forms.CharField(max_length=30, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("accept", "accept"), ("reject", "reject")], widget=forms.HiddenInput)
