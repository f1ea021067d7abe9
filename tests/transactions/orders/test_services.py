"""Placing, answering and ending an order."""

import datetime as dt
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob as Job

from accounts.access.actor import Actor
from accounts.organisations.models import Organisation, OrganisationKind
from catalog.classification.models import Classification
from catalog.offers.models import Listing
from catalog.offers.states import ListingState
from exchange.common import clock
from exchange.common.errors import DomainError, IllegalMove
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.accounts import OrganisationFactory
from tests.factories.catalog import ListingFactory
from tests.factories.transactions import (
    USE,
    OrderFactory,
    acting,
    admit,
    listed,
    reviewer,
    trader,
)
from tests.transactions.refusals import refused, traces
from transactions.orders import services
from transactions.orders.models import Order, OrderEvent
from transactions.orders.states import ORDER_FLOW, OrderState

pytestmark = pytest.mark.django_db
ANSWERS = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}
REASON = {"reason_code": "other", "reason_text": "Không còn phù hợp với kế hoạch."}


def place(listing: Listing, actor: Actor, key: str = "form-1", **answers: str) -> Order:
    return services.request_order(listing_id=listing.pk, idempotency_key=key, actor=actor, **{**ANSWERS, **answers})


# --- request


def test_request_freezes_listing_terms_and_parties():
    listing, buyer = listed(), trader()

    order = place(listing, acting(buyer, "buyer"))

    assert order.state == OrderState.REQUESTED
    assert order.snapshot["terms"]["purposes"] == listing.purposes
    assert order.snapshot["content_hash"] == order.snapshot["content_digest"] == listing.content_hash
    assert order.snapshot["parties"]["buyer"]["name_vi"] == buyer.name_vi
    assert order.snapshot["request"] == ANSWERS
    assert len(order.snapshot_digest) == 64
    assert order.due_on == clock.add_working_days(clock.today(), 5)
    assert order.number.startswith(f"SDL{clock.today().year}")


def test_placing_an_order_stays_within_its_budget_of_statements(django_assert_max_num_queries):
    listing, actor = listed(), acting(trader(), "buyer")
    acting(listing.revision.asset.owner, "steward")
    place(listing, actor, key="first")  # closed lists are read once a process

    with (
        patch("transactions.orders.services.next_order_number", return_value="SDL2026000010P"),  # skips serials
        django_assert_max_num_queries(20),
    ):
        place(listing, actor, key="second")


def test_request_writes_event_leaf_and_messages_together():
    listing, buyer = listed(), trader()
    steward, actor = acting(listing.revision.asset.owner, "steward"), acting(buyer, "buyer")

    order = place(listing, actor)

    event = order.events.get()
    assert (event.action, event.before, event.after) == ("request", "draft", "requested")
    assert (event.user, event.acting_for) == (actor.user, f"organisation:{buyer.pk}")
    assert Entry.objects.get(object_ref=order.log_ref).kind == "order.request"
    told = {(message.recipient, message.kind) for message in Message.objects.all()}
    assert told == {(steward.user, "order.requested"), (actor.user, "order.received")}


def test_changing_the_offer_later_leaves_the_order_as_it_was():
    listing = listed()
    order = place(listing, acting(trader(), "buyer"))

    Listing.objects.filter(pk=listing.pk).update(price=9_000_000, purposes=["journalism"])
    accepted = services.accept_order(order_id=order.pk, actor=acting(order.seller, "steward"))

    assert accepted.price == 2_000_000


def test_same_key_returns_the_first_order():
    listing, actor = listed(), acting(trader(), "buyer")
    first = place(listing, actor)
    before = traces()

    again = place(listing, actor)

    assert again == first
    assert traces() == before


def test_same_key_with_other_answers_is_refused():
    listing, actor = listed(), acting(trader(), "buyer")
    first = place(listing, actor)

    refusal = refused("key_reused", place, listing, actor, purpose="internal_analysis")

    told = f"{refusal.message} {refusal.fields}"
    known = (first.number, first.buyer.name_vi, first.seller.name_vi, actor.user.email, actor.user.full_name, USE)
    assert [word for word in known if word in told] == []


def test_same_key_of_another_person_makes_another_order():
    listing = listed()

    orders = {place(listing, acting(trader(), "buyer"), key="same").pk for _ in range(2)}

    assert len(orders) == 2


def test_organisation_cannot_buy_from_itself():
    listing = listed()

    refused("same_organisation", place, listing, acting(listing.revision.asset.owner, "buyer"))


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        (OrganisationKind.ENTERPRISE, {"for_firms": "no"}, "not_for_your_kind"),
        (OrganisationKind.INSTITUTE, {"for_firms": "no"}, "not_for_your_kind"),
        (OrganisationKind.AGENCY, {"for_state": "no"}, "not_for_your_kind"),
        (OrganisationKind.PERSON, {"for_persons": "no"}, "not_for_your_kind"),
        (OrganisationKind.ENTERPRISE, {"for_state": "no", "for_persons": "no"}, ""),
        (OrganisationKind.ENTERPRISE, {"for_firms": "conditional"}, ""),
    ],
)
def test_who_may_not_have_the_data_cannot_order_it(kind, answer, code):
    listing, buyer = listed(), trader()
    Classification.objects.filter(revision=listing.revision).update(**answer)
    Organisation.objects.filter(pk=buyer.pk).update(kind=kind)
    buyer.refresh_from_db()

    if code:
        refused(code, place, listing, acting(buyer, "buyer"))
    else:
        assert place(listing, acting(buyer, "buyer")).state == "requested"


def test_unverified_buyer_is_refused():
    refused("buyer_not_ready", place, listed(), acting(admit(OrganisationFactory()), "buyer"))


def test_buyer_without_service_contract_is_refused():
    refused("buyer_not_ready", place, listed(), acting(OrganisationFactory(active=True), "buyer"))


def test_suspended_seller_cannot_sell():
    listing = listed()
    owner = listing.revision.asset.owner
    owner.state = "suspended"
    owner.save(update_fields=["state"])

    refused("not_on_offer", place, listing, acting(trader(), "buyer"))


@pytest.mark.parametrize("state", [ListingState.SUSPENDED, ListingState.SUSPENDED_BY_SELLER, ListingState.DELISTED])
def test_listing_off_the_market_cannot_be_ordered(state):
    listing = listed()
    Listing.objects.filter(pk=listing.pk).update(state=state)

    refused("not_on_offer", place, listing, acting(trader(), "buyer"))


def test_listing_for_named_organisations_needs_a_grant():
    refused("not_on_offer", place, listed(named=True), acting(trader(), "buyer"))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"purpose": "journalism"}, "purpose"),
        ({"territory": "WORLD"}, "territory"),
        ({"storage_place": "MOON"}, "storage_place"),
        ({"use_description": "   ngắn   "}, "use_description"),
    ],
)
def test_answers_outside_the_offer_are_refused_beside_their_field(answers, field):
    refusal = refused("answers", place, listed(), acting(trader(), "buyer"), **answers)

    assert set(refusal.fields) == {field}


def test_exclusive_right_of_another_bars_the_same_scope():
    listing = listed(is_exclusive=True)
    OrderFactory(listing=listing, paid=True, purpose="research")

    refused("exclusive_right", place, listing, acting(trader(), "buyer"))


def test_exclusive_right_leaves_other_purposes_free():
    listing = listed(is_exclusive=True)
    OrderFactory(listing=listing, paid=True, purpose="derived_product")

    assert place(listing, acting(trader(), "buyer")).state == OrderState.REQUESTED


def test_exclusive_right_that_has_ended_bars_nobody():
    listing = listed(is_exclusive=True)
    long_ago = clock.now() - dt.timedelta(days=800)
    OrderFactory(listing=listing, completed=True, purpose="research", state_since=long_ago)

    assert place(listing, acting(trader(), "buyer")).state == OrderState.REQUESTED


def test_only_buyers_of_an_organisation_order():
    listing, organisation = listed(), trader()

    for actor in (Actor(), Actor.system("clock"), acting(organisation, "steward", "owner"), reviewer()):
        before = traces()
        with pytest.raises((PermissionDenied, DomainError)):
            place(listing, actor)
        assert traces() == before


# --- answer


def test_accept_freezes_figures_tariffs_and_queues_the_check():
    order = OrderFactory()

    services.accept_order(order_id=order.pk, actor=acting(order.seller, "steward"))

    order.refresh_from_db()
    assert (order.price, order.vat, order.total) == (2_000_000, 200_000, 2_200_000)
    assert (order.fee, order.fee_vat, order.seller_share) == (40_000, 4_000, 2_156_000)
    assert len(order.quote["tariff_ids"]) == 3
    assert order.quote["vat_code"] == "VAT10"
    assert Job.objects.get(task_name="transactions.compliance.screen").args == {"order_id": order.pk}


def test_accepting_a_free_order_freezes_zeros():
    order = OrderFactory(free=True)

    services.accept_order(order_id=order.pk, actor=acting(order.seller, "steward"))

    order.refresh_from_db()
    assert order.is_free
    assert order.quote["tariff_ids"] == []


def test_accept_is_refused_when_the_vat_treatment_has_ended():
    order = OrderFactory()
    order.snapshot["offer"]["vat_treatment"] = "VAT7"
    order.save(update_fields=["snapshot"])

    refused("vat_not_in_force", services.accept_order, order_id=order.pk, actor=acting(order.seller, "steward"))
    order.refresh_from_db()
    assert order.state == OrderState.REQUESTED


def test_decline_keeps_code_and_text_and_tells_the_buyer():
    order = OrderFactory()
    buyer = acting(order.buyer, "buyer")

    services.decline_order(
        order_id=order.pk,
        reason_code="cannot_supply",
        reason_text="  Tạm ngừng cung cấp trong quý này.  ",
        actor=acting(order.seller, "steward"),
    )

    order.refresh_from_db()
    assert (order.state, order.reason_code) == (OrderState.DECLINED, "cannot_supply")
    assert order.reason_text == "Tạm ngừng cung cấp trong quý này."
    message = Message.objects.get(recipient=buyer.user)
    assert (message.kind, message.context["text"]) == ("order.declined", order.reason_text)


@pytest.mark.parametrize(
    ("reason", "fields"),
    [
        ({"reason_code": "", "reason_text": "Lý do đủ dài."}, {"reason_code"}),
        ({"reason_code": "wrong_order", "reason_text": "Lý do đủ dài."}, {"reason_code"}),  # a buyer's reason
        ({"reason_code": "other", "reason_text": "ngắn"}, {"reason_text"}),
        ({"reason_code": "", "reason_text": ""}, {"reason_code", "reason_text"}),
    ],
)
def test_decline_needs_code_and_text(reason, fields):
    order = OrderFactory()

    refusal = refused(
        "reason_missing", services.decline_order, order_id=order.pk, actor=acting(order.seller, "steward"), **reason
    )

    assert set(refusal.fields) == fields


@pytest.mark.parametrize("stage", ["requested", "accepted", "legality", "returned", "cleared", "signing"])
def test_buyer_may_withdraw_until_the_contract_is_concluded(stage):
    order = OrderFactory(**{stage: True})

    services.withdraw_order(order_id=order.pk, actor=acting(order.buyer, "buyer"), **REASON)

    order.refresh_from_db()
    assert order.state == OrderState.WITHDRAWN
    assert order.due_on is None


@pytest.mark.parametrize("stage", ["contracted", "awaiting_payment", "paid", "delivering", "completed"])
def test_buyer_may_not_withdraw_from_a_concluded_contract(stage):
    order = OrderFactory(**{stage: True})

    refused("illegal_move", services.withdraw_order, order_id=order.pk, actor=acting(order.buyer, "buyer"), **REASON)


def test_the_right_person_on_another_order_is_refused():
    order, other = OrderFactory(), OrderFactory()

    for call, side in ((services.decline_order, "seller"), (services.withdraw_order, "buyer")):
        before = traces()
        with pytest.raises(PermissionDenied):
            call(order_id=order.pk, actor=acting(getattr(other, side)), **REASON)
        assert traces() == before


# --- the table


ACTIONS = sorted({step.action for step in ORDER_FLOW.moves})


@pytest.mark.slow
@pytest.mark.parametrize("state", OrderState.values)
def test_move_follows_the_table_and_writes_one_event_and_one_leaf(state):
    order = OrderFactory(frozen=False, state=state)

    for action in ACTIONS:
        with transaction.atomic():
            order.refresh_from_db()
            if ORDER_FLOW.allows(state, action):
                services.move(order, action, actor=Actor.system("test"))
                order.refresh_from_db()
                assert (order.state, order.version) == (ORDER_FLOW.after(state, action), 2)
                assert OrderEvent.objects.get().before == state
                assert Entry.objects.get().kind == f"order.{action}"
            else:
                before = traces()
                with pytest.raises(IllegalMove):
                    services.move(order, action, actor=Actor.system("test"))
                assert traces() == before
            transaction.set_rollback(True)


def test_events_cannot_be_changed_or_removed():
    event = OrderFactory(accepted=True).events.first()

    for attempt in (lambda: OrderEvent.objects.update(action="pay"), event.delete):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            attempt()
    assert OrderEvent.objects.get(pk=event.pk).action == "request"


def test_listing_of_another_seller_is_untouched():
    listing = ListingFactory(listed=True, priced=True)
    place(listed(), acting(trader(), "buyer"))

    listing.refresh_from_db()
    assert listing.version == 1
