"""The register: an asset keeps its number, its revisions carry the content."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation
from catalog.assets.filed import Filed
from catalog.assets.states import EDITABLE, OPEN_STATES, UNSENT, RevisionState
from exchange.codes.models import Province, in_language
from exchange.files.models import StoredFile
from exchange.transparency.rows import Logged


class Claim(models.TextChoices):
    ORIGIN = "origin", _("Lawful origin of the data")
    HOLD = "hold", _("Right to hold")
    USE = "use", _("Right to use")
    OPERATE = "operate", _("Right to operate and trade")
    CONTRACT = "contract", _("Contract with a third party")
    CONSENT = "consent", _("Consent of the people or organisations described")
    IMPACT = "impact", _("Impact assessment of personal data")
    DEID = "deid", _("De-identification report")
    PRICE = "price", _("Basis of the price")


class Origin(models.TextChoices):
    ORIGINAL = "ORIGINAL", _("Original data")
    DERIVED = "DERIVED", _("Value-added product")


class AssetQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "AssetQuerySet":
        """Assets of the organisation acted for that were not deleted; staff see those that were sent."""
        if actor.is_staff and not may(actor, "catalog.view_asset"):
            return self.none()
        revisions = Revision.objects.filter(asset=models.OuterRef("pk"))
        if actor.is_staff:
            return self.filter(models.Exists(revisions.exclude(state__in=UNSENT)))
        if actor.organisation is None:
            return self.none()
        left = models.Exists(revisions.exclude(state=RevisionState.DISCARDED))
        return self.filter(left, owner=actor.organisation)


class Asset(models.Model):
    """A data asset of a participant; `live` is the registered revision everybody sees."""

    number = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="assets")
    live = models.OneToOneField("Revision", models.PROTECT, null=True, blank=True, related_name="live_of")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("data asset")
        verbose_name_plural = _("data assets")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The owner's page of the asset."""
        return reverse("catalog:register-detail", kwargs={"number": self.number})


class RevisionQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "RevisionQuerySet":
        """Revisions of the organisation acted for that were not deleted; staff see those that were sent."""
        if actor.is_staff:
            return self.exclude(state__in=UNSENT) if may(actor, "catalog.view_asset") else self.none()
        if actor.organisation is None:
            return self.none()
        return self.filter(asset__owner=actor.organisation).exclude(state=RevisionState.DISCARDED)

    def locked(self) -> "RevisionQuerySet":
        """Rows locked until the transaction ends."""
        return self.order_by("pk").select_for_update(of=("self",))


class Revision(Filed):
    """One version of an asset's description: steps 1 (what and whose) and 3 (origin and rights) stand here."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=RevisionState, default=RevisionState.DRAFT)
    steps_done = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every saved step: a stale second tab is refused
    # 1 what and whose
    title_vi = models.CharField(_("Title in Vietnamese"), max_length=110, blank=True)
    title_en = models.CharField(_("Title in English"), max_length=110, blank=True)
    summary_vi = models.CharField(_("Short description"), max_length=255, blank=True)
    summary_en = models.CharField(_("Short description in English"), max_length=255, blank=True)
    description_vi = models.TextField(_("Full description"), max_length=20_000, blank=True)
    description_en = models.TextField(_("Full description in English"), max_length=20_000, blank=True)
    kind = models.CharField(_("Kind of asset"), max_length=40, blank=True)  # code list asset_kind
    theme = models.CharField(_("Theme"), max_length=40, blank=True)  # code list theme
    keywords = ArrayField(models.CharField(max_length=60), verbose_name=_("Keywords"), default=list, blank=True)
    other_names = models.CharField(_("Acronyms and other names"), max_length=200, blank=True)
    publisher = models.CharField(_("Publisher"), max_length=200, blank=True)  # blank: the owner itself
    province = models.ForeignKey(Province, models.PROTECT, null=True, blank=True, verbose_name=_("Province covered"))
    system_of_record = models.CharField(_("Source system"), max_length=200, blank=True)
    source_id = models.CharField(_("Identifier in the source system"), max_length=100, blank=True)
    is_core_dataset = models.BooleanField(_("Core dataset or master data"), default=False)
    master_entity = models.CharField(_("Master data entity"), max_length=100, blank=True)
    steward_name = models.CharField(_("Data steward"), max_length=120, blank=True)
    contact_mailbox = models.EmailField(_("Public contact mailbox"), blank=True)
    # 3 origin and rights
    origin = models.CharField(_("Origin"), max_length=10, choices=Origin, blank=True)
    how_obtained = models.CharField(_("How the data was obtained"), max_length=40, blank=True)  # code list how_obtained
    legal_basis = models.CharField(_("Legal basis of collection"), max_length=300, blank=True)
    parents = models.TextField(_("Input sources"), blank=True)
    method = models.TextField(_("Method"), blank=True)
    inputs_permit_resale = models.BooleanField(
        _("Every input licence permits derived products for sale"), default=False
    )
    right_hold = models.BooleanField(_("Right to hold"), default=False)
    right_use = models.BooleanField(_("Right to use"), default=False)
    right_operate = models.BooleanField(_("Right to operate and trade"), default=False)
    third_party_rights = models.TextField(_("Rights of third parties"), blank=True)
    ip_notes = models.TextField(_("Intellectual property"), blank=True)
    truth_declared = models.BooleanField(_("Declaration of truth"), default=False)
    # the end of it
    certificate_number = models.CharField(max_length=20, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    logged = Logged.but(
        "version",
        "due_on",
        "reminders_sent",
        "updated_at",
        editable=Q(state__in=EDITABLE),
        unrecorded=Q(state=RevisionState.DRAFT),
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["certificate_number"], condition=~Q(certificate_number=""), name="certificate_number_once"
            ),
            models.UniqueConstraint(
                fields=["asset"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_revision",
            ),
            models.CheckConstraint(condition=Q(state__in=RevisionState.values), name="revision_state_known"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="revision_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(decided_by=models.F("submitted_by")),
                name="revision_reviewer_is_not_author",
            ),
            models.CheckConstraint(
                condition=~Q(state="registered") | (~Q(content_hash="") & ~Q(certificate_number="")),
                name="registered_has_hash_and_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}/{self.number}"

    @property
    def title(self) -> str:
        """Title in the active language."""
        return in_language(self.title_vi, self.title_en)

    @property
    def summary(self) -> str:
        """Short description in the active language."""
        return in_language(self.summary_vi, self.summary_en)

    @property
    def is_derived(self) -> bool:
        """Whether this is a value-added product (N314 7.6)."""
        return self.origin == Origin.DERIVED

    def current_evidence(self) -> "models.QuerySet[RightsEvidence]":
        """Papers that were not removed."""
        return self.rights_evidence.filter(removed_at__isnull=True).select_related("file")


class RightsEvidence(models.Model):
    """A paper that proves origin or a right (R29)."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="rights_evidence")
    claim = models.CharField(_("What the paper proves"), max_length=20, choices=Claim)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    logged = Logged(
        always=frozenset(),
        editable=Q(revision__state__in=EDITABLE),
        unrecorded=Q(revision__state__in=EDITABLE),
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.claim}"
