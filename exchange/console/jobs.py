"""Telling the supervisors what the log found by itself."""

from django.urls import reverse

from accounts.access.models import StaffRole
from exchange.jobs.registry import job
from exchange.notifications.services import notify
from transactions.orders.selectors import staff_of


@job("exchange.console.tell_of_discrepancies")
def tell_of_discrepancies(count: int) -> None:
    """Rows are not what the log committed to."""
    url = reverse("admin:exchange_discrepancy_changelist")
    notify("log.discrepancies", users=staff_of(StaffRole.SUPERVISOR), context={"count": count}, subject_url=url)


@job("exchange.console.tell_of_witness")
def tell_of_witness(witness: str, problem: str) -> None:
    """An outside witness refuses what the log shows it."""
    context = {"witness": witness, "problem": problem}
    notify(
        "log.witness", users=staff_of(StaffRole.SUPERVISOR), context=context, subject_url=reverse("transparency:home")
    )


@job("exchange.console.tell_of_halt")
def tell_of_halt(code: str) -> None:
    """The log refuses to sign."""
    users = [*staff_of(StaffRole.SUPERVISOR), *staff_of(StaffRole.ADMINISTRATOR)]
    notify("log.halted", users=users, context={"code": code}, subject_url=reverse("transparency:home"))
