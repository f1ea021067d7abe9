"""Loaded by pytest before Django reads its messages: a fresh clone has no compiled catalogues yet."""

from pathlib import Path

from exchange.common.compiled import compile_all

compile_all(Path(__file__).parent.parent / "exchange" / "locale")
