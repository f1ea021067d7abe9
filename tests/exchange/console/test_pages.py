"""Index, lists and case pages: late first, real figures, a fixed number of queries."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from accounts.access.models import StaffRole
from exchange.common.clock import today
from exchange.console import figures
from tests.exchange.console.conftest import signed_in, staff
from tests.factories.accounts import VerificationCaseFactory
from tests.factories.transactions import HoldFactory, OrderFactory

pytestmark = pytest.mark.django_db


def test_index_shows_work_late_first(desk):
    on_time = VerificationCaseFactory(in_review=True, due_on=today() + dt.timedelta(days=20))
    late = VerificationCaseFactory(in_review=True, due_on=today() - dt.timedelta(days=20))
    due = VerificationCaseFactory(submitted=True, due_on=today())
    hold = HoldFactory(order=OrderFactory(delivering=True))

    page = desk.get("/admin/")

    assert [item.number for item in page.context["work"]] == [
        late.number,
        due.number,
        on_time.number,
        hold.order.number,
    ]
    totals = page.context["console_totals"]
    assert (totals.waiting, totals.late, totals.today) == (4, 1, 1)
    queue = {queue.source.key: queue for queue in page.context["console_queues"]}
    assert (queue["participants"].waiting, queue["participants"].late, queue["holds"].waiting) == (3, 1, 1)
    assert queue["transfers"].waiting == 0 if "transfers" in queue else True


def test_my_work_is_what_i_hold(desk, reviewer):
    VerificationCaseFactory(in_review=True)
    mine = VerificationCaseFactory(in_review=True, holder=reviewer)

    page = desk.get("/admin/", {"scope": "mine"})

    assert [item.number for item in page.context["work"]] == [mine.number]


def test_queues_by_role():
    keys = {
        role: [queue.source.key for queue in signed_in(staff(role)).get("/admin/").context["console_queues"]]
        for role in StaffRole.values
    }

    everything = ["participants", "registrations", "listings", "trades", "disputes", "holds", "transfers"]
    everything += ["payouts", "bookings"]
    assert keys == {
        StaffRole.REVIEWER: everything[:-3],
        StaffRole.FINANCE: everything,
        StaffRole.SUPERVISOR: [*everything, "log"],
        StaffRole.ADMINISTRATOR: [],
    }


def test_index_and_lists_cost_a_fixed_number_of_queries(desk, work, django_assert_max_num_queries):
    for _ in range(5):
        VerificationCaseFactory(in_review=True)
        HoldFactory(order=OrderFactory(legality=True))

    with django_assert_max_num_queries(22):
        desk.get("/admin/")
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        with django_assert_max_num_queries(16):
            desk.get(url)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_every_kind_opens(work, language):
    client = signed_in(staff(StaffRole.SUPERVISOR))
    translation.activate(language)
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        listed = client.get(reverse(f"admin:{name}_changelist"))
        assert listed.status_code == 200
        for record in listed.context["cl"].result_list[:2]:
            assert client.get(reverse(f"admin:{name}_change", args=[record.pk])).status_code == 200
            assert client.get(reverse(f"admin:{name}_history", args=[record.pk])).status_code == 200


def test_case_pages_stay_within_their_budget(desk, work, django_assert_max_num_queries):
    for name, record in work.items():
        with django_assert_max_num_queries(36):
            assert desk.get(reverse(f"admin:{name}_change", args=[record.pk])).status_code == 200


def test_search_finds_by_number_and_name(desk, work):
    case = work["accounts_verificationcase"]

    page = desk.get(reverse("admin:accounts_verificationcase_changelist"), {"q": case.organisation.name_vi})

    assert [row.pk for row in page.context["cl"].result_list] == [case.pk]


def test_queue_filter_shows_what_waits(desk, work):
    OrderFactory(completed=True)

    page = desk.get(reverse("admin:transactions_order_changelist"), {"queue": "waiting"})

    assert [row.pk for row in page.context["cl"].result_list] == [work["transactions_order"].pk]


def test_drafts_of_participants_stay_theirs(desk):
    draft = VerificationCaseFactory()

    assert desk.get(reverse("admin:accounts_verificationcase_change", args=[draft.pk])).status_code == 404
    page = desk.get(reverse("admin:accounts_verificationcase_changelist"))
    assert not list(page.context["cl"].result_list)


def test_weeks_count_decisions_of_people_and_their_waiting_time(reviewer):
    assert [week.decided for week in figures.weeks(today())] == [0] * figures.WEEKS
