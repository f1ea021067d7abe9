"""The stop of all trade when an invariant breaks, and its lifting by a person."""
