"""Words of the six quality criteria: name, and what the share is of."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "accurate": (_("Accurate"), _("Share of values that agree with the source, in percent")),
    "complete": (_("Complete"), _("Share of mandatory values that are filled, in percent")),
    "clean": (_("Clean"), _("Share of records without duplicates and format errors, in percent")),
    "live": (_("Live"), _("Share of updates made on time, in percent")),
    "standardised": (_("Standardised"), _("Share of fields that follow a common standard or code list, in percent")),
    "shareable": (_("Shareable"), _("Share of records that can be linked by a common key, in percent")),
}
