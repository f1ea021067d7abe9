"""Messages about orders, payments and rights of use."""

from django.utils.translation import gettext_lazy as _

from exchange.notifications.kinds.kind import ASKED, REASON, Kind

TRADE = {
    "order.requested": Kind(
        _("New order %(number)s"),
        (
            _("%(buyer)s asks for the right to use “%(title)s”."),
            _("Accept or decline the order by %(due)s."),
        ),
    ),
    "order.received": Kind(
        _("Order %(number)s was placed"),
        (
            _("Your order for “%(title)s” was sent to %(seller)s."),
            _("The seller answers by %(due)s. You can withdraw the order until the contract is concluded."),
        ),
    ),
    "order.accepted": Kind(
        _("Order %(number)s: accepted by the seller"),
        (
            _("%(seller)s accepted your order for “%(title)s”."),
            _("The exchange now checks its legality; nothing is needed from you."),
        ),
    ),
    "order.declined": Kind(
        _("Order %(number)s: declined by the seller"),
        (
            _("%(seller)s declined your order for “%(title)s”."),
            REASON,
        ),
    ),
    "order.withdrawn": Kind(
        _("Order %(number)s: withdrawn by the buyer"),
        (
            _("%(buyer)s withdrew the order for “%(title)s”."),
            REASON,
        ),
    ),
    "order.returned": Kind(
        _("Order %(number)s: supplement requested"),
        (
            _("The exchange asks you to supplement your order for “%(title)s” by %(due)s."),
            ASKED,
        ),
    ),
    "order.supplemented": Kind(
        _("Order %(number)s was supplemented"),
        (
            _("%(buyer)s supplemented the order for “%(title)s”."),
            _("Decide on its legality by %(due)s."),
        ),
    ),
    "order.to_review": Kind(
        _("Order %(number)s waits for the legality check"),
        (
            _("%(buyer)s orders “%(title)s” from %(seller)s."),
            _("Decide on its legality by %(due)s."),
        ),
    ),
    "order.cleared": Kind(
        _("Order %(number)s: legality confirmed"),
        (
            _("The trade in “%(title)s” passed the legality check."),
            _("The contract is being drawn up for both sides to accept."),
        ),
    ),
    "order.refused": Kind(
        _("Order %(number)s: refused at the legality check"),
        (
            _("The exchange refused the trade in “%(title)s”."),
            REASON,
        ),
    ),
    "order.signing": Kind(
        _("Order %(number)s: accept the contract"),
        (_("The contract on “%(title)s” is ready. Read it and accept it for your organisation by %(due)s."),),
    ),
    "order.other_side_signed": Kind(
        _("Order %(number)s: the other side accepted the contract"),
        (_("The other side accepted the contract on “%(title)s”. Your acceptance is needed by %(due)s."),),
    ),
    "order.contracted": Kind(
        _("Order %(number)s: the contract is concluded"), (_("Both sides accepted the contract on “%(title)s”."),)
    ),
    "order.payment_due": Kind(
        _("Order %(number)s: payment due"),
        (_("Transfer the amount for “%(title)s” by %(due)s. The order page shows account, amount and memo."),),
    ),
    "order.paid": Kind(
        _("Order %(number)s: payment received"), (_("The payment for “%(title)s” arrived in the escrow account."),)
    ),
    "order.delivering": Kind(
        _("Order %(number)s: the data is ready"),
        (
            _("“%(title)s” can now be downloaded on the order page."),
            _("Download it by %(due)s."),
        ),
    ),
    "order.handed_over": Kind(
        _("Order %(number)s: confirm what you received"),
        (_("You downloaded “%(title)s”. Confirm it or object by %(due)s; later it counts as accepted."),),
    ),
    "order.completed": Kind(
        _("Order %(number)s is completed"),
        (_("The trade in “%(title)s” is completed. Its receipt stands on the order page."),),
    ),
    "order.lapsed": Kind(
        _("Order %(number)s has lapsed"),
        (
            _("The order for “%(title)s” ended because a time limit passed."),
            REASON,
        ),
    ),
    "order.cancelled": Kind(
        _("Order %(number)s was cancelled"),
        (
            _("The order for “%(title)s” was cancelled."),
            REASON,
        ),
    ),
    "order.terminated": Kind(
        _("Order %(number)s was terminated"),
        (
            _("The trade in “%(title)s” was terminated."),
            REASON,
        ),
    ),
    "order.held": Kind(
        _("Order %(number)s is on hold"),
        (
            _("The trade in “%(title)s” is on hold until a reviewer has decided."),
            REASON,
        ),
    ),
    "order.released": Kind(
        _("Order %(number)s is no longer on hold"),
        (
            _("The trade in “%(title)s” goes on."),
            _("Conclusion: %(text)s"),
        ),
    ),
    "order.receipt": Kind(
        _("Order %(number)s: receipt of the public log"),
        (
            _("%(event)s: this step of order %(number)s is published in the public log. Its leaf hash: %(leaf)s"),
            _("The attached proof can be checked by anybody, also without us: %(check)s"),
            _("The attached opening shows what was recorded. Keep both; give the opening on only where you want that."),
        ),
        papers="transactions.tracking.receipts.attachments",
    ),
    "order.remind_seller": Kind(
        _("Reminder: order %(number)s waits for your answer"),
        (_("%(buyer)s waits for your answer about “%(title)s”. Accept or decline by %(due)s."),),
    ),
    "order.escalated": Kind(
        _("Order %(number)s is overdue"),
        (_("Your organisation has not answered the order of %(buyer)s for “%(title)s”. It lapses if nobody answers."),),
    ),
    "order.escalated_buyer": Kind(
        _("Order %(number)s: the seller has not answered"),
        (_("%(seller)s has not answered in time; its owners were told. You can wait or withdraw the order."),),
    ),
    "order.remind_buyer": Kind(
        _("Reminder: supplement order %(number)s"),
        (_("Supplement your order for “%(title)s” by %(due)s, or it lapses."),),
    ),
    "payment.mismatched": Kind(
        _("A transfer does not match an order"),
        (_("The transfer %(transfer)s could not be matched. It waits in the queue of reconciliation."),),
    ),
    "payment.settled": Kind(
        _("Order %(number)s: your share was booked"),
        (_("%(amount)s was booked to your organisation for order %(number)s and will be paid out."),),
    ),
    "payout.paid": Kind(
        _("%(amount)s were paid out to your organisation"),
        (_("The bank carried out payout %(reference)s of %(amount)s to your registered account."),),
    ),
    "trading.halted": Kind(
        _("ALARM: trading is stopped"),
        (
            _("The check of the books found %(count)s breaches of %(invariants)s. All trade is stopped."),
            _("Open the console, find the cause, and lift the stop with a reason once it is mended."),
        ),
    ),
    "trading.resumed": Kind(
        _("Trading goes on"),
        (_("The stop of trading was lifted: %(text)s"),),
    ),
    "payment.refunded": Kind(
        _("Order %(number)s: your payment goes back"),
        (
            _("%(amount)s of order %(number)s will be paid back to your registered account."),
            REASON,
        ),
    ),
    "payment.taken_back": Kind(
        _("Order %(number)s: a payment went back to the buyer"),
        (
            _("%(amount)s of order %(number)s goes back to the buyer; your share of it was taken back."),
            REASON,
        ),
    ),
    "payment.share_taken_back": Kind(
        _("Order %(number)s: a part of your share was taken back"),
        (_("A payment of order %(number)s went back to the buyer; %(amount)s of your share were taken back for it."),),
    ),
    "entitlement.suspend": Kind(
        _("Order %(number)s: the right of use is suspended"),
        (
            _("The data of order %(number)s cannot be downloaded for the time being."),
            REASON,
        ),
    ),
    "entitlement.resume": Kind(
        _("Order %(number)s: the right of use is restored"),
        (
            _("The data of order %(number)s can be downloaded again."),
            REASON,
        ),
    ),
    "entitlement.revoke": Kind(
        _("Order %(number)s: the right of use was revoked"),
        (
            _("The right to use the data of order %(number)s has ended."),
            REASON,
        ),
    ),
    "entitlement.expire": Kind(
        _("Order %(number)s: the right of use has expired"),
        (_("The right to use the data of order %(number)s has ended. Delete the copies as the contract says."),),
    ),
}
