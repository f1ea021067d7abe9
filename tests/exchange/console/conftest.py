"""Staff who sign in, and a case of every kind."""

import pytest
from django.test import Client

from accounts.access.models import StaffRole
from accounts.users.models import User
from tests.factories.accounts import StaffAppointmentFactory, VerificationCaseFactory
from tests.factories.catalog import ListingFactory, RevisionFactory
from tests.factories.transactions import HoldFactory, OrderFactory, disputed


def staff(role: str) -> User:
    """A person with a staff role."""
    return StaffAppointmentFactory(role=role).user


def signed_in(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def reviewer(db) -> User:
    return staff(StaffRole.REVIEWER)


@pytest.fixture
def desk(reviewer) -> Client:
    """The reviewer's browser."""
    return signed_in(reviewer)


@pytest.fixture
def work(db):
    """One waiting case of every kind."""
    return {
        "accounts_verificationcase": VerificationCaseFactory(in_review=True, ready=True),
        "catalog_revision": RevisionFactory(in_review=True),
        "catalog_listing": ListingFactory(in_review=True, priced=True),
        "transactions_order": HoldFactory(order=OrderFactory(legality=True)).order,
        "transactions_dispute": disputed("mediation"),
    }
