"""Messages about registrations and listings."""

from django.utils.translation import gettext_lazy as _

from exchange.notifications.kinds.kind import ASKED, REASON, Kind

CATALOGUE = {
    "registration.submitted": Kind(
        _("Registration %(number)s was received"),
        (_("The registration of “%(title)s” was received. A reviewer answers by %(due)s."),),
    ),
    "registration.withdrawn": Kind(
        _("Registration %(number)s was taken back"),
        (_("Your organisation took the registration of “%(title)s” back. It is a draft again and can be changed."),),
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
    "listing.withdrawn": Kind(
        _("Offer %(listing)s was taken back"),
        (_("Your organisation took the offer of “%(title)s” back. It is a draft again and can be changed."),),
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
    "listing.shared": Kind(
        _("%(number)s is listed; your organisation shares in its revenue"),
        (
            _("%(seller)s offers “%(title)s” and named your organisation as one of its owners."),
            _("Your share stands on the page of earnings. If it is not what was agreed, tell the exchange."),
        ),
    ),
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
    "offers.suspend": Kind(
        _("Your offers are off the market"),
        (
            _("The trading account is suspended or its verification has expired: %(count)s offers were suspended."),
            _("They come back by themselves when the account is active and verified again. Running orders go on."),
        ),
    ),
    "offers.restore": Kind(
        _("Your offers are on the market again"),
        (_("The trading account is active again: %(count)s offers can be ordered."),),
    ),
    "offers.remove": Kind(
        _("Your offers have ended"),
        (_("The trading account is closed: %(count)s offers were ended. Running orders go on."),),
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
