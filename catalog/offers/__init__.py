"""What can be ordered: price, terms, audience; the listing and its life."""
