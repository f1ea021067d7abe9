"""Every list holds exactly the rows an oracle names, written here without the code that answers."""

import json

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.organisations.models import Membership, Organisation
from accounts.verification.models import VerificationCase
from catalog.assets.models import Asset, Revision
from catalog.offers.models import Listing
from exchange.notifications.models import Message
from tests.permissions.world import PEOPLE
from transactions.orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOUSE = {"newcomer": "N", "buyer": "B", "owner": "B", "outsider": "C", "seller": "A", "rival": "D"}
READERS = ("reviewer", "finance", "supervisor")
# registered, and not for named houses
PUBLIC = {"listed", "open", "suspended", "paused", "registered", "moderated", "shared", "joint"}
SENT = PUBLIC | {"sent", "review", "named", "retired"}


def numbers(world, names) -> set[str]:
    return {world.objects[f"asset.{name}"]["number"] for name in names}


def found(world, who) -> set[str]:
    """Assets this person finds in the catalogue."""
    named = {"named"} if who in {"buyer", "owner", "seller", *READERS} else set()
    return numbers(world, PUBLIC | named)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_catalogue_and_its_interface(prober, world, who):
    prober.ask("GET", "/api/v1/datasets/?page_size=100", who)
    answer = json.loads(prober.response.content)
    assert {row["number"] for row in answer["results"]} == found(world, who)
    assert answer["count"] == len(found(world, who))

    prober.ask("GET", reverse("catalog:catalogue"), who)
    text = prober.response.content.decode()
    every = set(Asset.objects.values_list("number", flat=True))
    assert {number for number in every if f"/datasets/{number}/" in text} == found(world, who)


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "anon"])
def test_orders(prober, world, who):
    trades = set(Order.objects.values_list("number", flat=True))
    for side, houses in (("", "AB"), ("buyer", "B"), ("seller", "A")):
        prober.ask("GET", reverse("transactions:order-list") + f"?side={side}", who)
        shown = {order.number for order in prober.response.context["orders"]}
        if who in READERS:
            assert shown == trades, side
        else:
            assert shown == (trades if HOUSE.get(who, "-") in houses else set()), side


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "anon"])
def test_registrations(prober, world, who):
    prober.ask("GET", reverse("catalog:register"), who)
    shown = {asset.number for asset in prober.response.context["object_list"]}
    mine = numbers(world, SENT | {"draft"}) if who == "seller" else set()
    assert shown == (numbers(world, SENT) if who in READERS else mine)


@pytest.mark.parametrize("who", sorted(HOUSE))
def test_members_and_invitations(prober, world, who):
    prober.ask("GET", reverse("accounts:member-list"), who)
    house = world.houses[HOUSE[who]]
    members = set(Membership.objects.filter(organisation=house, ended_at=None).values_list("pk", flat=True))
    invited = {world.records["invitation"].pk} if who == "owner" else set()
    assert {row.pk for row in prober.response.context["members"]} == members
    assert {row.pk for row, _labels in prober.response.context["invitations"]} == invited


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "anon"])
def test_inbox(prober, world, who):
    prober.ask("GET", reverse("notifications:inbox"), who)
    mine = set(Message.objects.filter(recipient=world.people[who]).values_list("pk", flat=True))
    shown = {row.pk for row in prober.response.context["object_list"]}
    assert shown == mine
    assert (world.records["message.buyer"].pk in shown) is (who == "buyer")


def oracle(world) -> dict:
    """Rows of the registers of the console that are not simply all."""
    return {
        Asset: {world.records[f"asset.{name}"].pk for name in SENT},
        Revision: {world.records[f"revision.{name}"].pk for name in SENT},
        Listing: {row.pk for key, row in world.records.items() if key.startswith("listing.")},
        VerificationCase: {world.records["case.buyer"].pk},
        Organisation: {house.pk for house in world.houses.values()} | {world.records["organisation"].pk},
    }


@pytest.mark.parametrize("who", READERS)
def test_registers_of_the_console(prober, world, who):
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if prober.ask("GET", url + "?all=", who) != "Y":
            continue
        shown = {row.pk for row in prober.response.context["cl"].queryset}
        expected = oracle(world).get(model, set(model._default_manager.values_list("pk", flat=True)))
        if model is Organisation:
            assert expected <= shown
        else:
            assert shown == expected, model
