"""Class and protection of a revision: the axes of the law, each answered by the owner (law.md 1.3)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.organisations.models import OrganisationKind
from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE
from catalog.classification.steps import CLOSED, FIELDS
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


class Reach(models.TextChoices):
    """Whether one of the three kinds of takers may have the data (State, organisations, persons)."""

    YES = "yes", _("Yes")
    CONDITIONAL = "conditional", _("On conditions")
    NO = "no", pgettext_lazy("access", "No")


class ProcessingBasis(models.TextChoices):
    """On what ground personal data is processed (Law 91/2025)."""

    CONSENT = "consent", _("Consent of the people described")
    CONTRACT = "contract", _("A contract with the people described")
    STATE = "state", _("Work of a State body by law")
    LAW = "law", _("Another provision of law")
    URGENT = "urgent", _("Protection of life or health in an emergency")


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
    people_described = models.CharField(_("People described"), max_length=300, blank=True)
    processing_basis = models.CharField(
        _("Ground of processing"), max_length=10, choices=ProcessingBasis, blank=True
    )  # consent or another ground of Law 91/2025
    impact_file = models.CharField(_("Impact assessment"), max_length=200, blank=True)
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
    for_state = models.CharField(_("State bodies"), max_length=12, choices=Reach, blank=True)
    for_firms = models.CharField(_("Enterprises and other organisations"), max_length=12, choices=Reach, blank=True)
    for_persons = models.CharField(_("Natural persons"), max_length=12, choices=Reach, blank=True)
    limit_reason = models.CharField(_("Reason of the limit"), max_length=40, blank=True)  # code list access_reason
    limit_text = models.CharField(_("Conditions in words"), max_length=500, blank=True)
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

    def reach_of(self, kind: str) -> str:
        """Whether participants of this kind may have the data; empty where the owner was not asked yet."""
        return {
            OrganisationKind.AGENCY: self.for_state,
            OrganisationKind.PROVINCE: self.for_state,
            OrganisationKind.PERSON: self.for_persons,
        }.get(OrganisationKind(kind), self.for_firms)

    @property
    def takers(self) -> list[tuple[str, str]]:
        """The three kinds of takers and what the owner answered, in words."""
        names = ("for_state", "for_firms", "for_persons")
        shown = [(self._meta.get_field(name), getattr(self, f"get_{name}_display")()) for name in names]
        return [(str(field.verbose_name), str(answer)) for field, answer in shown if answer]

    @property
    def is_closed_by_sharing(self) -> bool:
        """Whether the sharing nature says that not everybody may have the data."""
        return self.sharing in CLOSED

    @property
    def answers(self) -> dict[str, Any]:
        """Every answer of step 4 by its name."""
        return {name: getattr(self, name) for name in FIELDS}

    @property
    def is_personal(self) -> bool:
        """Whether the data identifies people."""
        return self.subject in (Subject.PERSONAL_BASIC, Subject.PERSONAL_SENSITIVE)

    @property
    def badges(self) -> tuple[str, str, str]:
        """Codes of the class badges: sharing nature (State sources), importance, origin."""
        sharing = self.sharing.lower() if self.revision.asset.owner.is_state else ""
        return sharing, self.importance.lower(), self.revision.origin.lower()
