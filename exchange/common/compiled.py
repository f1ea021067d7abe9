"""Message catalogues compiled without gettext's own tools, which a bare machine does not have."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(folder: Path) -> list[Path]:
    """Compile each catalogue under a locale folder that changed since it was compiled last; return those."""
    return [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _compile(path)]


def _compile(path: Path) -> bool:
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
        return False
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name, abort_invalid=True)
    draft = target.with_suffix(f".mo.{os.getpid()}")  # several programs may start at once
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
    return True
