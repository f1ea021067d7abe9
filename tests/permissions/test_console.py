"""The console reads; what it does are the acts and decisions named here, each a use case with its right (trust B.4)."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection

from exchange.common.acts import ActingRegister
from exchange.common.admin import CaseAdmin
from exchange.console.site import ConsoleSite
from tests.permissions.world import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STAFF = ("reviewer", "finance", "supervisor", "administrator")
# model, act, right: a new act is written here by somebody who has judged its right
ACTS = {
    ("accounts.Organisation", "close", "accounts.suspend_participant"),
    ("accounts.Organisation", "identity", "accounts.review_case"),
    ("accounts.Organisation", "restore", "accounts.suspend_participant"),
    ("accounts.Organisation", "suspend", "accounts.suspend_participant"),
    ("accounts.StaffAppointment", "appoint", "accounts.appoint_staff"),
    ("accounts.StaffAppointment", "end", "accounts.appoint_staff"),
    ("accounts.StaffAppointment", "reset-factor", "accounts.reset_second_factor"),
    ("exchange.Discrepancy", "conclude", "exchange.conclude_discrepancy"),
    ("exchange.RuleParameter", "approve", "exchange.change_parameter"),
    ("exchange.RuleParameter", "propose", "exchange.change_parameter"),
    ("exchange.RuleParameter", "withdraw", "exchange.change_parameter"),
    ("transactions.BankStatement", "discard", "transactions.import_statement"),
    ("transactions.BankStatement", "import", "transactions.import_statement"),
    ("transactions.BankStatement", "upload", "transactions.import_statement"),
    ("transactions.IncomingTransfer", "match", "transactions.match_payment"),
    ("transactions.IncomingTransfer", "refund", "transactions.match_payment"),
    ("transactions.IncomingTransfer", "return", "transactions.match_payment"),
    ("transactions.LineBooking", "approve", "transactions.approve_booking"),
    ("transactions.LineBooking", "propose", "transactions.propose_booking"),
    ("transactions.LineBooking", "refuse", "transactions.approve_booking"),
    ("transactions.LineBooking", "reverse", "transactions.propose_booking"),
    ("transactions.Payout", "fail", "transactions.prepare_payout"),
    ("transactions.Payout", "returned", "transactions.prepare_payout"),
    ("transactions.PayoutBatch", "approve", "transactions.approve_payout"),
    ("transactions.PayoutBatch", "prepare", "transactions.prepare_payout"),
    ("transactions.PayoutBatch", "refuse", "transactions.approve_payout"),
    ("transactions.Refund", "refund", "transactions.refund_order"),
    ("transactions.Refund", "undo", "transactions.correct_ledger"),
    ("transactions.TradingHalt", "lift", "transactions.lift_halt"),
}
CASES = {
    "accounts.VerificationCase",
    "catalog.Revision",
    "catalog.Listing",
    "transactions.Order",
    "transactions.Dispute",
}
FOR_GOOD = ("transactions_journal", "transactions_posting", "transactions_account", "exchange_entry", "exchange_leaf")
# Outside in: what a request passes before any page sees it.
GUARDS = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "exchange.common.idle.IdleMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.access.middleware.ActorMiddleware",
    "exchange.portal.errors.RefusalMiddleware",
]


def name_of(model) -> str:
    return model._meta.label


def test_acts_and_cases_are_these_and_no_others():
    acts = {
        (name_of(model), act.code, act.right)
        for model, register in admin.site._registry.items()
        if isinstance(register, ActingRegister)
        for act in (*register.acts, *register.list_acts)
    }
    cases = {name_of(model) for model, register in admin.site._registry.items() if isinstance(register, CaseAdmin)}

    assert sorted(acts ^ ACTS) == []
    assert cases == CASES


def test_the_site_of_the_admin_is_the_console_and_offers_no_stock_action():
    assert type(admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site) is ConsoleSite
    for register in admin.site._registry.values():
        assert register.actions is None
        assert register.inlines == ()
        assert register.list_editable == ()


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "anon"])
def test_nobody_may_add_change_or_delete_a_row(rf, world, who):
    request = rf.get("/")
    request.user, request.actor = world.people[who], world.actor(who)
    for model, register in admin.site._registry.items():
        row = model._default_manager.first()
        assert not register.has_add_permission(request)
        assert not register.has_change_permission(request, row)
        assert not register.has_delete_permission(request, row)


@pytest.mark.parametrize("who", STAFF)
def test_posting_a_whole_row_to_stock_addresses_changes_nothing(prober, who):
    for model in admin.site._registry:
        row = model._default_manager.first()
        key = row.pk if row else 0
        body = {field.name: "1" for field in model._meta.fields} | {"_save": "x", "post": "yes", "action": "delete"}
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for path in ("", "add/", f"{key}/change/", f"{key}/delete/", f"{key}/history/", f"{key}/"):
            letter = prober.ask("POST", base + path, who, {**body, "_selected_action": [key]})
            assert letter in {"Y", "F", "R", "-", "M"}, (base + path, letter)
            assert prober.changed == set()


def test_ledger_and_log_have_their_names():
    assert set(FOR_GOOD) <= set(connection.introspection.table_names())


@pytest.mark.parametrize("who", STAFF)
def test_reading_the_ledger_and_the_log_writes_nothing(prober, who):
    for model in admin.site._registry:
        if model._meta.db_table not in FOR_GOOD:
            continue
        row = model._default_manager.first()
        if row is None:
            continue
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for path in ("", f"{row.pk}/change/", f"{row.pk}/history/"):
            assert prober.ask("GET", base + path, who) in {"Y", "F"}
            assert prober.changed == set()


def test_the_door_of_the_console_is_the_sign_in_of_the_portal(prober):
    assert prober.ask("GET", "/admin/login/", "anon") == "L"
    assert prober.response["Location"] == "/accounts/login/?next=/admin/"
    assert prober.ask("POST", "/admin/login/", "anon", {"username": "a", "password": "b"}) == "L"


def test_a_request_passes_its_guards_in_this_order():
    assert [name for name in settings.MIDDLEWARE if name in GUARDS] == GUARDS
    assert settings.MIDDLEWARE[-1] == GUARDS[-1]
