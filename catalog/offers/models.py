"""A listing: a registered revision, terms and a price, for an audience."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation, ParticipantState
from catalog.assets.filed import Filed
from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from catalog.licences.models import Derivation, LicenceTemplate, Onward
from catalog.offers.shares import commitment, in_percent
from catalog.offers.states import CURRENT_STATES, EDITABLE, ListingState
from exchange.common.clock import today
from exchange.files.models import StoredFile
from exchange.transparency.rows import Logged


class PriceKind(models.TextChoices):
    FREE = "free", _("Free of charge")
    ONE_OFF = "one_off", _("Fixed price, paid once")


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    NAMED = "named", _("Named organisations")


def group_name(organisation: Organisation) -> str:
    """The group that holds an organisation's grants; whoever acts for the organisation has them."""
    return f"organisation:{organisation.pk}"


def granted_to(organisation: Organisation) -> models.QuerySet:
    """Keys of listings an organisation may see by name (guardian's direct table)."""
    return ListingGroupObjectPermission.objects.filter(
        group__name=group_name(organisation), permission__codename="see_listing"
    ).values("content_object_id")


def seller_may_trade(day: dt.date, owner: str = "revision__asset__owner") -> Q:
    """Rows whose seller is verified on a day; a suspension counts at once, before its offers are moved (R8)."""
    lasting = Q(**{f"{owner}__verified_until__isnull": True}) | Q(**{f"{owner}__verified_until__gte": day})
    return Q(**{f"{owner}__state": ParticipantState.ACTIVE}) & lasting


class ListingQuerySet(models.QuerySet):
    def locked(self) -> "ListingQuerySet":
        """Rows locked until the transaction ends."""
        return self.order_by("pk").select_for_update(of=("self",))

    def current(self) -> "ListingQuerySet":
        """Listings being prepared, reviewed or on the market; at most one a revision."""
        return self.filter(state__in=CURRENT_STATES)

    def on_market(self, actor: Actor) -> "ListingQuerySet":
        """Listings this viewer may see in the catalogue: public ones, one's own, and those granted by name."""
        shown = Q(state=ListingState.LISTED) & seller_may_trade(today())
        if may(actor, "catalog.view_asset"):
            return self.filter(shown)
        seen = Q(audience=Audience.PUBLIC)
        if actor.organisation is not None:
            seen |= Q(revision__asset__owner=actor.organisation) | Q(pk__in=granted_to(actor.organisation))
        return self.filter(shown & seen)

    def visible_to(self, actor: Actor) -> "ListingQuerySet":
        """Listings of the organisation acted for, unless deleted with their draft; staff see those that were sent."""
        if actor.is_staff:
            return self.exclude(state=ListingState.DRAFT) if may(actor, "catalog.view_asset") else self.none()
        if actor.organisation is None:
            return self.none()
        own = self.filter(revision__asset__owner=actor.organisation)
        return own.exclude(revision__state=RevisionState.DISCARDED)


class Listing(Filed):
    """Step 6 of the wizard: what can be ordered, on which terms, at which price (N314 8.2, R31)."""

    number = models.CharField(max_length=20, unique=True)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="listings")
    state = models.CharField(max_length=20, choices=ListingState, default=ListingState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    # price
    price_kind = models.CharField(_("Price"), max_length=10, choices=PriceKind, blank=True)
    price = models.BigIntegerField(_("Price without VAT, in dong"), default=0)
    vat_treatment = models.CharField(_("VAT treatment"), max_length=40, blank=True)  # code list vat_treatment
    price_basis = models.CharField(_("Basis of the price"), max_length=300, blank=True)
    finance_opinion = models.CharField(_("Opinion of the Ministry of Finance"), max_length=200, blank=True)  # R36
    price_method = models.CharField(_("Pricing method"), max_length=20, blank=True)  # code list price_method
    is_shared = models.BooleanField(_("Revenue shared with other owners"), default=False)  # R59
    share_agreement = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Agreement on shares")
    )
    # terms: answers to the clauses of the template
    licence = models.ForeignKey(LicenceTemplate, models.PROTECT, null=True, blank=True)
    purposes = ArrayField(
        models.CharField(max_length=40), verbose_name=_("Permitted purposes"), default=list, blank=True
    )
    territories = ArrayField(models.CharField(max_length=40), verbose_name=_("Territory"), default=list, blank=True)
    term_months = models.PositiveSmallIntegerField(_("Term in months"), null=True, blank=True)
    is_exclusive = models.BooleanField(_("Exclusive"), default=False)
    onward_transfer = models.CharField(_("Onward transfer"), max_length=20, choices=Onward, blank=True)
    derivation = models.CharField(_("Derived products"), max_length=20, choices=Derivation, blank=True)
    attribution = models.CharField(_("Attribution"), max_length=200, blank=True)
    max_users = models.PositiveIntegerField(_("Number of users"), null=True, blank=True)
    delete_within_days = models.PositiveSmallIntegerField(_("Days to delete after the end"), default=30)
    ip_restrictions = models.TextField(_("Restrictions of intellectual property"), blank=True)
    machine_learning = models.BooleanField(_("Training of models permitted"), default=True)
    audience = models.CharField(_("Audience"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    lawful_declared = models.BooleanField(_("Accuracy and lawfulness declared"), default=False)
    # the end of it
    listed_at = models.DateTimeField(null=True, blank=True)

    logged = Logged.but(
        "version", "due_on", "reminders_sent", editable=Q(state__in=EDITABLE), unrecorded=Q(state=ListingState.DRAFT)
    )

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["-pk"]
        permissions = [("see_listing", "May see a listing for named organisations")]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(state__in=CURRENT_STATES),
                name="one_current_listing",
            ),
            models.CheckConstraint(condition=Q(state__in=ListingState.values), name="listing_state_known"),
            models.CheckConstraint(
                condition=Q(price__gte=0, price__lte=1_000_000_000_000), name="listing_price_in_range"
            ),
            models.CheckConstraint(condition=~Q(price_kind="free") | Q(price=0), name="free_listing_costs_nothing"),
            models.CheckConstraint(
                condition=~Q(price_kind="free") | Q(is_shared=False), name="free_listing_shares_nothing"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="listing_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(decided_by=models.F("submitted_by")),
                name="listing_reviewer_is_not_author",
            ),
            models.CheckConstraint(condition=~Q(state="listed") | ~Q(content_hash=""), name="listed_has_content_hash"),
        ]

    def __str__(self) -> str:
        return self.number


class ListingOwnerQuerySet(models.QuerySet):
    def current(self) -> "ListingOwnerQuerySet":
        """Owners that were not taken out again, in their order: the seller first."""
        return self.filter(removed_at__isnull=True).order_by("position", "pk")


class ListingOwner(models.Model):
    """An owner of the data with its share of the revenue; the seller is one of them (N314 6.4, R59)."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="owners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="shares")
    position = models.PositiveSmallIntegerField(default=0)
    basis_points = models.PositiveIntegerField()  # of the seller's share; 10 000 is all of it
    salt = models.CharField(max_length=64)  # of the commitment in the approved content (docs/hashes.md)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    logged = Logged(
        always=frozenset(),
        editable=Q(listing__state__in=EDITABLE),
        unrecorded=Q(listing__state__in=EDITABLE),
    )

    objects = ListingOwnerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "organisation"], condition=Q(removed_at__isnull=True), name="listing_owner_once"
            ),
            models.CheckConstraint(condition=Q(basis_points__lte=10_000), name="share_is_at_most_all"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.organisation_id}"

    @property
    def shown(self) -> str:
        """The share in per cent as the active language writes it: 33,33."""
        return in_percent(self.basis_points)

    @property
    def commitment(self) -> str:
        """What the approved content holds of the share."""
        return commitment(self.organisation.name_vi, self.basis_points, self.salt)


class ListingGrant(models.Model):
    """A named organisation that may see a listing; its members hold the guardian right `see_listing`."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="granted_to")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="granted_listings")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    logged = Logged.but()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "organisation"], condition=Q(ended_at__isnull=True), name="listing_granted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} -> {self.organisation_id}"


class ListingUserObjectPermission(UserObjectPermissionBase):
    """Guardian's direct table for people (tech.md section 4)."""

    content_object = models.ForeignKey(Listing, models.CASCADE)


class ListingGroupObjectPermission(GroupObjectPermissionBase):
    """Guardian's direct table for groups."""

    content_object = models.ForeignKey(Listing, models.CASCADE)
