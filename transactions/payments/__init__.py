"""Transfers into the escrow account, matching, bank webhook."""
