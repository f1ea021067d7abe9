"""The console in a real browser: policy, accessibility, width, theme; decisions without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.verification.evaluation import evaluate_case
from tests.browser.looking import look, sign_in, window
from tests.factories.accounts import PASSWORD, StaffAppointmentFactory, VerificationCaseFactory, actor_of
from tests.factories.catalog import ListingFactory, RevisionFactory
from tests.factories.exchange import RuleParameterFactory
from tests.factories.transactions import OrderFactory, listed, trader
from transactions.compliance.services import screen

pytestmark = pytest.mark.django_db(transaction=True)
VIEWS = [(360, False), (768, True), (1280, False), (1280, True)]


def faults(sights):
    """What must not be seen, by address."""
    return {sight.url: sight.faults for sight in sights if sight.faults}


def related():
    """A trade of two firms of one group, held by R51."""
    listing = listed(revision__asset__owner__group_code="nhom-1")
    order = OrderFactory(accepted=True, listing=listing, buyer=trader(group_code="nhom-1"))
    screen(order_id=order.pk, actor=Actor.system("legality"))
    return order


@pytest.fixture
def reviewer():
    return StaffAppointmentFactory(user__full_name="Cán bộ kiểm duyệt 07").user


@pytest.fixture
def addresses(reviewer):
    """Index, lists and one page of every kind."""
    case = VerificationCaseFactory(in_review=True, ready=True, holder=reviewer)
    evaluate_case(case, actor=actor_of(reviewer))
    revision = RevisionFactory(in_review=True, holder=reviewer)
    listing = ListingFactory(revision=revision, submitted=True, priced=True)
    records = {
        "accounts_verificationcase": case,
        "accounts_organisation": case.organisation,
        "catalog_revision": revision,
        "catalog_listing": listing,
        "transactions_order": related(),
        "exchange_ruleparameter": RuleParameterFactory(),
    }
    pages = [reverse("admin:index")]
    for name, record in records.items():
        pages.append(reverse(f"admin:{name}_changelist"))
        pages.append(reverse(f"admin:{name}_change", args=[record.pk]))
    return [*pages, reverse("admin:transactions_order_history", args=[records["transactions_order"].pk])]


def test_console_is_clean_in_every_width_and_theme(live_server, browser, reviewer, addresses):
    seen = []
    for width, dark in VIEWS:
        context = window(browser, width=width, dark=dark)
        tab = context.new_page()
        sign_in(tab, live_server.url, reviewer.email, PASSWORD)
        seen += [look(tab, live_server.url + path) for path in addresses]
        context.close()

    assert faults(seen) == {}
    assert {sight.status for sight in seen} == {200}


def test_a_decision_is_taken_without_scripts_and_its_refusal_kept(live_server, browser, reviewer):
    case = VerificationCaseFactory(in_review=True, ready=True, holder=reviewer)
    context = window(browser, scripts=False)
    page = context.new_page()
    sign_in(page, live_server.url, reviewer.email, PASSWORD)
    page.goto(live_server.url + reverse("admin:accounts_verificationcase_change", args=[case.pk]))

    page.check("[name=decision][value=return]")
    page.fill("[name=text]", "Thiếu trang 2 của giấy chứng nhận.")
    page.click(".c-submit button")

    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("Thiếu trang 2 của giấy chứng nhận.")
    expect(page.locator("[name=decision][value=return]")).to_be_checked()
    page.select_option("[name='reason_code.return']", "missing_document")
    page.click(".c-submit button")
    expect(page.locator(".messagelist .success")).to_be_visible()
    context.close()


def test_supervisor_reads_the_ledger_and_the_log(live_server, browser):
    person = StaffAppointmentFactory(role=StaffRole.SUPERVISOR).user
    paths = [
        reverse(f"admin:{name}_changelist")
        for name in (
            "transactions_account",
            "transactions_journal",
            "transactions_incomingtransfer",
            "transactions_tariff",
            "exchange_entry",
            "exchange_evaluation",
            "accounts_staffappointment",
            "catalog_asset",
        )
    ]
    related()
    context = window(browser)
    tab = context.new_page()
    sign_in(tab, live_server.url, person.email, PASSWORD)

    assert faults([look(tab, live_server.url + path) for path in paths]) == {}
    context.close()
