"""Legality of a trade: facts, rules, holds, review."""
