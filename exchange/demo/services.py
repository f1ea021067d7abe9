"""Loading the demonstration once, whole or not at all; and telling its logins."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import translation

from accounts.users.models import User
from exchange.demo.cast import address, engage, quick_passwords, script
from exchange.demo.money import play
from exchange.demo.shelf import stock
from exchange.demo.trades import trade
from exchange.jobs.testing import run_jobs


def is_loaded() -> bool:
    """Whether this database holds the demonstration already."""
    return User.objects.filter(email=address(script()["staff"][0]["login"])).exists()


@transaction.atomic
def load() -> bool:
    """Load people, organisations, datasets and trades through the use cases people use; False if they are there."""
    if not settings.DEMO_PASSWORD:
        raise ImproperlyConfigured("The demonstration is loaded with demo or test settings only.")
    if is_loaded():
        return False
    with translation.override("vi"), quick_passwords():
        cast = engage()
        run_jobs()
        listings = stock(cast)
        run_jobs()
        trade(cast, listings)
        play(cast)
    return True


def accounts() -> list[dict[str, Any]]:
    """Every login of the demonstration: role, organisation, address, password."""
    names = {row["key"]: row["name_vi"] for row in script()["organisations"]}
    members = [
        {
            "login": address(row["login"]),
            "password": settings.DEMO_PASSWORD,
            "name": row["name"],
            "roles": row["roles"],
            "organisation": names[row["organisation"]],
            "organisation_key": row["organisation"],
        }
        for row in script()["members"]
    ]
    staff = [
        {
            "login": address(row["login"]),
            "password": settings.DEMO_PASSWORD,
            "name": row["name"],
            "roles": [row["role"]],
            "organisation": "",
            "organisation_key": "staff",
        }
        for row in script()["staff"]
    ]
    return members + staff
