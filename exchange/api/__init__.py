"""The public API: routing, errors, paging."""
