"""Forms of step 6: price, licence, scope, further terms; a question the licence answers is not asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.assets.forms import NOT_SAID, StepForm
from catalog.classification.models import Access
from catalog.licences.models import Derivation, LicenceTemplate, Onward
from catalog.licences.selectors import templates_on_offer
from catalog.offers.models import Audience, PriceKind
from exchange.codes import selectors as codes
from exchange.common.fields import DongField, WholeNumberField
from exchange.common.forms import PortalForm
from exchange.common.widgets import MEDIUM, CheckCards, ChoiceCards

PRICE_HINTS = {
    PriceKind.FREE: _("Nothing is paid; under an open licence anyone may download without an order"),
    PriceKind.ONE_OFF: _("One price without VAT, paid into escrow before delivery"),
}
AUDIENCE_HINTS = {
    Audience.PUBLIC: _("The offer is shown in the catalogue"),
    Audience.NAMED: _("Only organisations you name see the offer; the registration itself stays public"),
}
ONWARD_HINTS = {Onward.NONE: _("The usual answer: the buyer keeps the data")}
MAX_PRICE = 1_000_000_000_000


class PriceKindForm(StepForm):
    """Step 6, first page: free or priced, and for whom."""

    price_kind = forms.ChoiceField(
        label=_("Do you charge a price?"), choices=PriceKind.choices, widget=ChoiceCards(hints=PRICE_HINTS)
    )
    audience = forms.ChoiceField(
        label=_("Who sees the offer?"), choices=Audience.choices, widget=ChoiceCards(hints=AUDIENCE_HINTS)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classification = getattr(self.record.revision, "classification", None)
        if classification and classification.access == Access.NAMED:
            del self.fields["audience"]


class PriceForm(StepForm):
    """Step 6, only for priced offers (N314 6)."""

    price = DongField(
        label=_("Price without VAT, in dong"),
        min_value=1,
        max_value=MAX_PRICE,
        help_text=_("Digits, for example 8200000"),
    )
    vat_treatment = forms.ChoiceField(label=_("VAT treatment"), widget=forms.Select({"class": MEDIUM}))
    price_method = forms.ChoiceField(
        label=_("Pricing method"),
        required=False,
        widget=forms.Select({"class": MEDIUM}),
        help_text=_("Comparison, cost or income approach (Circular 32/2024)"),
    )
    price_basis = forms.CharField(label=_("Basis of the price"), max_length=300, required=False)
    finance_opinion = forms.CharField(
        label=_("Opinion of the Ministry of Finance"),
        max_length=200,
        required=False,
        help_text=_("Number and day of the opinion; State bodies need it before deciding a price"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vat_treatment"].choices = [("", _("Choose one")), *codes.choices("vat_treatment")]
        self.fields["price_method"].choices = [NOT_SAID, *codes.choices("price_method")]
        if self.record.revision.asset.owner.is_state:
            self.fields["price_basis"].help_text = _("Number, issuer and kind of the instrument that sets the price")
        else:
            del self.fields["finance_opinion"]

    def answer(self, name: str) -> Any:
        """No price yet is an empty box, not zero."""
        return super().answer(name) or None if name == "price" else super().answer(name)

    def clean_price(self) -> int:
        """A draft without a price keeps zero."""
        return self.cleaned_data["price"] or 0


class LicenceForm(StepForm):
    """Step 6: which licence; priced data cannot be under the open one."""

    HINTS = {
        "HD-00": _("Anyone may use, copy and build on the data, with attribution"),
        "HD-01": _("The buyer uses the data itself and passes nothing on"),
        "HD-02": _("The buyer may make and sell value-added products, not the original data"),
    }

    licence = forms.ChoiceField(label=_("Which licence do you grant?"), widget=ChoiceCards)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.templates = {str(row.pk): row for row in self._on_offer()}
        self.fields["licence"].choices = [(key, f"{row.code}. {row.name}") for key, row in self.templates.items()]
        self.fields["licence"].widget.hints = {
            key: self.HINTS[row.code] for key, row in self.templates.items() if row.code in self.HINTS
        }
        self.initial["licence"] = str(self.record.licence_id or "")

    def _on_offer(self) -> list[LicenceTemplate]:
        rows = templates_on_offer()
        return [row for row in rows if not row.is_open or self.record.price_kind != PriceKind.ONE_OFF]

    def clean_licence(self) -> LicenceTemplate | None:
        """The template itself."""
        return self.templates.get(self.cleaned_data["licence"])


class ScopeForm(StepForm):
    """Step 6: purposes, territory, term, exclusivity (N314 8.2(c))."""

    purposes = forms.MultipleChoiceField(
        label=_("Permitted purposes"), widget=CheckCards, help_text=_("An order must name one of them.")
    )
    territories = forms.MultipleChoiceField(label=_("Territory"), widget=CheckCards)
    term_months = WholeNumberField(label=_("Term in months"), min_value=1, max_value=600)
    is_exclusive = forms.BooleanField(
        label=_("The right is exclusive"),
        required=False,
        help_text=_("During the term no one else is granted the same purposes in the same territory."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classification = getattr(self.record.revision, "classification", None)
        stays = not (classification and classification.may_leave_vietnam)
        self.fields["purposes"].choices = codes.choices("purpose")
        self.fields["territories"].choices = [
            (code, label) for code, label in codes.choices("territory") if not (stays and codes.is_abroad(code))
        ]


class TermsForm(StepForm):
    """Step 6: what the buyer may pass on, make and must do."""

    onward_transfer = forms.ChoiceField(label=_("May the buyer pass the original data on?"), widget=ChoiceCards)
    derivation = forms.ChoiceField(label=_("May the buyer make derived products?"), widget=ChoiceCards)
    machine_learning = forms.BooleanField(label=_("Training of models is permitted"), required=False)
    attribution = forms.CharField(
        label=_("How is the source named?"),
        max_length=200,
        required=False,
        help_text=_("Leave empty to ask for no attribution"),
    )
    max_users = WholeNumberField(
        label=_("How many people may have access?"), required=False, min_value=1, max_value=1_000_000
    )
    delete_within_days = WholeNumberField(
        label=_("Days to delete the data after the right ends"), min_value=1, max_value=365
    )
    ip_restrictions = forms.CharField(
        label=_("Restrictions of intellectual property"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template = self.record.licence
        self._narrow("onward_transfer", Onward.choices, template, ONWARD_HINTS)
        self._narrow("derivation", Derivation.choices, template, {})
        for clause in template.fixed() if template else ():
            self.fields.pop(clause, None)

    def _narrow(self, name: str, choices: list, template: LicenceTemplate | None, hints: dict) -> None:
        self.fields[name].choices = [
            (code, label) for code, label in choices if template is None or template.admits(name, code)
        ]
        self.fields[name].widget.hints = hints

    def clean_delete_within_days(self) -> int:
        """A draft without an answer keeps the usual thirty days."""
        return self.cleaned_data["delete_within_days"] or 30


class GrantForm(PortalForm):
    """An organisation to name, by its tax code or agency code."""

    code = forms.CharField(
        label=_("Tax code or agency code of the organisation"), max_length=35, widget=forms.TextInput({"class": MEDIUM})
    )


class ReasonForm(PortalForm):
    """Why an offer is paused or ended."""

    reason_code = forms.ChoiceField(label=_("Reason"), widget=forms.Select({"class": MEDIUM}))
    reason_text = forms.CharField(
        label=_("Explanation"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = [
            ("", _("Choose one")),
            *codes.choices("reason_listing", action=action),
        ]
