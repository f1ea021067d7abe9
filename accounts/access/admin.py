"""Staff of the exchange: who holds which role, since when; appointed and ended by an administrator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import services
from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.users.models import User
from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import column, titled
from exchange.common.errors import DomainError
from exchange.common.forms import PortalForm


class AppointForm(PortalForm):
    """Whom, as what."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The person needs an account with this address and no membership.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=StaffRole.choices, widget=forms.RadioSelect)


class ResetFactorForm(PortalForm):
    """Whose factor, and how it is known that the person asks."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("Of the account whose owner lost phone and codes."))
    proof = forms.CharField(
        label=_("How you made sure who asks"),
        help_text=_(
            "As strict as at the first appointment or admission: in person with a paper, or by video. No numbers."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def reset_factor(actor: Actor, data: dict[str, Any]) -> object:
    """Take the second factor off an account."""
    services.reset_second_factor(email=data["email"], proof=data["proof"], actor=actor)
    return _("The second factor is reset; the person is told by mail.")


def appoint(actor: Actor, data: dict[str, Any]) -> object:
    """Appoint the person with this address."""
    person = User.objects.filter(email=data["email"].lower()).first()
    if person is None:
        words = _("No account has this address. The person signs up first.")
        raise DomainError(words, code="no_such_account", fields={"email": words})
    services.appoint_staff(user_id=person.pk, role=data["role"], actor=actor)
    return _("The person is appointed.")


def end(actor: Actor, appointment: StaffAppointment, data: dict[str, Any]) -> object:
    """End an appointment."""
    services.end_appointment(appointment_id=appointment.pk, actor=actor)
    return _("The appointment has ended.")


@admin.register(StaffAppointment)
class StaffAppointmentAdmin(ActingRegister):
    """Appointments, the newest first."""

    reads = "accounts.view_staff"
    columns = (
        column("user", _("Person")),
        column("role", _("Role")),
        column("appointed_by", _("Appointed by")),
        column("started_at", _("Begins")),
        column("ended_at", _("Ended")),
    )
    list_filter = (("role", titled(_("Role"))), ("ended_at", titled(_("Ended"), admin.EmptyFieldListFilter)))
    list_select_related = ("user", "appointed_by")
    search_fields = ("user__full_name", "user__email")
    ordering = ("-pk",)

    def title_of(self, record: StaffAppointment) -> str:
        """The person and the role in words."""
        return f"{record.user}: {record.get_role_display()}"

    acts = (
        Act(
            code="end",
            title=_("End the appointment"),
            button=_("End the appointment"),
            right="accounts.appoint_staff",
            run=end,
            note=_("What the person decided stays on record."),
            when=lambda appointment: appointment.ended_at is None,
            barred=services.barred_from_ending,
            asks_again=True,
            takes_away=True,
        ),
    )
    list_acts = (
        Act(
            code="appoint",
            title=_("Appoint staff"),
            button=_("Appoint staff"),
            right="accounts.appoint_staff",
            run=appoint,
            form_class=AppointForm,
            asks_again=True,
        ),
        Act(
            code="reset-factor",
            title=_("Reset a second factor"),
            button=_("Reset a second factor"),
            right="accounts.reset_second_factor",
            run=reset_factor,
            form_class=ResetFactorForm,
            note=_("The password stays. The person sets a new factor up after the next sign-in."),
            asks_again=True,
            takes_away=True,
        ),
    )
