"""Forms of an organisation's details and people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.organisations.details import IDENTITY, fields_of, needs_agency_code, needs_tax_code
from accounts.organisations.identity import checked
from accounts.organisations.models import MemberRole, OrganisationKind
from exchange.codes import selectors as codes
from exchange.common.forms import PortalForm
from exchange.common.widgets import MEDIUM, SHORT, CheckCards

DIGITS = {"inputmode": "numeric", "autocomplete": "off", "class": MEDIUM}

ROLE_HINTS = {
    MemberRole.OWNER: _("Invites people, names roles, corrects details, sends the file for verification."),
    MemberRole.STEWARD: _("Describes data, registers it, lists it and answers orders."),
    MemberRole.BUYER: _("Orders data, downloads it, confirms or objects."),
    MemberRole.SIGNATORY: _("Accepts contracts for the organisation, with the password entered again."),
    MemberRole.FINANCE: _("Sees what is to be paid, and how."),
}


class DetailsForm(PortalForm):
    """One page of questions about a participant: only those its kind must answer."""

    name_vi = forms.CharField(
        label=_("Name in Vietnamese"),
        max_length=200,
        help_text=_("The full name, as it stands on the decision or certificate."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    agency_code = forms.CharField(
        label=_("Agency code"),
        max_length=40,
        required=False,
        help_text=_("The electronic identification code, for example G09 or H01.151."),
        widget=forms.TextInput({"autocomplete": "off", "class": MEDIUM}),
    )
    tax_code = forms.CharField(
        label=_("Tax code"),
        max_length=20,
        required=False,
        help_text=_("10 digits, or 13 for a branch."),
        widget=forms.TextInput(DIGITS),
    )
    personal_id = forms.CharField(
        label=_("Personal identification number"),
        max_length=20,
        help_text=_("12 digits, also your tax code. It is kept encrypted; only the last three digits are ever shown."),
        widget=forms.TextInput(DIGITS),
    )
    is_foreign = forms.BooleanField(
        label=_("The organisation was established under foreign law"),
        required=False,
        help_text=_("Proof of commercial presence or consular legalisation will be asked for."),
    )
    province_id = forms.ChoiceField(label=_("Province or city"), widget=forms.Select({"class": "input w-m"}))
    address = forms.CharField(
        label=_("Address"), max_length=300, widget=forms.TextInput({"autocomplete": "street-address"})
    )
    representative_name = forms.CharField(
        label=_("Legal representative"),
        max_length=120,
        help_text=_("Family name and given name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    representative_title = forms.CharField(
        label=_("Position of the representative"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    short_name = forms.CharField(
        label=_("Short name"), max_length=40, required=False, widget=forms.TextInput({"class": SHORT})
    )
    public_mailbox = forms.EmailField(
        label=_("Public contact mailbox"),
        required=False,
        help_text=_("Shown to everybody beside your data. Use a mailbox of the organisation, not of a person."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    bank_id = forms.ChoiceField(label=_("Bank"), widget=forms.Select({"class": "input w-m"}))
    bank_account = forms.CharField(label=_("Account number"), max_length=30, widget=forms.TextInput(DIGITS))
    bank_holder = forms.CharField(
        label=_("Account holder"),
        max_length=200,
        help_text=_("The participant's own name, as the bank writes it; capitals and missing marks do not matter."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    budget_account = forms.BooleanField(
        label=_("Revenue of the State budget is paid into this account, as the law on the State budget provides"),
        required=False,
        help_text=_(
            "Revenue from State data follows the law on the State budget (Decree 314/2026, Article 6.4). The State "
            "Treasury is not in the list of banks; if your revenue can only be paid in there, leave this empty and "
            "say so to the reviewer."
        ),
    )

    def __init__(self, *args: Any, kind: str, section: str = IDENTITY, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = fields_of(section, kind)
        self.fields = {name: self.fields[name] for name in asked}
        self._fill_choices()
        self._fit_to(kind)

    def clean(self) -> dict[str, Any]:
        """Say everything that is wrong at once; the service checks again."""
        cleaned = super().clean() or self.cleaned_data
        for name, error in checked(cleaned)[1].items():
            self.add_error(name, forms.ValidationError(str(error.message), code=error.code))
        return self.cleaned_data

    def _fill_choices(self) -> None:
        choose = [("", _("Choose"))]
        if "province_id" in self.fields:
            self.fields["province_id"].choices = choose + [(row.code, row.label) for row in codes.provinces()]
        if "bank_id" in self.fields:
            self.fields["bank_id"].choices = choose + [
                (row.bin, f"{row.short_name}: {row.name}") for row in codes.banks()
            ]

    def _fit_to(self, kind: str) -> None:
        if "agency_code" in self.fields:
            self.fields["agency_code"].required = needs_agency_code(kind)
        if "tax_code" in self.fields:
            self.fields["tax_code"].required = needs_tax_code(kind, is_foreign=bool(self._is_foreign()))
        if kind == OrganisationKind.PERSON and "name_vi" in self.fields:
            name = self.fields["name_vi"]
            name.label, name.help_text = _("Full name"), _("As it stands on the identity card.")
            name.widget.attrs["autocomplete"] = "name"

    def _is_foreign(self) -> Any:
        """Foreign participants may have no Vietnamese tax code."""
        return self.data.get("is_foreign") if self.is_bound else self.initial.get("is_foreign")


class RolesForm(PortalForm):
    """The roles of one member."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=MemberRole.choices,
        widget=CheckCards(hints=ROLE_HINTS),
        error_messages={"required": _("Choose at least one role.")},
    )


class InvitationForm(RolesForm):
    """An address to invite, and the roles offered."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person signs in with this address to accept."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    field_order = ["email", "roles"]
