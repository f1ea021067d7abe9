"""Verification cases, their evidence, and the service contract of the exchange."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from accounts.verification.states import CaseState
from exchange.codes.models import in_language
from exchange.common.ids import random_ref
from exchange.files.models import StoredFile
from exchange.transparency.rows import Logged

OPEN_STATES = (CaseState.DRAFT, CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.RETURNED)


class VerificationCaseQuerySet(models.QuerySet):
    def locked(self) -> "VerificationCaseQuerySet":
        """Rows locked until the transaction ends."""
        return self.order_by("pk").select_for_update(of=("self",))

    def waiting(self) -> "VerificationCaseQuerySet":
        """Cases a reviewer has to act on."""
        return self.filter(state__in=[CaseState.SUBMITTED, CaseState.IN_REVIEW])

    def open(self) -> "VerificationCaseQuerySet":
        """Cases that are not decided and have not lapsed."""
        return self.filter(state__in=OPEN_STATES)


class VerificationCase(models.Model):
    """One application of a participant; a rejected case is final, a new one may be opened."""

    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cases")
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.DRAFT)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_text = models.TextField(blank=True)
    reason_fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    proposal = models.JSONField(default=dict, blank=True)  # key details a verified participant wants changed
    snapshot = models.JSONField(default=dict, blank=True)  # facts as submitted, without personal numbers
    reminders_sent = models.PositiveSmallIntegerField(default=0)  # since the last return
    version = models.PositiveIntegerField(default=1)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but(
        "version", "due_on", "reminders_sent", editable=Q(state__in=[CaseState.DRAFT, CaseState.RETURNED])
    )

    objects = VerificationCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification case")
        verbose_name_plural = _("verification cases")
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(state__in=OPEN_STATES), name="one_open_case"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="case_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(decided_by=models.F("submitted_by")),
                name="case_reviewer_is_not_author",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The applicant's page of the case."""
        return reverse("accounts:verification")

    @property
    def is_open(self) -> bool:
        """Whether nothing is decided yet."""
        return self.state in OPEN_STATES

    @property
    def is_with_applicant(self) -> bool:
        """Whether the applicant has to act."""
        return self.state in (CaseState.DRAFT, CaseState.RETURNED)


class EvidenceQuerySet(models.QuerySet):
    def kept(self) -> "EvidenceQuerySet":
        """Papers that still belong to the case."""
        return self.filter(removed_at__isnull=True)


class Evidence(models.Model):
    """A paper of a case: what it proves, and its content."""

    case = models.ForeignKey(VerificationCase, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=40)  # code list evidence_kind
    file = models.ForeignKey(StoredFile, models.PROTECT)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    logged = Logged.but()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"


class ServiceContract(models.Model):
    """A version of the contract between the exchange and a participant (N314 5.2(đ), R88)."""

    version = models.CharField(max_length=20, unique=True)
    text_vi = models.TextField()
    text_en = models.TextField()
    digest = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    logged = Logged.once("valid_to", from_repository=True)  # the loader ends a version when the next one begins

    class Meta:
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return self.version

    @property
    def text(self) -> str:
        """Text in the active language; the Vietnamese one prevails."""
        return in_language(self.text_vi, self.text_en)

    @property
    def clauses(self) -> list[dict[str, str]]:
        """The text in its parts: the title with the parties, then one article after another."""
        parts = (part.partition("\n") for part in self.text.split("\n\n"))
        return [{"title": title, "text": text} for title, _mark, text in parts]


class ServiceContractAcceptance(models.Model):
    """A participant's acceptance of one version; never changed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contract_acceptances")
    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="acceptances")
    digest = models.CharField(max_length=64)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "contract"], name="service_contract_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.contract_id}"
