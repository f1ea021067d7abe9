"""Names of the accounts, and which of them may never fall below zero. Plain Python."""

BANK = "bank:escrow"  # what the bank holds for the exchange; runs below zero, because credit is positive
FEE = "fee:income"
FEE_VAT = "vat:payable"
CLEARING = "payout:clearing"  # handed to the bank and not yet seen on its statement
BANK_FEES = "expense:bank-fees"  # what the bank took for itself
INTEREST = "income:interest"  # what the bank paid on the escrow account
SUSPENSE = "suspense:unknown"  # what nobody could explain yet

ESCROW = "escrow"  # a buyer's payment while the order runs
PAYABLE = "seller:payable"
RECEIVABLE = "seller:receivable"  # what a seller owes back: never above zero
REFUNDABLE = "buyer:refundable"
UNMATCHED = "unmatched"  # transfers that found no order yet
RETURNABLE = "remitter:refundable"  # unmatched transfers that are to go back

FLOORED = frozenset({ESCROW, PAYABLE, REFUNDABLE, UNMATCHED, RETURNABLE})
NUMBERED = (ESCROW, PAYABLE, RECEIVABLE, REFUNDABLE, UNMATCHED, RETURNABLE)


def kind_of(code: str) -> str:
    """The kind of an account: its name without the order, organisation or transfer it belongs to."""
    return next((kind for kind in NUMBERED if code.startswith(f"{kind}:")), code)


def escrow(order_number: str) -> str:
    """Money of one order."""
    return f"{ESCROW}:{order_number}"


def payable(organisation_id: int) -> str:
    """What the exchange owes a seller."""
    return f"{PAYABLE}:{organisation_id}"


def receivable(organisation_id: int) -> str:
    """What a seller owes after a refund their earnings could not cover."""
    return f"{RECEIVABLE}:{organisation_id}"


def refundable(organisation_id: int) -> str:
    """What is to be paid back to a buyer."""
    return f"{REFUNDABLE}:{organisation_id}"


def unmatched(transfer_id: int) -> str:
    """A transfer in the finance officer's queue."""
    return f"{UNMATCHED}:{transfer_id}"


def returnable(transfer_id: int) -> str:
    """A transfer that goes back to whoever sent it."""
    return f"{RETURNABLE}:{transfer_id}"
