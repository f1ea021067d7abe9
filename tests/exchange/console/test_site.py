"""Who enters the console, what is registered, what each role may read."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.access.models import StaffRole
from tests.exchange.console.conftest import signed_in, staff
from tests.factories.accounts import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

REGISTERED = {
    "accounts.Organisation",
    "accounts.StaffAppointment",
    "accounts.VerificationCase",
    "catalog.Asset",
    "catalog.Listing",
    "catalog.Revision",
    "exchange.Discrepancy",
    "exchange.Entry",
    "exchange.Evaluation",
    "exchange.RuleParameter",
    "transactions.Account",
    "transactions.Dispute",
    "transactions.IncomingTransfer",
    "transactions.Journal",
    "transactions.LineBooking",
    "transactions.Order",
    "transactions.Payout",
    "transactions.PayoutBatch",
    "transactions.Refund",
    "transactions.BankStatement",
    "transactions.Tariff",
    "transactions.TradingHalt",
}
OF_MONEY = {
    "Account",
    "IncomingTransfer",
    "Journal",
    "Payout",
    "PayoutBatch",
    "BankStatement",
    "LineBooking",
    "TradingHalt",
}
READ = {
    StaffRole.REVIEWER: REGISTERED
    - {"accounts.StaffAppointment", "exchange.Discrepancy", *(f"transactions.{name}" for name in OF_MONEY)},
    StaffRole.FINANCE: REGISTERED - {"accounts.StaffAppointment", "exchange.Discrepancy"},
    StaffRole.SUPERVISOR: REGISTERED,
    StaffRole.ADMINISTRATOR: {"accounts.StaffAppointment"},
}


def test_registry_is_this_list_and_nothing_else():
    assert {model._meta.label for model in admin.site._registry} == REGISTERED


def test_no_register_lets_anybody_add_change_or_delete(rf, reviewer):
    for register in admin.site._registry.values():
        request = rf.get("/")
        request.user = reviewer
        assert not register.has_add_permission(request)
        assert not register.has_change_permission(request)
        assert not register.has_delete_permission(request)
        assert register.actions is None


@pytest.mark.parametrize("role", StaffRole.values)
def test_each_role_reads_its_registers_and_no_others(role):
    client = signed_in(staff(role))

    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        expected = 200 if model._meta.label in READ[role] else 403
        assert client.get(url).status_code == expected, url
    page = client.get("/admin/")
    shown = {row["model"]._meta.label for app in page.context["available_apps"] for row in app["models"]}
    assert shown == READ[role]


def test_visitors_are_sent_to_the_sign_in_of_the_portal(client):
    assert client.get("/admin/catalog/revision/")["Location"] == "/accounts/login/?next=/admin/catalog/revision/"
    assert client.get("/admin/login/")["Location"] == "/accounts/login/?next=/admin/"


def test_signed_in_staff_pass_the_sign_in_address(desk):
    assert desk.get("/admin/login/", {"next": "/admin/catalog/revision/"})["Location"] == "/admin/catalog/revision/"


def test_sign_in_never_leads_elsewhere(client):
    answer = client.get("/admin/login/", {"next": "https://evil.example/"})

    assert "evil" not in answer["Location"]


@pytest.mark.parametrize("kind", ["member", "person", "superuser", "flag", "ended"])
def test_only_an_active_appointment_opens_the_console(kind):
    if kind == "member":
        person = MembershipFactory().user
    elif kind == "superuser":
        person = UserFactory(is_staff=True, is_superuser=True)
    elif kind == "flag":
        person = UserFactory(is_staff=True)
    elif kind == "ended":
        person = staff(StaffRole.REVIEWER)
        person.appointments.update(ended_at=person.appointments.get().started_at)
    else:
        person = UserFactory()

    answer = signed_in(person).get("/admin/", follow=True)

    assert answer.status_code == 403


def test_sign_out_ends_the_session_and_takes_a_post(desk):
    assert desk.get("/admin/logout/").status_code == 405

    answer = desk.post("/admin/logout/")

    assert answer["Location"] == "/"
    assert desk.get("/admin/").status_code == 302


def test_there_are_no_pages_of_applications_and_no_stock_password_page(desk):
    assert desk.get("/admin/catalog/")["Location"] == "/admin/"
    assert desk.get("/admin/password_change/")["Location"] == reverse("account_change_password")


@pytest.mark.parametrize("path", ["add/", "1/delete/"])
def test_stock_forms_are_closed(desk, path):
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert desk.get(base + path).status_code in {302, 403, 404}
        assert desk.post(base + path).status_code in {302, 403, 404}


def test_post_to_a_row_changes_nothing(desk, work):
    order = work["transactions_order"]

    answer = desk.post(f"/admin/transactions/order/{order.pk}/change/", {"state": "completed"})

    order.refresh_from_db()
    assert answer.status_code in {200, 405}
    assert order.state == "legality_review"


def test_posts_without_token_are_refused(reviewer, work):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reviewer)
    case = work["accounts_verificationcase"]

    answer = client.post(reverse("admin:accounts_verificationcase_decide", args=[case.pk]), {"decision": "approve"})

    assert answer.status_code == 403
