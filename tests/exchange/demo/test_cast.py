"""The demonstration is played through the use cases people use."""

import pytest

from accounts.access.models import StaffRole
from accounts.organisations.models import ParticipantState
from accounts.verification.states import CaseState
from exchange.demo.cast import engage
from exchange.demo.papers import paper
from exchange.demo.services import accounts
from exchange.demo.shelf import tables

pytestmark = pytest.mark.django_db


def test_organisations_stand_at_every_stage_and_every_role_has_a_login():
    cast = engage()
    states = {key: organisation.cases.get().state for key, organisation in cast.organisations.items()}
    assert set(states.values()) == {
        CaseState.DRAFT,
        CaseState.SUBMITTED,
        CaseState.IN_REVIEW,
        CaseState.RETURNED,
        CaseState.VERIFIED,
    }
    for organisation in cast.organisations.values():
        organisation.refresh_from_db()
    assert cast.organisations["finance"].state == ParticipantState.ACTIVE
    assert cast.organisations["suspended"].state == ParticipantState.SUSPENDED
    roles = {role for row in accounts() for role in row["roles"]}
    assert roles == {"owner", "steward", "buyer", "signatory", "finance", *StaffRole.values}


def test_at_least_twelve_tables_name_their_columns_in_both_languages():
    assert len(tables()) >= 12
    assert all(len(words) >= 2 for row in tables() for words in row["columns"].values())


def test_a_paper_is_a_pdf_and_differs_with_its_title():
    first, second = paper("a").read(), paper("b").read()
    assert first.startswith(b"%PDF-1.4")
    assert first != second
