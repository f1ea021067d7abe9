"""Money out: batches of payouts prepared by one person, approved by another, carried out by the bank."""
