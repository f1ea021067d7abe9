"""Each fault `make ledger-mutants` plants into the posting code takes effect there: none is void."""

import importlib
import os

import pytest

from tests.mutants.ledger_faults import MUTANTS, SQL
from tests.mutants.ledger_mutants import changed, plant


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_every_fault_changes_the_code_that_runs(mutant):
    if mutant.file == SQL:
        assert changed(mutant)  # refuses a fault that no longer fits
        return
    importlib.import_module(mutant.file.removesuffix(".py").replace("/", "."))
    child = os.fork()  # the fault stays in the copy
    if child == 0:
        try:
            plant(mutant)
        except BaseException:
            os._exit(1)
        os._exit(0)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
