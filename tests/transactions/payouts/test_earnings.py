"""The page of earnings: an organisation's own part of each sale, and nothing of the other side's."""

import pytest
from django.urls import reverse

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.notifications.models import Message
from tests.factories.transactions import OrderFactory, acting, jointly_listed, reviewer, staff
from tests.transactions.payments.test_owners import paid
from tests.transactions.payments.test_refunds import REASON
from transactions.ledger.selectors import balance, total
from transactions.orders.owners import split_of
from transactions.payments.refunds import refund_order
from transactions.payments.services import settle
from transactions.payouts.earnings import bookings_of, earnings, shares_in, standing_of
from transactions.payouts.services import approve_batch, confirm_payout, prepare_batch

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("clock")


@pytest.fixture
def order():
    order = paid(3_333)
    settle(order, actor=SYSTEM)
    return order


@pytest.fixture
def other(order):
    return next(part.owner for part in split_of(order) if part.owner.pk != order.seller_id)


def page(client, actor):
    client.force_login(actor.user)
    return client.get(reverse("transactions:earnings"))


def test_each_owner_reads_its_own_part_and_what_was_taken_back(order, other):
    refund_order(order_id=order.pk, amount=220_000, actor=reviewer(), **REASON)

    for owner, parts in ((other, [-71_860, 718_595]), (order.seller, [-143_740, 1_437_405])):
        lines = earnings(list(bookings_of(owner)), owner)
        assert [line.amount for line in lines] == parts
        assert {line.number for line in lines} == {order.number}
        assert standing_of(owner).due == sum(parts)
    assert {line.url for line in earnings(list(bookings_of(other)), other)} == {""}
    assert standing_of(order.buyer).due == 0


def test_the_page_of_an_owner_names_order_and_part_and_no_secret_of_the_sides(client, order, other):
    answer = page(client, acting(other, "finance"))

    text = answer.content.decode()
    assert order.number in text
    assert "718.595" in text
    assert "33,33%" in text
    for secret in (order.buyer.name_vi, order.use_description, "1.437.405", "66,67", "2.156.000", "2.200.000"):
        assert secret not in text
    assert f'href="{order.get_absolute_url()}"' not in text
    assert client.get(order.get_absolute_url()).status_code == 404


def test_each_part_of_the_page_is_a_place_of_its_own_for_readers_by_ear(client, order, other):
    text = page(client, acting(other, "finance")).content.decode()

    assert [text.count(f'aria-labelledby="{name}"') for name in ("sales", "shares")] == [1, 1]


def test_a_payout_stands_beside_what_is_due(client, order, other):
    officer = staff(StaffRole.FINANCE)
    batch = prepare_batch(actor=officer)
    approve_batch(batch_id=batch.pk, actor=staff(StaffRole.FINANCE))

    text = page(client, acting(other, "owner")).content.decode()

    mine = batch.payouts.get(organisation=other)
    assert (mine.amount, mine.bank_account) == (718_595, other.bank_account)
    assert batch.count == 2
    assert mine.reference in text
    assert batch.payouts.exclude(pk=mine.pk).get().reference not in text
    assert standing_of(other).due == 0


def test_each_owner_is_told_when_the_bank_has_paid_its_own_part(order, other):
    people = {one.pk: acting(one, "finance").user.pk for one in (other, order.seller)}
    batch = prepare_batch(actor=staff(StaffRole.FINANCE))
    approve_batch(batch_id=batch.pk, actor=staff(StaffRole.FINANCE))

    for payout in batch.payouts.all():
        confirm_payout(reference=payout.reference, amount=payout.amount, actor=staff(StaffRole.FINANCE))

    told = dict(Message.objects.filter(kind="payout.paid").values_list("recipient", "context__amount"))
    assert (told[people[other.pk]], told[people[order.seller_id]]) == (718_595, 1_437_405)
    assert (balance("payout:clearing"), balance("bank:escrow"), total()) == (0, -44_000, 0)


def test_the_seller_reads_its_own_part_before_it_accepts(client):
    listing = jointly_listed(3_333)
    order = OrderFactory(listing=listing, frozen=False)
    client.force_login(acting(order.seller, "steward").user)

    text = client.get(reverse("transactions:order-accept", args=[order.number])).content.decode()

    assert "2.156.000" in text
    assert "1.437.405" in text


def test_the_contract_names_the_owners_and_not_their_shares():
    order = OrderFactory(listing=jointly_listed(3_333), signing=True)

    text = order.contract.text_vi

    names = "; ".join(row.organisation.name_vi for row in order.listing.owners.current())
    assert f"theo thỏa thuận với các chủ sở hữu dữ liệu: {names}." in text
    assert not [share for share in ("33,33", "66,67", "33.33", "718.595") if share in text]


def test_shares_are_shown_once_an_offer_reached_the_market():
    listing = jointly_listed(2_500)
    other = listing.owners.current()[1].organisation
    assert [row.basis_points for row in shares_in(other)] == [2_500]

    type(listing).objects.update(state="in_review")
    assert shares_in(other) == []


def test_staff_and_people_without_organisation_have_no_earnings(client):
    for actor in (reviewer(), staff(StaffRole.FINANCE)):
        assert page(client, actor).status_code == 403


def test_the_page_reads_in_a_fixed_number_of_statements(client, order, other, django_assert_max_num_queries):
    second = paid(5_000)
    settle(second, actor=SYSTEM)
    client.force_login(acting(other, "owner").user)

    with django_assert_max_num_queries(20):
        assert client.get(reverse("transactions:earnings")).status_code == 200


def test_the_order_page_shows_staff_the_split_the_seller_its_part_and_the_buyer_names_only(client, order, other):
    address = order.get_absolute_url()
    seen = {}
    for name, actor in (
        ("staff", reviewer()),
        ("seller", acting(order.seller, "steward")),
        ("buyer", acting(order.buyer, "buyer")),
    ):
        client.force_login(actor.user)
        seen[name] = client.get(address).content.decode()

    assert all(other.name in text for text in seen.values())
    assert {name for name, text in seen.items() if "718.595" in text} == {"staff"}
    assert {name for name, text in seen.items() if "1.437.405" in text} == {"staff", "seller"}
    assert {name for name, text in seen.items() if "33,33" in text} == {"staff"}
    assert "66,67" not in seen["buyer"]
