"""A fault run claims no more than it has shown."""

import pytest

from tests.faults.verdict import Outcome, exit_status, percentile


@pytest.mark.parametrize(
    ("planned", "done", "worked", "verdict"),
    [
        (10, 10, None, "passed"),
        (10, 8, 8, "passed"),
        (10, 7, 7, "void"),  # less than 80 % of the plan
        (10, 10, 7, "void"),  # victims that had done nothing
        (10, 8, 7, "passed"),  # 7 of 8 are more than 80 %
        (10, 8, 6, "void"),
        (10, 0, 0, "void"),
        (0, 0, None, "void"),
    ],
)
def test_run_that_did_too_little_is_void(planned, done, worked, verdict):
    outcome = Outcome("F1", "kill", planned, done, worked)

    assert outcome.verdict == verdict


@pytest.mark.parametrize("done", [10, 1])
def test_breach_is_a_failure_in_a_small_run_too(done):
    outcome = Outcome("F1", "kill", 10, done)

    assert not outcome.expect(False, "an order is lost")

    assert outcome.verdict == "failed"
    assert "     ! an order is lost" in outcome.lines()


def test_kept_promise_is_no_breach():
    outcome = Outcome("F1", "kill", 1, 1)

    assert outcome.expect(True, "an order is lost")

    assert (outcome.verdict, outcome.breaches) == ("passed", [])


def test_void_run_says_why():
    few, idle = Outcome("F1", "kill", 10, 7), Outcome("F3", "kill", 10, 10, 2)

    assert few.lines()[-1] == "     ! 7 of 10 planned were done"
    assert idle.lines()[-1] == "     ! only 2 of 10 victims had worked before"


def test_skipped_fault_says_why_and_is_no_proof():
    outcome = Outcome("F5", "disk full", 3, skipped="only root mounts file systems")

    assert outcome.verdict == "skipped"
    assert outcome.row() == "| F5 | disk full | – | only root mounts file systems | skipped |"


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        (["passed", "passed"], 0),
        (["passed", "skipped"], 0),
        (["skipped"], 2),  # nothing was shown
        (["passed", "void"], 2),
        (["void", "failed"], 1),
        (["failed", "skipped"], 1),
    ],
)
def test_exit_status_is_that_of_the_worst(verdicts, status):
    made = {
        "passed": Outcome("F1", "", 1, 1),
        "void": Outcome("F1", "", 10, 1),
        "failed": Outcome("F1", "", 1, 1, breaches=["lost"]),
        "skipped": Outcome("F1", "", 1, skipped="no root"),
    }

    assert exit_status([made[verdict] for verdict in verdicts]) == status


def test_row_of_the_table_holds_what_was_seen():
    outcome = Outcome("F2", "SIGKILL of PostgreSQL", 5, 5, 5, {"up after": "1.2 s", "lost": 0})

    assert outcome.row() == "| F2 | SIGKILL of PostgreSQL | 5 of 5 | up after 1.2 s; lost 0 | passed |"


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 3), (0.99, 5), (1.0, 5)])
def test_percentile_is_a_value_that_was_seen(share, value):
    assert percentile([5, 1, 4, 2, 3], share) == value
    assert percentile([], share) == 0.0
