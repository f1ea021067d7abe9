"""Drawing up a contract and confirming it; one changed byte stops everything."""

import datetime as dt

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob as Job

from accounts.access.actor import Actor
from catalog.licences.models import LicenceTemplate
from exchange.common import clock
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.accounts import PASSWORD, MembershipFactory, actor_of
from tests.factories.exchange import RuleParameterFactory
from tests.factories.transactions import HoldFactory, OrderFactory, acting, listed, reviewer, trader
from tests.transactions import refusals
from tests.transactions.refusals import traces
from transactions.contracts import policies, selectors, services
from transactions.contracts.models import Contract, ContractAcceptance, PasswordAttempt
from transactions.contracts.text import digest
from transactions.orders.models import Order
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("contracts")


def confirm(order: Order, actor: Actor, **change) -> ContractAcceptance:
    given = {"order_id": order.pk, "digest": order.contract.digest, "password": PASSWORD, "actor": actor}
    return services.accept_contract(**{**given, **change})


def refused(code: str, order: Order, actor: Actor, **change) -> None:
    refusals.refused(code, confirm, order, actor, **change)


def tamper(contract: Contract, **change) -> None:
    """Change the stored contract as somebody at the database would."""
    with pgtrigger.ignore("transactions.Contract:contract_frozen"):  # noqa: TID251 - plays who tampers at the database
        Contract.objects.filter(pk=contract.pk).update(**change)


# --- drawing up


def test_contract_is_written_from_the_frozen_record():
    order = OrderFactory(cleared=True)

    services.draw_up(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    contract = order.contract
    assert order.state == OrderState.SIGNING
    assert contract.terms_digest == order.cleared_digest
    assert contract.digest == digest(contract.text_vi, contract.text_en, contract.odrl)
    assert order.seller.name_vi in contract.text_vi
    assert order.number in contract.text_vi
    assert "2.200.000 đồng" in contract.text_vi
    assert contract.odrl["@type"] == "Agreement"
    assert contract.odrl["assignee"] == f"urn:vn-data-exchange:participant:{order.buyer_id}"
    assert selectors.is_intact(contract)


def test_renaming_a_party_later_changes_no_word():
    order = OrderFactory(cleared=True)
    type(order.buyer).objects.filter(pk=order.buyer_id).update(name_vi="Tên khác")

    services.draw_up(order_id=order.pk, actor=SYSTEM)

    assert "Tên khác" not in Contract.objects.get().text_vi


def test_drawing_up_twice_makes_one_contract():
    order = OrderFactory(cleared=True)

    for _ in range(2):
        services.draw_up(order_id=order.pk, actor=SYSTEM)

    assert Contract.objects.count() == 1
    assert Entry.objects.filter(kind="order.draw_up").count() == 1


def test_signatories_of_both_sides_are_told():
    order = OrderFactory(cleared=True)
    people = {acting(side, "signatory").user for side in (order.buyer, order.seller)}
    acting(order.buyer, "steward")

    services.draw_up(order_id=order.pk, actor=SYSTEM)

    assert {message.recipient for message in Message.objects.filter(kind="order.signing")} == people


@pytest.mark.parametrize("field", ["cleared_digest", "snapshot_digest"])
def test_a_record_other_than_the_cleared_one_is_held_and_not_signed(field):
    order = OrderFactory(cleared=True)
    Order.objects.filter(pk=order.pk).update(**{field: "0" * 64})

    services.draw_up(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    assert order.state == OrderState.CLEARED
    assert order.holds.get().rule == "integrity"
    assert not Contract.objects.exists()


def test_a_changed_record_is_held_and_not_signed():
    order = OrderFactory(cleared=True)
    order.snapshot["terms"]["purposes"].append("journalism")
    order.save(update_fields=["snapshot"])

    services.draw_up(order_id=order.pk, actor=SYSTEM)

    assert order.holds.get().reason == "record_changed"
    assert not Contract.objects.exists()


def test_a_template_without_a_mandatory_clause_is_held_and_not_signed():
    order = OrderFactory(cleared=True)
    template = LicenceTemplate.objects.get(code="HD-02")
    LicenceTemplate.objects.filter(pk=template.pk).update(text_vi=template.text_vi.replace("{audit}", ""))

    services.draw_up(order_id=order.pk, actor=SYSTEM)

    hold = order.holds.get()
    assert hold.reason == "clauses_missing:audit"
    assert hold.sentence == "Mẫu giấy phép thiếu điều khoản bắt buộc của hợp đồng (R52): quyền kiểm tra."


def test_the_clauses_a_contract_needs_are_those_of_the_dated_parameter():
    order = OrderFactory(cleared=True)
    RuleParameterFactory(
        name="contract_clauses", value=["purpose", "impact_assessment"], valid_from=dt.date(2026, 6, 1), approved=True
    )

    services.draw_up(order_id=order.pk, actor=SYSTEM)

    assert order.holds.get().reason == "clauses_missing:impact_assessment"
    assert not Contract.objects.exists()


# --- confirming


def test_both_signatories_conclude_and_payment_is_asked():
    order = OrderFactory(signing=True)
    buyer, seller = (acting(side, "signatory") for side in (order.buyer, order.seller))

    confirm(order, buyer)
    order.refresh_from_db()
    assert order.state == OrderState.SIGNING
    assert Message.objects.get(recipient=seller.user).kind == "order.other_side_signed"

    confirm(order, seller)
    order.refresh_from_db()
    assert order.state == OrderState.CONTRACTED
    assert {a.side: a.accepted_by for a in order.contract.acceptances.all()} == {
        "buyer": buyer.user,
        "seller": seller.user,
    }
    assert [e.kind for e in Entry.objects.order_by("pk")] == ["contract.accept", "contract.accept", "order.conclude"]
    assert Job.objects.get(task_name="transactions.payments.ask_payment").args == {"order_id": order.pk}


def test_a_free_contract_opens_access_at_once():
    order = OrderFactory(signing=True, free=True)

    for side in (order.buyer, order.seller):
        confirm(order, acting(side, "signatory"))

    assert Job.objects.filter(task_name="transactions.delivery.open_access").count() == 1
    assert not Job.objects.filter(task_name="transactions.payments.ask_payment").exists()


def test_one_side_confirms_once():
    order = OrderFactory(signing=True)
    confirm(order, acting(order.buyer, "signatory"))

    refused("already_accepted", order, acting(order.buyer, "signatory"))


def test_one_person_never_confirms_for_both_sides():
    order = OrderFactory(signing=True)
    buyer = acting(order.buyer, "signatory")
    both = actor_of(MembershipFactory(user=buyer.user, organisation=order.seller, roles=["signatory"]))
    confirm(order, buyer)

    refused("same_person", order, both)


def test_the_digest_shown_must_be_the_stored_one():
    order = OrderFactory(signing=True)

    refused("digest_differs", order, acting(order.buyer, "signatory"), digest="0" * 64)


def test_a_held_order_is_not_signed():
    order = OrderFactory(signing=True)
    HoldFactory(order=order)

    refused("held", order, acting(order.buyer, "signatory"))


@pytest.mark.parametrize("stage", ["contracted", "awaiting_payment", "completed"])
def test_a_concluded_contract_takes_no_further_confirmation(stage):
    order = OrderFactory(**{stage: True})

    refused("illegal_move", order, acting(order.buyer, "signatory"))


def test_an_exclusive_right_granted_meanwhile_stops_the_second():
    listing = listed(is_exclusive=True)
    late = OrderFactory(listing=listing, signing=True)
    confirm(late, acting(late.buyer, "signatory"))
    OrderFactory(listing=listing, contracted=True)

    refused("exclusive_right", late, acting(late.seller, "signatory"))


def test_only_signatories_of_the_two_sides_confirm():
    order = OrderFactory(signing=True)
    strangers = [
        acting(trader(), "signatory"),
        acting(order.buyer, "owner", "buyer", "steward", "finance"),
        reviewer(),
        Actor(),
        SYSTEM,
    ]

    for actor in strangers:
        before = traces()
        with pytest.raises(PermissionDenied):
            confirm(order, actor)
        assert traces() == before
        assert not policies.can_accept_contract(actor, order, order.contract)


# --- password


def test_a_wrong_password_confirms_nothing_and_is_counted():
    order = OrderFactory(signing=True)
    actor = acting(order.buyer, "signatory")

    refused("wrong_password", order, actor, password="guess")

    assert PasswordAttempt.objects.get().user == actor.user


def test_too_many_wrong_passwords_close_the_door_for_a_while():
    order = OrderFactory(signing=True)
    actor = acting(order.buyer, "signatory")
    for _ in range(5):
        refused("wrong_password", order, actor, password="guess")

    refused("too_many_attempts", order, actor)
    PasswordAttempt.objects.update(made_at=clock.now() - dt.timedelta(minutes=16))
    confirm(order, actor)

    assert order.contract.acceptances.count() == 1


# --- integrity


@pytest.mark.parametrize(
    "change",
    [
        lambda c: {"text_vi": c.text_vi.replace("2.200.000", "2.200.001")},
        lambda c: {"text_en": c.text_en + " "},
        lambda c: {"odrl": {**c.odrl, "uid": "urn:x"}},
        lambda c: {"digest": "0" * 64},
        lambda c: {"text_vi": "x", "digest": digest("x", c.text_en, c.odrl)},
    ],
)
def test_one_changed_byte_is_noticed(change):
    contract = OrderFactory(contracted=True).contract
    assert selectors.is_intact(contract)

    tamper(contract, **change(contract))

    assert not selectors.is_intact(Contract.objects.get(pk=contract.pk))


def test_a_changed_contract_cannot_be_confirmed():
    order = OrderFactory(signing=True)
    tamper(order.contract, text_vi=order.contract.text_vi + " ")

    refused("contract_changed", order, acting(order.buyer, "signatory"))


def test_the_database_refuses_to_change_contracts_and_confirmations():
    contract = OrderFactory(contracted=True).contract

    for attempt in (
        lambda: Contract.objects.filter(pk=contract.pk).update(text_vi="x"),
        lambda: ContractAcceptance.objects.update(digest="x"),
        contract.acceptances.first().delete,
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            attempt()
