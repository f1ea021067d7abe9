"""Decisions on trades in the console: held, concluded one by one, proposed and confirmed, returned, refused."""

import pytest

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.rules.models import RuleParameter
from tests.exchange.console.conftest import signed_in, staff
from tests.exchange.console.steps import codes, decide, page_of
from tests.factories.transactions import OrderFactory, listed, trader
from transactions.compliance.services import screen
from transactions.orders.models import Hold

pytestmark = pytest.mark.django_db
ORDER = "transactions_order"


def test_supervisor_holds_a_trade_and_the_reviewer_releases_it(desk):
    order = OrderFactory(delivering=True)
    supervisor = signed_in(staff(StaffRole.SUPERVISOR))
    assert codes(supervisor, ORDER, order) == {"hold": ["hold"]}
    assert codes(desk, ORDER, order) == {"hold": ["hold", "terminate"]}

    decide(supervisor, ORDER, order, "hold", "hold", text="Cần xem xét thêm quan hệ của hai bên.")

    assert Hold.objects.open().filter(order=order).exists()
    assert codes(supervisor, ORDER, order) == {"none": []}
    assert "release" in codes(desk, ORDER, order)["hold"]
    assert decide(supervisor, ORDER, order, "hold", "release", text="Tôi tự bỏ giữ lại.").status_code == 403
    decide(desk, ORDER, order, "hold", "release", text="Hai bên đã giải trình đầy đủ.")
    assert not Hold.objects.open().filter(order=order).exists()


def test_too_short_a_reason_of_a_hold_is_refused_beside_the_text(desk):
    order = OrderFactory(delivering=True)

    answer = decide(desk, ORDER, order, "hold", "hold", text="?")

    assert answer.status_code == 409
    assert [anchor for anchor, _words in answer.context["errors"]] == ["text-hold"]


@pytest.fixture
def related():
    """A trade of two firms of one group: R51 holds it for a decision."""
    listing = listed(revision__asset__owner__group_code="nhom-1")
    order = OrderFactory(accepted=True, listing=listing, buyer=trader(group_code="nhom-1"))
    screen(order_id=order.pk, actor=Actor.system("legality"))
    order.refresh_from_db()
    return order


WHY = "Đã xem xét quan hệ, giá trong dải."


def test_held_findings_are_concluded_one_by_one(desk, related):
    page = desk.get(page_of(ORDER, related)).context["case"]
    approve = page.decisions[0].options[0]
    assert [rule for rule, _words in approve.holds] == ["R51"]
    assert [finding.rule for finding in page.open_findings] == ["R51"]

    refused = decide(desk, ORDER, related, "legality", "approve", text=WHY)

    assert refused.status_code == 409
    assert [anchor for anchor, _words in refused.context["errors"]] == ["cleared-approve-legality"]
    assert (
        decide(desk, ORDER, related, "legality", "approve", text=WHY, **{"cleared.approve": ["R51"]}).status_code == 302
    )
    related.refresh_from_db()
    assert related.state == "cleared"
    made = related.legality_decisions.get()
    assert (made.verdict, made.cleared_rules, made.text) == ("clear", ["R51"], WHY)
    assert made.number in [earlier.number for earlier in desk.get(page_of(ORDER, related)).context["case"].earlier]


def test_above_the_threshold_one_proposes_and_another_confirms(desk, related):
    RuleParameter.objects.filter(name="four_eyes_amount").update(value=1)
    second = signed_in(staff(StaffRole.REVIEWER))
    post = {"text": WHY, "cleared.approve": ["R51"]}

    decide(desk, ORDER, related, "legality", "approve", **post)

    related.refresh_from_db()
    assert (related.state, related.legality_decisions.get().verdict) == ("legality_review", "propose")
    mine = desk.get(page_of(ORDER, related)).context["case"].decisions[0]
    assert [option.code for option in mine.options] == ["return", "reject"]
    theirs = second.get(page_of(ORDER, related)).context["case"].decisions[0]
    assert [option.code for option in theirs.options] == ["approve", "return", "reject"]
    assert WHY in theirs.eyes[0].who
    assert decide(desk, ORDER, related, "legality", "approve", **post).status_code == 409
    assert decide(second, ORDER, related, "legality", "approve", **post).status_code == 302
    related.refresh_from_db()
    assert related.state == "cleared"


def test_trade_is_returned_to_the_buyer(desk, related):
    reason = {"reason_code.return": "purpose_unclear", "text": "Nêu rõ bộ phận nào sẽ dùng dữ liệu."}

    assert decide(desk, ORDER, related, "legality", "return", **reason).status_code == 409
    assert (
        decide(
            desk, ORDER, related, "legality", "return", **reason, **{"fields.return": ["use_description"]}
        ).status_code
        == 302
    )

    related.refresh_from_db()
    assert (related.state, related.reason_fields) == ("returned", ["use_description"])


def test_trade_is_refused_with_an_article(desk, related):
    reason = {"reason_code.reject": "barred_data", "text": "Dữ liệu không được giao dịch."}

    assert decide(desk, ORDER, related, "legality", "reject", **reason).status_code == 409
    assert (
        decide(desk, ORDER, related, "legality", "reject", **reason, **{"article.reject": "DL-42.3"}).status_code == 302
    )

    related.refresh_from_db()
    assert related.state == "refused"


def test_member_of_a_side_decides_nothing(related):
    person = staff(StaffRole.REVIEWER)
    related.buyer.memberships.create(user=person, roles=["buyer"], ended_at=related.created_at)

    panel = signed_in(person).get(page_of(ORDER, related)).context["case"].decisions[0]

    assert panel.conflict
    assert panel.options == []
