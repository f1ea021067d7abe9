"""A returned order comes back changed: a new record, a new evaluation, only by its buyer."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from catalog.classification.models import Classification
from exchange.notifications.models import Message
from exchange.rules.models import Evaluation
from exchange.rules.selectors import latest_evaluation
from tests.factories.transactions import (
    USE,
    acting,
    listed,
    reviewer,
    trader,
)
from tests.transactions.compliance.steps import RETURN, related, relist, screened
from tests.transactions.refusals import refused, traces
from transactions.compliance import services
from transactions.orders.models import Hold, Order
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db
ANSWERS = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}
WHY = "Đã xem xét quan hệ, giá trong dải."


def returned() -> Order:
    order = related()
    services.return_(order_id=order.pk, actor=reviewer(), **RETURN)
    order.refresh_from_db()
    return order


def test_supplement_gives_a_new_record_and_a_new_evaluation():
    order, someone = returned(), reviewer()
    old = order.snapshot_digest

    services.supplement(
        order_id=order.pk,
        answers={**ANSWERS, "use_description": USE + " Do phòng kế hoạch thực hiện."},
        text="Đã bổ sung tên bộ phận sử dụng.",
        actor=acting(order.buyer, "buyer"),
    )

    order.refresh_from_db()
    assert order.state == OrderState.LEGALITY_REVIEW
    assert order.snapshot["request"]["purpose"] == order.purpose == "research"
    assert order.snapshot_digest != old
    assert (order.reason_code, order.reason_fields) == ("", [])
    assert latest_evaluation(order, "ORD").pk != Evaluation.objects.order_by("pk").first().pk
    assert Message.objects.get(recipient=someone.user, kind="order.supplemented")


def test_supplement_that_removes_a_finding_lifts_its_hold():
    listing = listed(territories=["VN", "ASEAN"])
    Classification.objects.filter(revision=listing.revision).update(may_leave_vietnam=True)
    order = screened(listing=relist(listing), storage_place="ASEAN")
    assert [hold.rule for hold in order.holds.open()] == ["R66"]
    services.return_(order_id=order.pk, actor=reviewer(), **RETURN)

    services.supplement(
        order_id=order.pk, answers=ANSWERS, text="Chuyển nơi lưu trữ về Việt Nam.", actor=acting(order.buyer, "buyer")
    )

    assert not order.is_held
    assert Hold.objects.get().conclusion


@pytest.mark.parametrize(
    ("change", "text", "code"),
    [
        ({"purpose": "journalism"}, "Đã bổ sung đầy đủ.", "answers"),
        ({"use_description": "ngắn"}, "Đã bổ sung đầy đủ.", "answers"),
        ({}, "ngắn", "text_missing"),
    ],
)
def test_supplement_must_fit_the_offer_and_say_what_changed(change, text, code):
    order = returned()

    refused(
        code,
        services.supplement,
        order_id=order.pk,
        answers={**ANSWERS, **change},
        text=text,
        actor=acting(order.buyer, "buyer"),
    )


def test_only_the_buyer_supplements():
    order = returned()

    for actor in (Actor(), reviewer(), acting(order.seller), acting(trader())):
        before = traces()
        with pytest.raises(PermissionDenied):
            services.supplement(order_id=order.pk, answers=ANSWERS, text="Đã bổ sung đầy đủ.", actor=actor)
        assert traces() == before
