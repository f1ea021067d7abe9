"""Plants one fault for a whole run of tests: PLANTED=guard:<number> or PLANTED=empty:<use case>.

`pytest -p tests.mutants.plugin` changes nothing on disk, so no copy of the tree is needed.
"""

import os
from contextlib import ExitStack

import pytest

STACK = ExitStack()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Plant it once everything is imported; this plugin itself is loaded before Django can be."""
    from tests.mutants import emptied, guards

    kind, _, what = os.environ["PLANTED"].partition(":")
    fault = guards.planted(guards.mutants()[int(what)]) if kind == "guard" else emptied.emptied(what)
    STACK.enter_context(fault)


def pytest_unconfigure() -> None:
    """Take it out again."""
    STACK.close()
