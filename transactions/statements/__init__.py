"""Statements of the escrow account: imported whole or not at all, and compared with the ledger."""
