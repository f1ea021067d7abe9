"""Loads the bench database: migrations, reference data, static files, and n datasets of the shared generator."""

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

import django


def generator(path: Path) -> ModuleType:
    """The shared generator of dataset metadata."""
    spec = importlib.util.spec_from_file_location("gen_catalog", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(path: str, count: str, seed: str) -> None:
    """Make everything the portal needs, then say how long the datasets took."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from catalog.search.models import CatalogueEntry
    from tests.bench.rows import Maker

    call_command("compile_catalogues", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if CatalogueEntry.objects.count() != int(count):
        source, started = generator(Path(path)), time.monotonic()
        with transaction.atomic():
            made = Maker(source.PUB).load(source.row(at, int(seed)) for at in range(int(count)))
        sys.stdout.write(f"loaded {made} datasets in {time.monotonic() - started:.0f} s\n")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main(*sys.argv[1:])
