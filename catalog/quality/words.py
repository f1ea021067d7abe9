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
# What was counted, by rule of measurement; the sentence stands under the figure.
COUNTED = {
    "complete.mandatory_cells": _("%(numerator)s of %(denominator)s cells of key and mandatory columns are filled."),
    "complete.all_cells": _("%(numerator)s of %(denominator)s cells are filled."),
    "clean.rows_not_repeated": _("%(numerator)s of %(denominator)s rows are not repeated."),
    "clean.keys_not_repeated": _("%(numerator)s of %(denominator)s rows have a key of their own."),
    "clean.values_of_their_type": _("%(numerator)s of %(denominator)s values fit the type of their column."),
    "live.updated_in_time": _("%(numerator)s of %(denominator)s: the last update against the frequency you stated."),
    "standardised.fields_with_unit_or_list": _(
        "%(numerator)s of %(denominator)s number, day and code columns have a unit, a code list or the form of a day."
    ),
    "shareable.conditions": _(
        "%(numerator)s of %(denominator)s conditions hold: readable format, hash, one row of headings and nothing "
        "around the table in UTF-8, a meaning for every column."
    ),
}
