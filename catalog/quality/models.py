"""Quality and freshness of a revision: declared by the owner, measured by the exchange."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE
from catalog.quality import scores
from exchange.transparency.rows import Logged


class QualityStatement(models.Model):
    """Step 5 of a revision; `measured` holds figures from the file with their numerators and denominators."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="quality")
    frequency = models.CharField(_("Update frequency"), max_length=40, blank=True)  # code list frequency
    last_updated = models.DateField(_("Last update of the data"), null=True, blank=True)
    next_due = models.DateField(null=True, blank=True)
    late_after_days = models.PositiveSmallIntegerField(_("Days after which an update is late"), null=True, blank=True)
    temporal_from = models.DateField(_("Data from"), null=True, blank=True)
    temporal_to = models.DateField(_("Data to"), null=True, blank=True)
    spatial = models.CharField(_("Area covered"), max_length=200, blank=True)
    accurate = models.PositiveSmallIntegerField(_("Accurate"), null=True, blank=True)
    complete = models.PositiveSmallIntegerField(_("Complete"), null=True, blank=True)
    clean = models.PositiveSmallIntegerField(_("Clean"), null=True, blank=True)
    live = models.PositiveSmallIntegerField(_("Live"), null=True, blank=True)
    standardised = models.PositiveSmallIntegerField(_("Standardised"), null=True, blank=True)
    shareable = models.PositiveSmallIntegerField(_("Shareable"), null=True, blank=True)
    declared_method = models.TextField(_("How the declared figures were obtained"), blank=True)
    limitations = models.TextField(_("Known limits and biases"), blank=True)
    standards = models.CharField(_("Standards followed"), max_length=300, blank=True)
    measured = models.JSONField(default=dict, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)

    logged = Logged(
        free=frozenset({"measured", "measured_at"}),  # by a job, from the file, whenever it has been read
        always=frozenset(),
        editable=Q(revision__state__in=EDITABLE),
        unrecorded=Q(revision__state__in=EDITABLE),
    )

    def __str__(self) -> str:
        return f"{self.revision_id}"

    @property
    def criteria(self) -> list[scores.Criterion]:
        """The six criteria, declared beside measured."""
        return scores.criteria({name: getattr(self, name) for name in scores.CRITERIA}, self.measured)

    @property
    def index(self) -> int | None:
        """The measured score; None while nothing was measured."""
        return scores.index(self.measured)
