"""The whole demonstration: datasets on the market, trades at every stage, money that adds up."""

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher
from django.core.management import call_command

from accounts.users.models import User
from catalog.offers.models import Listing
from catalog.offers.states import ListingState
from exchange.demo.services import load
from exchange.demo.trades import SCRIPT
from transactions.disputes.models import Dispute
from transactions.invariants.checks import breaches
from transactions.ledger.selectors import balance, total
from transactions.orders.models import Order
from transactions.orders.owners import split_of
from transactions.orders.states import OrderState
from transactions.payouts.models import Payout, PayoutBatch
from transactions.statements.models import LineBooking
from transactions.statements.selectors import reconciliation

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def storage(settings, tmp_path):
    """Files of the demonstration in a folder of their own."""
    settings.MEDIA_ROOT = str(tmp_path)


def test_the_demonstration_plays_to_every_stage_and_loads_once(storage, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

    assert load() is True
    assert load() is False
    assert Listing.objects.filter(state=ListingState.LISTED).count() >= 12
    stages = list(Order.objects.order_by("pk").values_list("state", flat=True))
    assert sorted(stages) == sorted(row.stage for row in SCRIPT)
    done = Order.objects.get(state=OrderState.COMPLETED, disputes=None)
    assert balance(f"escrow:{done.number}") == 0
    mediated, divided = Dispute.objects.select_related("order").order_by("pk")
    joint = {part.owner.short_name: (part.basis_points, part.amount) for part in split_of(done)}
    assert joint == {"BNNMT": (6_667, 2_515_459), "BTC": (3_333, 1_257_541)}
    assert balance("payout:clearing") == done.seller_share == 3_773_000
    paid = Payout.objects.filter(batch__state="approved").values_list("organisation__short_name", "amount")
    assert dict(paid) == {name: amount for name, (_share, amount) in joint.items()}
    assert balance(f"seller:payable:{done.seller_id}") == 0
    assert balance(f"seller:payable:{divided.order.seller_id}") == divided.order.seller_share * 3 // 4
    assert (mediated.state, mediated.order.is_disputed) == ("mediation", True)
    assert (divided.outcome, divided.order.state) == ("split", OrderState.COMPLETED)
    assert balance(f"buyer:refundable:{divided.order.buyer_id}") == divided.refund == divided.order.total // 4
    assert balance(f"escrow:{divided.order.number}") == 0
    assert total() == 0
    kept = set(User.objects.filter(email__endswith="@demo.example").values_list("password", flat=True))
    assert len(kept) == 1
    assert check_password(settings.DEMO_PASSWORD, kept.pop())
    assert identify_hasher(User.objects.get(email="giam-sat@demo.example").password).algorithm == "argon2"
    assert list(PayoutBatch.objects.order_by("pk").values_list("state", flat=True)) == ["approved", "prepared"]
    money = reconciliation()
    assert (money.difference, money.unexplained, [line.amount for line in money.not_in_books]) == (-3_300, 0, [-3_300])
    assert list(LineBooking.objects.order_by("pk").values_list("state", "amount")) == [
        ("booked", -11_000),
        ("proposed", -3_300),
    ]
    assert breaches() == []


def test_logins_are_listed_as_json(capsys):
    call_command("demo_accounts", "--json")
    assert '"login": "nguoi-mua.minhhoa@demo.example"' in capsys.readouterr().out
