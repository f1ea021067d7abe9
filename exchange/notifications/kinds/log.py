"""Messages about the public log, to supervisors."""

from django.utils.translation import gettext_lazy as _

from exchange.notifications.kinds.kind import Kind

LOG = {
    "log.discrepancies": Kind(
        _("Records differ from the public log"),
        (_("The nightly comparison found %(count)s records that are not what the log says. Look into each of them."),),
    ),
    "log.witness": Kind(
        _("A witness refuses the log"),
        (
            _("The witness %(witness)s refuses what the log shows it (%(problem)s). Treat this as tampering."),
            _("Keep the published files and the database as they are and find out who changed what."),
        ),
    ),
    "log.halted": Kind(
        _("The log is closed"),
        (_("The log refuses to sign (%(code)s). Trades go on; receipts wait. The handbook says what to do."),),
    ),
}
