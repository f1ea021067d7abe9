"""Messages about members, verification files and trading accounts."""

from django.utils.translation import gettext_lazy as _

from exchange.notifications.kinds.kind import ASKED, REASON, Kind

PARTICIPANTS = {
    "member.joined": Kind(
        _("A new member joined your organisation"),
        (_("%(person)s accepted the invitation and is now a member of %(organisation)s."),),
    ),
    "member.ended": Kind(_("Your membership has ended"), (_("You are no longer a member of %(organisation)s."),)),
    "case.submitted": Kind(
        _("File %(number)s was received"),
        (
            _("The verification file of %(organisation)s was received."),
            _("A reviewer answers by %(due)s."),
        ),
    ),
    "case.taken": Kind(
        _("File %(number)s is under review"),
        (_("A reviewer has begun to check the file of %(organisation)s and answers by %(due)s."),),
    ),
    "case.assigned": Kind(
        _("File %(number)s was handed to you"), (_("You now hold the file of %(organisation)s. Decide by %(due)s."),)
    ),
    "case.returned": Kind(
        _("File %(number)s: supplement requested"),
        (
            _("The exchange asks %(organisation)s to supplement its file by %(due)s."),
            ASKED,
        ),
    ),
    "case.reminder": Kind(
        _("Reminder: supplement file %(number)s"),
        (_("Supplement the file of %(organisation)s by %(due)s, or it lapses."),),
    ),
    "case.rejected": Kind(
        _("File %(number)s was rejected"),
        (
            _("The verification of %(organisation)s was rejected. A new file can be opened."),
            REASON,
        ),
    ),
    "case.verified": Kind(
        _("File %(number)s: verified"), (_("%(organisation)s is verified and may trade until %(due)s."),)
    ),
    "case.lapsed": Kind(
        _("File %(number)s has lapsed"),
        (_("The file of %(organisation)s was not supplemented in time. A new file can be opened."),),
    ),
    "factor.reset": Kind(
        _("Your second factor was reset"),
        (
            _("An administrator of the exchange took the second factor off your account: its loss was reported."),
            _("Sign in with your password and set it up anew. If you did not ask for this, tell the exchange at once."),
        ),
    ),
    "participant.expiring": Kind(
        _("Your verification ends soon"),
        (_("%(organisation)s is verified until %(due)s. Send a new file before that day, so that trading goes on."),),
    ),
    "participant.expired": Kind(
        _("Your verification has ended"),
        (
            _("The verification of %(organisation)s ended after %(due)s. Its offers are off the market."),
            _("Open and send a new file; the offers come back when it is verified."),
        ),
    ),
    "participant.suspend": Kind(
        _("The trading account is suspended"),
        (
            _("The trading account of %(organisation)s is suspended."),
            REASON,
        ),
    ),
    "participant.restore": Kind(
        _("The trading account is restored"),
        (
            _("The trading account of %(organisation)s is active again."),
            REASON,
        ),
    ),
    "participant.close": Kind(
        _("The trading account is closed"),
        (
            _("The trading account of %(organisation)s is closed."),
            REASON,
        ),
    ),
}
