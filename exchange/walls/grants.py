"""What each process may do with each table, computed from the models.

Without a word here a table can be read, added to and changed by web and worker, and nobody removes its rows. Rows of
append-only tables are only added. New tables have no grants until `manage.py database_roles` ran again: fail closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pgtrigger
from django.apps import apps
from django.db import models

WEB, WORKER, SEQUENCER, REGULATOR, BACKUP = ROLES = ("web", "worker", "sequencer", "regulator", "backup")
Rights = dict[str, tuple[str, ...]]
READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"

# The log's place in the tree belongs to the sequencer alone; web and worker only ask for one.
LOG: dict[str, Rights] = {
    "exchange.entry": {WEB: (READ, ADD), WORKER: (READ, ADD), SEQUENCER: (READ, ADD)},
    "exchange.pending": {WEB: (READ, ADD), WORKER: (READ, ADD), SEQUENCER: (READ, ADD, REMOVE)},
    "exchange.leaf": {WEB: (READ,), WORKER: (READ,), SEQUENCER: (READ, ADD)},
    "exchange.checkpoint": {WEB: (READ,), WORKER: (READ,), SEQUENCER: (READ, ADD)},
    "exchange.cosignature": {WEB: (READ,), WORKER: (READ, ADD), SEQUENCER: (READ,)},
    "exchange.witness": {WEB: (READ,), WORKER: (READ, ADD, CHANGE)},
    "exchange.pulse": {WEB: (READ,), WORKER: (READ,), SEQUENCER: (READ, ADD, CHANGE)},
    "exchange.systemsubject": dict.fromkeys((WEB, WORKER, SEQUENCER), (READ, ADD, CHANGE)),  # CHANGE: to lock the row
}
# Brought by the repository or by migrations; only the owner loads them.
BROUGHT = {
    *("exchange.code", "exchange.province", "exchange.bank", "exchange.agencycode"),
    *("catalog.licencetemplate", "transactions.tariff"),
    *("auth.permission", "auth.group_permissions", "contenttypes.contenttype", "accounts.user_user_permissions"),
    *("guardian.userobjectpermission", "guardian.groupobjectpermission"),
}
# Rows that are only added although no trigger says so: nothing in the code changes them.
KEPT = {"exchange.storedfile", "admin.logentry"}
# Rows that may go: drafts, indexes that can be made again, sessions, memberships of technical groups.
MAY_GO = {
    *("catalog.column", "catalog.catalogueentry", "exchange.ruleparameter"),
    *("catalog.listinguserobjectpermission", "catalog.listinggroupobjectpermission", "accounts.user_groups"),
    *("account.emailaddress", "account.emailconfirmation", "sessions.session", "mfa.authenticator"),
}
# Columns that never change once the row stands; all others of the table may.
FROZEN = {
    "transactions.order": (
        *("id", "number", "log_ref", "listing_id", "buyer_id", "seller_id"),
        *("placed_by_id", "idempotency_key", "created_at"),
    ),
    "exchange.ruleparameter": ("id", "name", "value", "valid_from", "proposed_by_id"),
    "accounts.staffappointment": ("id", "user_id", "role", "appointed_by_id", "started_at", "log_ref"),
    "accounts.membership": ("id", "user_id", "organisation_id"),
    "transactions.account": ("id", "code", "kind", "has_floor"),
    "catalog.listingowner": (
        *("id", "listing_id", "organisation_id", "basis_points", "salt"),
        *("added_by_id", "added_at"),
    ),
}
# The queue has no models of ours, the cache and the list of migrations have none at all.
QUEUE: dict[str, Rights] = {
    "procrastinate_jobs": dict.fromkeys((WEB, SEQUENCER), (READ, ADD)) | {WORKER: (READ, ADD, CHANGE, REMOVE)},
    "procrastinate_events": dict.fromkeys((WEB, SEQUENCER), (READ, ADD)) | {WORKER: (READ, ADD, CHANGE, REMOVE)},
    "procrastinate_workers": {WEB: (READ,), WORKER: (READ, ADD, CHANGE, REMOVE)},
    "procrastinate_periodic_defers": {WEB: (), WORKER: (READ, ADD, CHANGE, REMOVE)},
}
PLAIN: dict[str, Rights] = {
    "django_migrations": {WEB: (READ,), WORKER: (READ,), SEQUENCER: (READ,)},
    "django_cache": dict.fromkeys((WEB, WORKER), (READ, ADD, CHANGE, REMOVE)),
}
# What nobody reads who only supervises: sessions, mails on their way, and the column that proves who somebody is.
HIDDEN_FROM_REGULATOR = {
    *("sessions.session", "account.emailconfirmation", "transactions.passwordattempt", "transactions.downloadlink"),
}
HIDDEN_COLUMNS = {"accounts.user": ("password",), "mfa.authenticator": ("data",), "exchange.entry": ("salt", "rows")}


@dataclass(frozen=True, order=True)
class Grant:
    """One right of one role on one table, on some columns or (none named) on all."""

    role: str
    table: str
    right: str
    columns: tuple[str, ...] = ()


def wanted() -> list[Grant]:
    """Every grant of every role, for all tables this release knows."""
    grants: list[Grant] = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            grants += _of_model(model)
    for table, rights in (QUEUE | PLAIN).items():
        grants += _plain(table, rights)
    return sorted(set(grants))


def label(model: type[models.Model]) -> str:
    """How the lists above name a model: app.model."""
    return model._meta.label_lower


def is_append_only(model: type[models.Model]) -> bool:
    """Whether a trigger refuses every update and every delete of its rows."""
    refused: set[str] = set()
    for one in getattr(model._meta, "triggers", []):
        if isinstance(one, pgtrigger.Protect) and one.condition is None:
            refused |= set(str(one.operation).split(" OR "))
    return {"UPDATE", "DELETE"} <= refused


def rights_of(model: type[models.Model]) -> Rights:
    """What web, worker and sequencer may do with the rows of a model."""
    name = label(model)
    if name in LOG:
        return LOG[name]
    if name in BROUGHT:
        both: tuple[str, ...] = (READ,)
    elif name in KEPT or is_append_only(model):
        both = (READ, ADD)
    else:
        both = (READ, ADD, CHANGE, REMOVE) if name in MAY_GO else (READ, ADD, CHANGE)
    return {WEB: both, WORKER: both}


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a model's table."""
    return tuple(str(field.column) for field in model._meta.local_concrete_fields)


def _of_model(model: type[models.Model]) -> Iterator[Grant]:
    name, table = label(model), model._meta.db_table
    for role, rights in rights_of(model).items():
        for right in rights:
            frozen = FROZEN.get(name, ()) if right == CHANGE else ()
            yield Grant(role, table, right, _without(model, frozen))
    yield Grant(BACKUP, table, READ)
    if name not in HIDDEN_FROM_REGULATOR:
        yield Grant(REGULATOR, table, READ, _without(model, HIDDEN_COLUMNS.get(name, ())))


def _without(model: type[models.Model], left_out: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns_of(model) if column not in left_out) if left_out else ()


def _plain(table: str, rights: Rights) -> Iterator[Grant]:
    for role, some in rights.items():
        for right in some:
            yield Grant(role, table, right)
    yield Grant(BACKUP, table, READ)
