"""Participants and their members."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchange.codes.models import Bank, Province, in_language
from exchange.common.clock import today
from exchange.common.ids import random_ref
from exchange.transparency.rows import Logged


class OrganisationKind(models.TextChoices):
    AGENCY = "agency", _("State agency")
    PROVINCE = "province", _("Provincial or communal authority")
    ENTERPRISE = "enterprise", _("Enterprise")
    INSTITUTE = "institute", _("Institute or university")
    ASSOCIATION = "association", _("Association")
    PERSON = "person", _("Natural person")


class ParticipantState(models.TextChoices):
    APPLICANT = "applicant", pgettext_lazy("participant", "Not verified yet")
    ACTIVE = "active", pgettext_lazy("participant", "Verified")
    SUSPENDED = "suspended", pgettext_lazy("participant", "Suspended")
    CLOSED = "closed", pgettext_lazy("participant", "Closed")


class MemberRole(models.TextChoices):
    OWNER = "owner", pgettext_lazy("member role", "Owner")
    STEWARD = "steward", pgettext_lazy("member role", "Data steward")
    BUYER = "buyer", pgettext_lazy("member role", "Buyer")
    SIGNATORY = "signatory", pgettext_lazy("member role", "Signatory")
    FINANCE = "finance", pgettext_lazy("member role", "Finance officer")


STATE_KINDS = (OrganisationKind.AGENCY, OrganisationKind.PROVINCE)


class OrganisationQuerySet(models.QuerySet):
    def of_member(self, user) -> "OrganisationQuerySet":
        """Organisations a person belongs to now."""
        return self.filter(memberships__user=user, memberships__ended_at__isnull=True)

    def locked(self) -> "OrganisationQuerySet":
        """Rows locked until the transaction ends, in key order."""
        return self.order_by("pk").select_for_update(of=("self",))


class Organisation(models.Model):
    """A participant: an organisation, or a natural person acting for themselves (N314 3.1-3.3)."""

    kind = models.CharField(_("Kind"), max_length=12, choices=OrganisationKind)
    name_vi = models.CharField(_("Name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("Name in English"), max_length=200, blank=True)
    short_name = models.CharField(_("Short name"), max_length=40, blank=True)
    tax_code = models.CharField(_("Tax code"), max_length=14, blank=True)
    agency_code = models.CharField(_("Agency code"), max_length=35, blank=True)
    personal_id_hash = models.CharField(max_length=64, blank=True)  # keyed hash (R9)
    personal_id_tail = models.CharField(max_length=3, blank=True)
    personal_id_sealed = models.BinaryField(null=True, blank=True)  # encrypted, only for the invoice (N254 10.1)
    province = models.ForeignKey(Province, models.PROTECT, verbose_name=_("Province"))
    address = models.CharField(_("Address"), max_length=300, blank=True)
    public_mailbox = models.EmailField(_("Public contact mailbox"), blank=True)
    representative_name = models.CharField(_("Legal representative"), max_length=120, blank=True)
    representative_title = models.CharField(_("Position of the representative"), max_length=120, blank=True)
    bank = models.ForeignKey(Bank, models.PROTECT, null=True, blank=True, verbose_name=_("Bank"))
    bank_account = models.CharField(_("Account number"), max_length=30, blank=True)
    bank_holder = models.CharField(_("Account holder"), max_length=200, blank=True)
    budget_account = models.BooleanField(_("Takes revenue of the State budget"), default=False)  # declared (R59)
    group_code = models.CharField(max_length=40, blank=True)  # same value = related parties (R51)
    is_foreign = models.BooleanField(_("Foreign participant"), default=False)
    state = models.CharField(max_length=10, choices=ParticipantState, default=ParticipantState.APPLICANT)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_until = models.DateField(null=True, blank=True)
    expiry_warnings = models.PositiveSmallIntegerField(default=0)  # sent since the last verification
    eid_level = models.PositiveSmallIntegerField(_("Level of electronic identification"), default=0)  # R3
    eid_checked_on = models.DateField(_("Checked on"), null=True, blank=True)
    eid_linked = models.BooleanField(_("Account of the organisation is linked"), default=False)  # R4
    version = models.PositiveIntegerField(default=1)  # grows with each change: a stale tab is refused
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but("version")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"], condition=~Q(tax_code="") & ~Q(state="closed"), name="tax_code_once"
            ),
            models.UniqueConstraint(
                fields=["agency_code"], condition=~Q(agency_code="") & ~Q(state="closed"), name="agency_code_once"
            ),
            models.UniqueConstraint(
                fields=["personal_id_hash"], condition=~Q(personal_id_hash="") & ~Q(state="closed"), name="person_once"
            ),
            models.CheckConstraint(condition=Q(state__in=ParticipantState.values), name="participant_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["applicant", "closed"]) | Q(verified_at__isnull=False),
                name="verified_participant_has_date",
            ),
            models.CheckConstraint(
                condition=Q(eid_level=0) | Q(eid_level__lte=2, eid_checked_on__isnull=False), name="eid_check_has_date"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The participant's own page, for those who act for it."""
        return reverse("accounts:organisation")

    @property
    def name(self) -> str:
        """Name in the active language."""
        return in_language(self.name_vi, self.name_en)

    @property
    def is_person(self) -> bool:
        """Whether a natural person acts for themselves: no members, no invitations (R87)."""
        return self.kind == OrganisationKind.PERSON

    @property
    def is_state(self) -> bool:
        """Whether data of this participant has a State source (N314 5-6)."""
        return self.kind in STATE_KINDS

    @property
    def is_identified(self) -> bool:
        """Whether a person stands behind the account in law: a personal number, or an electronic identification."""
        return bool(self.personal_id_hash) or self.eid_level > 0

    @property
    def is_active(self) -> bool:
        """Whether the participant is verified and may trade today."""
        return self.state == ParticipantState.ACTIVE and (self.verified_until is None or self.verified_until >= today())


class MembershipQuerySet(models.QuerySet):
    def current(self) -> "MembershipQuerySet":
        """Memberships that have not ended."""
        return self.filter(ended_at__isnull=True)

    def owners(self) -> "MembershipQuerySet":
        """Current memberships with the role of owner."""
        return self.current().filter(roles__contains=[MemberRole.OWNER])


class Membership(models.Model):
    """A person's place in an organisation, with roles."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=10, choices=MemberRole), default=list)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    logged = Logged.but()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ended_at__isnull=True), name="member_once_in_organisation"
            )
        ]
        triggers = [
            pgtrigger.Trigger(  # R10: no staff account is a member of a participant
                name="member_is_no_staff",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM accounts_staffappointment a "
                    "WHERE a.user_id = NEW.user_id AND a.ended_at IS NULL) THEN "
                    "RAISE EXCEPTION 'member_is_no_staff' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}"

    def get_absolute_url(self) -> str:
        """The list of members."""
        return reverse("accounts:member-list")


class InvitationQuerySet(models.QuerySet):
    def open(self) -> "InvitationQuerySet":
        """Invitations that may still be accepted."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """An offer of membership sent to an e-mail address; only the hash of its token is kept."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("E-mail address"))
    roles = ArrayField(models.CharField(max_length=10, choices=MemberRole))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    logged = Logged.but("mailed_at")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.made_at:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        """The list of members."""
        return reverse("accounts:member-list")
