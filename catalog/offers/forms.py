"""Forms of step 6: price, licence, scope, further terms; a question the licence answers is not asked."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from catalog.assets.forms import NOT_SAID, StepForm
from catalog.classification.models import Access
from catalog.licences.models import Derivation, LicenceTemplate, Onward
from catalog.licences.selectors import templates_on_offer
from catalog.offers.models import Audience, PriceKind
from catalog.offers.selectors import access_of
from catalog.offers.shares import Other
from exchange.codes import selectors as codes
from exchange.common.fields import DecimalTextField, DongField, WholeNumberField
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
FREE_FOR_ANYONE = _("The registration says that anyone may download this data: it can only be offered free of charge.")
MODELS = "model_training"  # a code of the list of purposes


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
        if access_of(self.record.revision) == Access.NAMED:
            del self.fields["audience"]

    def clean_price_kind(self) -> str:
        """What anyone may download without an account has no price."""
        kind = self.cleaned_data["price_kind"]
        if kind == PriceKind.ONE_OFF and access_of(self.record.revision) == Access.ANYONE:
            raise forms.ValidationError(FREE_FOR_ANYONE, code="free_for_anyone")
        return kind


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
        help_text=_("Number and day of the opinion"),
    )
    is_shared = forms.BooleanField(
        label=_("The revenue is shared with other owners of the data"),
        required=False,
        help_text=_("Leave this empty if it goes to your organisation alone. A signed agreement on shares is needed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vat_treatment"].choices = [("", _("Choose one")), *codes.choices("vat_treatment")]
        self.fields["price_method"].choices = [NOT_SAID, *codes.choices("price_method")]
        if self.record.revision.asset.owner.is_state:
            self.fields["price_basis"].help_text = _("Number, issuer and kind of the instrument that sets the price")
            for name in ("price_basis", "finance_opinion"):
                self.needed_when(name, _("needed before the offer is sent"))
        else:
            del self.fields["finance_opinion"]

    def answer(self, name: str) -> Any:
        """No price yet is an empty box, not zero."""
        return super().answer(name) or None if name == "price" else super().answer(name)

    def clean_price(self) -> int:
        """A draft without a price keeps zero."""
        return self.cleaned_data["price"] or 0


class ShareField(DecimalTextField):
    """A share in per cent with at most two decimals, kept in hundredths: 33,33 is 3333."""

    default_error_messages = {
        "invalid": _("Enter a share from 0 to 100 with at most two decimals, for example %(example)s.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, max_digits=5, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """The number without its sign."""
        return super().to_python(value.strip().removesuffix("%").rstrip() if isinstance(value, str) else value)

    def clean(self, value: Any) -> int:  # type: ignore[override]  # kept in hundredths
        """Hundredths of a per cent; an empty box is none."""
        try:
            return int((super().clean(value) or 0) * 100)
        except forms.ValidationError as error:
            if getattr(error, "code", "") == "required":
                raise
            example = {"example": formats.number_format(Decimal("33.33"))}
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid", params=example) from error


class OwnersForm(PortalForm):
    """Step 6, only for a shared revenue: the seller's own share, the other owners with theirs, the agreement."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    own_share = ShareField(label=_("Share of your organisation, per cent"))
    agreement = forms.FileField(
        label=_("Signed agreement on shares"),
        required=False,
        help_text=_("PDF, JPEG or PNG, up to 20 MB. Reviewers read it; it is not published."),
    )

    def __init__(
        self, *args: Any, rows: int, is_draft: bool = False, has_agreement: bool = False, **kwargs: Any
    ) -> None:
        self.base_fields = {**self.base_fields, **_owner_fields(rows)}
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "agreement"])
        self.numbers = range(1, rows + 1)
        self.is_draft, self.has_agreement = is_draft, has_agreement
        self.fields["own_share"].required = not is_draft

    def clean(self) -> dict[str, Any]:
        """A share belongs to a code and a code to a share; without an agreement only a draft is saved."""
        answers = super().clean() or {}
        for row in self.numbers:
            self._pair(row, answers.get(f"code_{row}", ""))
        if not self.is_draft and not self.has_agreement:
            self.add_error("agreement", _("Add the agreement that the owners have signed."))
        return answers

    def _pair(self, row: int, code: str) -> None:
        share = self.data.get(self.add_prefix(f"share_{row}"), "").strip()
        if code and not share and not self.is_draft:
            self.add_error(f"share_{row}", _("Enter the share of this owner."))
        if share and not code and f"code_{row}" not in self.errors:
            self.add_error(f"code_{row}", _("Enter the code of the owner of this share."))

    def others(self) -> list[Other]:
        """The rows that name somebody."""
        said = self.cleaned_data
        return [Other(row, said[f"code_{row}"], said[f"share_{row}"]) for row in self.numbers if said[f"code_{row}"]]

    @property
    def rows(self) -> list[tuple[int, Any, Any]]:
        """Number, code and share of each row, for the page."""
        return [(row, self[f"code_{row}"], self[f"share_{row}"]) for row in self.numbers]


def _owner_fields(rows: int) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for row in range(1, rows + 1):
        code, share = _("Tax code or agency code of owner %(number)d"), _("Share of owner %(number)d, per cent")
        fields[f"code_{row}"] = forms.CharField(
            label=code % {"number": row},
            max_length=35,
            required=False,
            widget=forms.TextInput({"class": MEDIUM}),
        )
        fields[f"share_{row}"] = ShareField(label=share % {"number": row}, required=False)
    return fields


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
        if not self.record.onward_transfer and self.record.purposes:  # not answered yet: as the purposes say
            self.initial["machine_learning"] = MODELS in self.record.purposes

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
