"""Messages about disputes, and about ending a concluded trade."""

from django.utils.translation import gettext_lazy as _

from exchange.notifications.kinds.kind import REASON, Kind

TITLE = _("It is about “%(title)s”, order %(order)s.")
WORDS = _("Their words: %(text)s")
DISPUTES = {
    "dispute.opened": Kind(
        _("Dispute %(number)s: your answer is needed"),
        (
            _("The other side of the trade opened a dispute. Downloads and payout stand still until it has ended."),
            TITLE,
            WORDS,
            _("Answer by %(due)s; after that the exchange goes on without your answer."),
        ),
    ),
    "dispute.received": Kind(
        _("Dispute %(number)s is open"),
        (_("The other side was asked to answer by %(due)s. Downloads and payout stand still meanwhile."), TITLE),
    ),
    "dispute.remind": Kind(
        _("Dispute %(number)s: your answer is still missing"),
        (TITLE, _("Answer by %(due)s; after that the exchange goes on without your answer.")),
    ),
    "dispute.answered": Kind(
        _("Dispute %(number)s: the other side answered"),
        (TITLE, WORDS, _("A reviewer of the exchange now mediates, by %(due)s.")),
    ),
    "dispute.unanswered": Kind(
        _("Dispute %(number)s goes on without an answer"),
        (TITLE, _("The time for the answer is over. A reviewer of the exchange decides by %(due)s.")),
    ),
    "dispute.added": Kind(_("Dispute %(number)s: the other side added something"), (TITLE, WORDS)),
    "dispute.to_review": Kind(
        _("Dispute %(number)s waits for a reviewer"), (TITLE, _("The next step is due by %(due)s."))
    ),
    "dispute.late": Kind(
        _("Dispute %(number)s: the exchange is late"),
        (
            TITLE,
            _("The exchange should have proposed or decided by %(due)s. Trade and money stand still until it does."),
        ),
    ),
    "dispute.proposed": Kind(
        _("Dispute %(number)s: the exchange proposes a settlement"),
        (TITLE, REASON, _("A signatory of each side accepts or rejects it on the page of the dispute.")),
    ),
    "dispute.accepted": Kind(
        _("Dispute %(number)s: the other side accepted"),
        (TITLE, _("It takes effect at once when your side accepts, too.")),
    ),
    "dispute.rejected": Kind(
        _("Dispute %(number)s: the other side rejected the proposal"),
        (TITLE, _("The mediation goes on.")),
    ),
    "dispute.decided": Kind(
        _("Dispute %(number)s is decided"),
        (TITLE, REASON, _("Either side may appeal once, by %(due)s. After that the decision takes effect.")),
    ),
    "dispute.appealed": Kind(
        _("Dispute %(number)s: the other side appealed"),
        (TITLE, WORDS, _("A second reviewer of the exchange decides by %(due)s.")),
    ),
    "dispute.closed": Kind(
        _("Dispute %(number)s is closed"),
        (TITLE, REASON, _("What was ruled has been carried out; the page of the dispute shows the sums.")),
    ),
    "dispute.withdrawn": Kind(
        _("Dispute %(number)s is withdrawn"),
        (TITLE, REASON, _("The trade goes on where it stood.")),
    ),
    "order.end_asked": Kind(
        _("Order %(number)s: the other side asks to end the trade"),
        (
            _("The other side asks to end the trade in “%(title)s”."),
            REASON,
            _("A signatory of your side agrees or declines; until then the trade goes on."),
        ),
    ),
    "order.end_declined": Kind(
        _("Order %(number)s: the other side does not agree to end the trade"),
        (_("The trade in “%(title)s” goes on."), REASON),
    ),
}
