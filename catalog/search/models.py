"""One row a registered asset, written in the same transaction as the record it mirrors."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, TextField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation
from catalog.assets.models import Asset
from catalog.offers.models import Listing, granted_to
from exchange.codes.selectors import label

GOOD_QUALITY = 90  # design guide, section 5: the gold badge


class Fold(Func):
    """SQL vn_fold: lower case without Vietnamese marks."""

    function = "vn_fold"
    arity = 1
    output_field = TextField()


class CatalogueEntryQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "CatalogueEntryQuerySet":
        """What this viewer may find: public entries, one's own, and those offered to one's organisation by name."""
        if may(actor, "catalog.view_asset"):
            return self.all()
        seen = Q(is_public=True)
        if actor.organisation is not None:
            seen |= Q(owner=actor.organisation) | Q(listing__in=granted_to(actor.organisation))
        return self.filter(seen)


class CatalogueEntry(models.Model):
    """What the catalogue shows and searches of one registered asset."""

    asset = models.OneToOneField(Asset, models.CASCADE, related_name="catalogue_entry")
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    certificate = models.CharField(max_length=20, blank=True)
    title_vi = models.CharField(max_length=110)
    title_en = models.CharField(max_length=110, blank=True)
    summary_vi = models.CharField(max_length=255, blank=True)
    summary_en = models.CharField(max_length=255, blank=True)
    owner_name = models.CharField(max_length=200)
    body = models.TextField(blank=True)  # description, keywords, columns, numbers, other names, in both languages
    theme = models.CharField(max_length=40)
    sharing = models.CharField(max_length=10, blank=True)
    importance = models.CharField(max_length=10, blank=True)
    origin = models.CharField(max_length=10, blank=True)
    access = models.CharField(max_length=10, blank=True)
    formats = ArrayField(models.CharField(max_length=10), default=list)
    price_kind = models.CharField(max_length=10, blank=True)  # "" = registered, not for trade
    price = models.BigIntegerField(default=0)
    frequency = models.CharField(max_length=40, blank=True)
    province = models.CharField(max_length=2, blank=True)
    row_count = models.BigIntegerField(null=True, blank=True)
    quality = models.PositiveSmallIntegerField(null=True, blank=True)
    is_public = models.BooleanField(default=True)  # False: listing for named organisations only
    sort_title = models.CharField(max_length=120)
    registered_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    order_count = models.PositiveIntegerField(default=0)
    sv = models.GeneratedField(
        db_persist=True,
        output_field=SearchVectorField(),
        expression=SearchVector("title_vi", "title_en", config="simple", weight="A")
        + SearchVector(
            Fold(F("title_vi")), Fold(Coalesce(F("title_en"), models.Value(""))), config="simple", weight="B"
        )
        + SearchVector(Fold(F("owner_name")), config="simple", weight="C")
        + SearchVector(Fold(F("body")), config="simple", weight="D"),
    )
    sv_title = models.GeneratedField(
        db_persist=True,
        output_field=SearchVectorField(),
        expression=SearchVector(Fold(F("title_vi")), Fold(Coalesce(F("title_en"), models.Value(""))), config="simple"),
    )

    objects = CatalogueEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        ordering = ["-updated_at", "-pk"]
        indexes = [
            GinIndex(fields=["sv"], name="catalogue_sv", fastupdate=False),
            GinIndex(fields=["sv_title"], name="catalogue_sv_title", fastupdate=False),
            models.Index(fields=["-updated_at", "-id"], name="catalogue_newest"),
            models.Index(fields=["theme"], name="catalogue_theme"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def frequency_label(self) -> str:
        """The update frequency in words."""
        return label("frequency", self.frequency)

    @property
    def access_label(self) -> str:
        """The access condition in words."""
        return label("access_condition", self.access)

    @property
    def is_good(self) -> bool:
        """Whether the measured quality reaches the threshold of the gold badge."""
        return self.quality is not None and self.quality >= GOOD_QUALITY
