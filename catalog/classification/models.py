"""Class and protection of a revision: the axes of the law, each answered by the owner (law.md 1.3)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE
from exchange.transparency.rows import Logged


class Sharing(models.TextChoices):
    OPEN = "OPEN", _("Open")
    SHARED = "SHARED", _("Shared")
    INTERNAL = "INTERNAL", _("Internal use")


class Importance(models.TextChoices):
    OTHER = "OTHER", _("Other")
    IMPORTANT = "IMPORTANT", _("Important")
    CORE = "CORE", _("Core")


class Subject(models.TextChoices):
    NON_PERSONAL = "NON_PERSONAL", _("No personal data")
    DEIDENTIFIED = "DEIDENTIFIED", _("De-identified")
    PERSONAL_BASIC = "PERSONAL_BASIC", _("Basic personal data")
    PERSONAL_SENSITIVE = "PERSONAL_SENSITIVE", _("Sensitive personal data")


class Secrecy(models.TextChoices):
    NONE = "NONE", _("Not a State secret")
    STATE_SECRET = "STATE_SECRET", _("State secret of any degree")


class Access(models.TextChoices):
    ANYONE = "anyone", _("Anyone may download")
    ACCOUNT = "account", _("Verified account")
    REQUEST = "request", _("On request, the seller accepts each order")
    NAMED = "named", _("Named organisations only")


class Classification(models.Model):
    """Step 4 of a revision."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="classification")
    sharing = models.CharField(_("Sharing nature"), max_length=10, choices=Sharing, blank=True)
    importance = models.CharField(_("Importance"), max_length=10, choices=Importance, blank=True)
    importance_item = models.CharField(_("Item of the Prime Minister's list"), max_length=40, blank=True)
    subject = models.CharField(_("Personal data"), max_length=20, choices=Subject, blank=True)
    secrecy = models.CharField(_("State secrecy"), max_length=12, choices=Secrecy, blank=True)
    basis = models.CharField(_("Instrument of the classification"), max_length=200, blank=True)
    keeps_log = models.BooleanField(_("A processing log is kept for at least 6 months"), default=False)  # R109
    risk_assessed_on = models.DateField(_("Day of the last risk assessment"), null=True, blank=True)  # R109
    layer = models.CharField(_("Data layer"), max_length=40, blank=True)  # code list data_layer
    domain = models.CharField(_("Domain"), max_length=40, blank=True)  # code list domain
    citizen_count = models.BigIntegerField(_("Number of citizens described"), null=True, blank=True)
    is_published = models.BooleanField(_("This data has already been lawfully published"), default=False)  # R108
    publication_proof = models.CharField(_("Proof of publication"), max_length=300, blank=True)
    deid_method = models.TextField(_("Method of de-identification"), blank=True)
    deid_fields = ArrayField(
        models.CharField(max_length=200), verbose_name=_("Fields that were treated"), default=list, blank=True
    )
    deid_test = models.CharField(_("Re-identification test and its result"), max_length=300, blank=True)
    deid_group = models.PositiveIntegerField(_("Smallest group in the test (k)"), null=True, blank=True)
    deid_assessor = models.CharField(_("Assessor"), max_length=200, blank=True)
    deid_on = models.DateField(_("Day of the assessment"), null=True, blank=True)
    deid_key_kept = models.BooleanField(_("A key that restores identities is kept"), default=False)
    may_leave_vietnam = models.BooleanField(_("The data may leave Viet Nam"), default=False)
    storage_place = models.CharField(_("Place of storage"), max_length=200, blank=True)
    security_level = models.PositiveSmallIntegerField(_("Security level of the hosting system"), null=True, blank=True)
    retention = models.CharField(_("Retention and disposal"), max_length=300, blank=True)
    access = models.CharField(_("Access conditions"), max_length=10, choices=Access, blank=True)
    prohibited_declared = models.BooleanField(_("None of the groups of Article 42.3 of the Law on Data"), default=False)
    classified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    classified_on = models.DateField(null=True, blank=True)

    logged = Logged(
        always=frozenset(),
        editable=Q(revision__state__in=EDITABLE),
        unrecorded=Q(revision__state__in=EDITABLE),
    )

    def __str__(self) -> str:
        return f"{self.revision_id}"

    @property
    def describes_people(self) -> bool:
        """Whether the data is, or was made from, data about people."""
        return self.subject not in ("", Subject.NON_PERSONAL)

    @property
    def badges(self) -> tuple[str, str, str]:
        """Codes of the class badges: sharing nature (State sources), importance, origin."""
        sharing = self.sharing.lower() if self.revision.asset.owner.is_state else ""
        return sharing, self.importance.lower(), self.revision.origin.lower()
