"""Double entry: accounts, journals, postings."""
