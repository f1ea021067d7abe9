"""Rights and the roles that hold them, each with a sentence for people (product rule 2.1)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.models import StaffRole
from accounts.organisations.models import MemberRole


@dataclass(frozen=True)
class Permission:
    """A right: its sentence, the member roles and staff roles that hold it, and whether jobs may use it."""

    name: str
    sentence: str | Promise
    members: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    system: bool = False


OWNER, STEWARD, BUYER, SIGNATORY, FINANCE = MemberRole.values
REVIEWER, STAFF_FINANCE, SUPERVISOR, ADMINISTRATOR = StaffRole.values
EVERY_MEMBER = tuple(MemberRole.values)
EVERY_STAFF = (REVIEWER, STAFF_FINANCE, SUPERVISOR)

_ALL = [
    # accounts
    Permission("accounts.view_organisation", _("Read the organisation's file"), EVERY_MEMBER, EVERY_STAFF),
    Permission("accounts.manage_members", _("Invite members, name their roles, end memberships"), (OWNER,)),
    Permission("accounts.leave_organisation", _("End one's own membership"), EVERY_MEMBER),
    Permission("accounts.edit_organisation", _("Correct the organisation's details"), (OWNER,)),
    Permission("accounts.submit_case", _("Send the file for verification"), (OWNER,)),
    Permission(
        "accounts.accept_service_contract", _("Accept the service contract of the exchange"), (OWNER, SIGNATORY)
    ),
    Permission("accounts.review_case", _("Verify, return or reject a participant's file"), (), (REVIEWER,)),
    Permission("accounts.suspend_participant", _("Suspend, restore or close a participant"), (), (REVIEWER,)),
    Permission("accounts.appoint_staff", _("Appoint staff and end appointments"), (), (ADMINISTRATOR,)),
    Permission(
        "accounts.reset_second_factor",
        _("Take the second factor off an account whose owner lost it"),
        (),
        (ADMINISTRATOR,),
        system=True,
    ),
    Permission("accounts.view_staff", _("Read who holds which staff role"), (), (SUPERVISOR, ADMINISTRATOR)),
    Permission("accounts.lapse_case", _("Let a returned file lapse"), system=True),
    Permission("accounts.warn_of_expiry", _("Tell participants that their verification ends"), system=True),
    # catalog
    Permission("catalog.edit_asset", _("Register and describe data"), (STEWARD,)),
    Permission("catalog.submit_asset", _("Send a registration or a listing for review"), (STEWARD,)),
    Permission("catalog.view_asset", _("Read the organisation's registrations"), EVERY_MEMBER, EVERY_STAFF),
    Permission("catalog.suspend_own_listing", _("Suspend, resume or end one's own listing"), (STEWARD,)),
    Permission("catalog.review_asset", _("Decide registrations and listings"), (), (REVIEWER,)),
    Permission("catalog.suspend_listing", _("Suspend or end a listing for the exchange"), (), (REVIEWER,)),
    Permission("catalog.follow_standing", _("Take offers off the market with their seller's standing"), system=True),
    Permission("catalog.erase_discarded", _("Take the files of a deleted draft off the disk"), system=True),
    Permission("catalog.lapse_asset", _("Let a returned registration lapse"), system=True),
    # transactions
    Permission("transactions.view_order", _("Read the organisation's orders"), EVERY_MEMBER, EVERY_STAFF),
    Permission("transactions.place_order", _("Order data and withdraw an order"), (BUYER,)),
    Permission("transactions.answer_order", _("Accept or decline an order"), (STEWARD,)),
    Permission("transactions.sign_contract", _("Accept a contract for the organisation"), (SIGNATORY,)),
    Permission("transactions.pay_order", _("See payment instructions"), (FINANCE, BUYER)),
    Permission("transactions.receive_data", _("Download data and confirm it"), (BUYER,)),
    Permission("transactions.review_legality", _("Clear, return or refuse a trade"), (), (REVIEWER,)),
    Permission("transactions.hold_order", _("Hold a trade with a reason"), (), (REVIEWER, SUPERVISOR)),
    Permission("transactions.release_hold", _("Release a hold with a reasoned decision"), (), (REVIEWER,)),
    Permission(
        "transactions.dispute_as_buyer", _("Open a dispute as buyer, answer one, hand in papers, appeal"), (BUYER,)
    ),
    Permission(
        "transactions.dispute_as_seller", _("Open a dispute as seller, answer one, hand in papers, appeal"), (STEWARD,)
    ),
    Permission(
        "transactions.settle_dispute",
        _("Accept a ruling in a dispute for the organisation"),
        (SIGNATORY,),
    ),
    Permission("transactions.end_contract", _("Ask or agree to end a concluded trade"), (SIGNATORY,)),
    Permission("transactions.read_evidence", _("Open papers of a dispute"), EVERY_MEMBER, (REVIEWER, SUPERVISOR)),
    Permission("transactions.review_dispute", _("Mediate and decide a dispute"), (), (REVIEWER,)),
    Permission("transactions.match_payment", _("Match or park incoming transfers"), (), (STAFF_FINANCE,), system=True),
    Permission("transactions.refund_order", _("Decide that a buyer's payment goes back"), (), (REVIEWER,), system=True),
    Permission("transactions.view_ledger", _("Read the ledger"), (), (STAFF_FINANCE, SUPERVISOR)),
    Permission("transactions.prepare_payout", _("Prepare payouts"), (), (STAFF_FINANCE,)),
    Permission("transactions.approve_payout", _("Approve or refuse what another prepared"), (), (STAFF_FINANCE,)),
    Permission("transactions.import_statement", _("Import statements of the escrow account"), (), (STAFF_FINANCE,)),
    Permission(
        "transactions.propose_booking",
        _("Propose to book a line of a statement that nobody ordered"),
        (),
        (STAFF_FINANCE,),
    ),
    Permission(
        "transactions.approve_booking", _("Book or refuse a line of a statement another proposed"), (), (STAFF_FINANCE,)
    ),
    Permission("transactions.correct_ledger", _("Undo a wrong booking by its reversal"), (), (STAFF_FINANCE,)),
    Permission("transactions.halt_trading", _("Stop all trade when the books are broken"), system=True),
    Permission("transactions.lift_halt", _("Let stopped trade go on, with a reason"), (), (SUPERVISOR,)),
    # the exchange itself
    Permission("exchange.view_registers", _("Read rules, evaluations and the log"), (), EVERY_STAFF),
    Permission("exchange.conclude_discrepancy", _("Conclude a difference between records and log"), (), (SUPERVISOR,)),
    Permission("exchange.change_parameter", _("Propose or approve a value of a rule"), (), (REVIEWER,)),
    Permission("transactions.run_clock", _("Carry out what the clock demands"), system=True),
]
PERMISSIONS: dict[str, Permission] = {permission.name: permission for permission in _ALL}
