"""An order: one listing, one buyer, frozen terms and figures."""

import re

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation
from catalog.offers.models import Listing
from exchange.codes.models import in_language
from exchange.common.ids import random_ref
from exchange.transparency.rows import Logged
from transactions.orders import reasons
from transactions.orders.states import FINAL_STATES, OrderState

FINDING = re.compile(r"R\d+")  # a hold raised by a rule of the legality check


class OrderQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "OrderQuerySet":
        """Orders of the organisation acted for, on either side; sellers and staff see no drafts."""
        if actor.is_staff:
            return self.exclude(state=OrderState.DRAFT) if may(actor, "transactions.view_order") else self.none()
        if actor.organisation is None:
            return self.none()
        return self.filter(Q(buyer=actor.organisation) | Q(seller=actor.organisation) & ~Q(state=OrderState.DRAFT))

    def locked(self) -> "OrderQuerySet":
        """Rows locked until the transaction ends, in key order."""
        return self.order_by("pk").select_for_update(of=("self",))

    def open(self) -> "OrderQuerySet":
        """Orders that have not reached a final state."""
        return self.exclude(state__in=FINAL_STATES)


class Order(models.Model):
    """A trade. `snapshot` freezes listing, terms and class; figures are frozen when the terms are accepted."""

    number = models.CharField(max_length=25, unique=True)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="purchases")
    seller = models.ForeignKey(Organisation, models.PROTECT, related_name="sales")
    state = models.CharField(max_length=20, choices=OrderState, default=OrderState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    # what the buyer says (R47-R49, R66)
    purpose = models.CharField(_("Purpose of use"), max_length=40)
    territory = models.CharField(_("Territory of use"), max_length=40)
    use_description = models.TextField(_("How the data will be used"), max_length=4000)
    storage_place = models.CharField(_("Place of storage"), max_length=40)  # code list territory
    supplement = models.TextField(blank=True)
    # frozen at request
    snapshot = models.JSONField(default=dict)
    snapshot_digest = models.CharField(max_length=64, blank=True)
    cleared_digest = models.CharField(max_length=64, blank=True)
    # frozen when terms are accepted: whole dong, rates in basis points, ids of the tariff rows
    price = models.BigIntegerField(default=0)
    vat = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    fee_vat = models.BigIntegerField(default=0)
    seller_share = models.BigIntegerField(default=0)
    quote = models.JSONField(default=dict)
    # clocks
    requested_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)  # of the next step
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    state_since = models.DateTimeField(default=timezone.now)
    disputed_at = models.DateTimeField(null=True, blank=True)  # the overlay DISPUTE lies on the order since then
    # review
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason_code = models.CharField(max_length=40, blank=True)
    reason_text = models.TextField(blank=True)
    reason_fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    reason_article = models.CharField(max_length=100, blank=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=64)  # of the form: a double click makes one order
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but("version", "due_on", "reminded_at", "escalated_at")

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(condition=~Q(buyer=F("seller")), name="buyer_is_not_seller"),
            models.CheckConstraint(
                condition=Q(price__gte=0, vat__gte=0, fee__gte=0, fee_vat__gte=0, total=F("price") + F("vat")),
                name="order_total_is_price_and_vat",
            ),
            models.CheckConstraint(
                condition=Q(total=F("seller_share") + F("fee") + F("fee_vat")), name="order_shares_sum_to_total"
            ),
            models.UniqueConstraint(fields=["placed_by", "idempotency_key"], name="order_once_a_form"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Address of the order's page."""
        return reverse("transactions:order-detail", args=[self.number])

    @property
    def title(self) -> str:
        """Title of the dataset as it was ordered, in the active language."""
        listing = self.snapshot.get("listing", {})
        return in_language(listing.get("title_vi", self.number), listing.get("title_en", ""))

    @property
    def is_free(self) -> bool:
        """Whether nothing is to be paid."""
        return self.total == 0

    @property
    def is_held(self) -> bool:
        """Whether a HOLD lies on the order: nothing moves it forward until it is concluded."""
        return self.holds.filter(released_at__isnull=True).exists()

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute is open: deliveries, settlement and payout stand still."""
        return self.disputed_at is not None

    @property
    def is_frozen(self) -> bool:
        """Whether an overlay, HOLD or DISPUTE, stops the order."""
        return self.is_disputed or self.is_held


class OrderEvent(models.Model):
    """One transition: who, acting for whom, from, to, reason. Never changed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    action = models.CharField(max_length=20)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    actor = models.CharField(max_length=80)
    acting_for = models.CharField(max_length=80, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason_code = models.CharField(max_length=40, blank=True)
    reason_text = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but()

    class Meta:
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="order_event_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.action}"


class HoldQuerySet(models.QuerySet):
    def open(self) -> "HoldQuerySet":
        """Holds nobody has concluded yet."""
        return self.filter(released_at__isnull=True)

    def findings(self) -> "HoldQuerySet":
        """Holds raised by a rule of the legality check (R51 …); its decision concludes them one by one."""
        return self.filter(rule__regex=r"^R\d+$")

    def placed_by_people(self) -> "HoldQuerySet":
        """Holds that are not findings: of staff and of integrity."""
        return self.exclude(rule__regex=r"^R\d+$")


class Hold(models.Model):
    """The overlay HOLD: stops an order until an authorised person concludes with a reason."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="holds")
    rule = models.CharField(max_length=20)  # rule id, or supervisor, operator_reviewer, integrity
    reason = models.TextField()
    raised_by = models.CharField(max_length=80)
    raised_at = models.DateTimeField(default=timezone.now)
    concluded_by = models.CharField(max_length=80, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    conclusion = models.TextField(blank=True)

    logged = Logged.but()

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "rule"], condition=Q(released_at__isnull=True), name="one_open_hold_a_rule"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, concluded_by="", conclusion="")
                | Q(released_at__isnull=False) & ~Q(concluded_by="") & ~Q(conclusion=""),
                name="hold_release_has_conclusion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.rule}"

    @property
    def is_finding(self) -> bool:
        """Whether a rule of the legality check raised it (R51 …)."""
        return FINDING.fullmatch(self.rule) is not None

    @property
    def sentence(self) -> str:
        """The reason for people: the rule's sentence in the active language, or what the person wrote."""
        return gettext(self.reason) if self.is_finding else reasons.sentence(self.reason)

    @property
    def title(self) -> str:
        """Who or what laid it."""
        return reasons.title(self.rule)
