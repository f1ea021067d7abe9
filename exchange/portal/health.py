"""Whether the process lives and whether the exchange can work: for machines, without language and sign-in."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exchange.jobs.selectors import worker_heard_within
from exchange.transparency.pulse import sequencer_heard_within

WORKER_LIMIT = 30.0
SEQUENCER_LIMIT = 30.0


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations, worker and sequencer: each true or false; 503 unless all are true."""
    parts = dict.fromkeys(("database", "migrations", "worker", "sequencer"), False)
    try:
        connection.ensure_connection()
        parts["database"] = True
        parts["migrations"] = migrations_are_applied()
        parts["worker"] = worker_heard_within(WORKER_LIMIT)
        parts["sequencer"] = sequencer_heard_within(SEQUENCER_LIMIT)
    except DatabaseError:
        pass  # what could not be asked stays false
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def migrations_are_applied() -> bool:
    """Whether the database knows the last migration of every app of this release."""
    applied = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    return last_migrations() <= applied


@cache
def last_migrations() -> frozenset[tuple[str, str]]:
    """The leaves of this release's migrations; reading the files takes a while, so they are read once a process."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
