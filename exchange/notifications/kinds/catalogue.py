"""Messages about registrations and listings."""

from django.utils.translation import gettext_lazy as _

from exchange.notifications.kinds.kind import ASKED, REASON, Kind

CATALOGUE = {
    "registration.submitted": Kind(
        _("Registration %(number)s was received"),
        (_("The registration of “%(title)s” was received. A reviewer answers by %(due)s."),),
    ),
    "registration.returned": Kind(
        _("Registration %(number)s: supplement requested"),
        (
            _("The exchange asks you to supplement the registration of “%(title)s” by %(due)s."),
            ASKED,
        ),
    ),
    "registration.reminder": Kind(
        _("Reminder: supplement registration %(number)s"),
        (_("Supplement the registration of “%(title)s” by %(due)s, or it lapses."),),
    ),
    "registration.registered": Kind(
        _("%(number)s is registered"), (_("“%(title)s” is registered under certificate %(certificate)s."),)
    ),
    "registration.rejected": Kind(
        _("Registration %(number)s was rejected"),
        (
            _("The registration of “%(title)s” was rejected by decision %(decision)s."),
            REASON,
        ),
    ),
    "registration.lapsed": Kind(
        _("Registration %(number)s has lapsed"), (_("The registration of “%(title)s” was not supplemented in time."),)
    ),
    "listing.submitted": Kind(
        _("Listing of %(number)s was received"),
        (_("The listing of “%(title)s” was received. A reviewer answers by %(due)s."),),
    ),
    "listing.returned": Kind(
        _("Listing of %(number)s: supplement requested"),
        (
            _("The exchange asks you to supplement the listing of “%(title)s” by %(due)s."),
            ASKED,
        ),
    ),
    "listing.reminder": Kind(
        _("Reminder: supplement the listing of %(number)s"),
        (_("Supplement the listing of “%(title)s” by %(due)s, or it lapses."),),
    ),
    "listing.listed": Kind(_("%(number)s is listed"), (_("“%(title)s” is listed and can be ordered."),)),
    "listing.rejected": Kind(
        _("Listing of %(number)s was rejected"),
        (
            _("The listing of “%(title)s” was rejected by decision %(decision)s."),
            REASON,
        ),
    ),
    "listing.lapsed": Kind(
        _("Listing of %(number)s has lapsed"), (_("The listing of “%(title)s” was not supplemented in time."),)
    ),
    "listing.suspended": Kind(
        _("Listing of %(number)s is suspended"),
        (
            _("The exchange suspended the listing of “%(title)s”."),
            REASON,
        ),
    ),
    "listing.restored": Kind(
        _("Listing of %(number)s is restored"),
        (
            _("“%(title)s” can be ordered again."),
            REASON,
        ),
    ),
    "listing.removed": Kind(
        _("Listing of %(number)s was ended"),
        (
            _("The exchange ended the listing of “%(title)s”."),
            REASON,
        ),
    ),
}
