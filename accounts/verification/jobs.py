"""Clocks of verification: reminders of returned files, and their lapse."""

import datetime as dt

from accounts.access.actor import Actor
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification import services
from accounts.verification.models import VerificationCase
from accounts.verification.states import CaseState
from exchange.codes.services import days_left
from exchange.common.clock import today
from exchange.jobs.registry import periodic
from exchange.rules.selectors import parameters


@periodic("accounts.verification.clocks", cron="7 * * * *")
def clocks() -> None:
    """Remind applicants of returned files twice; let those lapse that were not completed in time."""
    day, values = today(), parameters(today())
    period, reminders = values.get("returned_lapse_days"), values.get("returned_remind_days")
    returned = VerificationCase.objects.filter(state=CaseState.RETURNED, due_on__isnull=False).order_by("pk")
    for case in returned:
        if day > case.due_on:
            services.lapse_case(case_id=case.pk, on=day, actor=Actor.system("clock"))
            continue
        passed = period - days_left(day, case.due_on)
        due = sum(passed >= reminder for reminder in reminders)
        if due > case.reminders_sent:
            services.remind_applicant(case_id=case.pk, reminder=due, actor=Actor.system("clock"))


@periodic("accounts.verification.expiry", cron="11 * * * *")
def expiry() -> None:
    """Tell owners that a verification ends soon, and that it has ended."""
    day, limits = today(), parameters(today()).get("verification_warn_days")
    ending = Organisation.objects.filter(
        state=ParticipantState.ACTIVE, verified_until__lte=day + dt.timedelta(days=max(limits))
    ).order_by("pk")
    for organisation in ending:
        left = (organisation.verified_until - day).days
        warning = sum(left <= limit for limit in [*limits, -1])
        if warning > organisation.expiry_warnings:
            services.warn_of_expiry(organisation_id=organisation.pk, warning=warning, actor=Actor.system("clock"))
