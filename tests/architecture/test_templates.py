"""Templates are used, and nothing in them would be stopped by the content security policy."""

import re

import pytest
from django.template.utils import get_app_template_dirs

from tests.architecture.source import FLOORS, ROOT, name, python_files

TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
FOUND_BY_STATUS = {"400.html", "403.html", "403_csrf.html", "404.html", "409.html", "429.html", "500.html", "503.html"}
FORBIDDEN = {
    "inline style": r"\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "inline script": r"<script(?![^>]*\ssrc=)[^>]*>",
    "style element": r"<style\b",
    "unescaped text": r"\|\s*safe\b|{%\s*autoescape\s+off",
    "foreign address": r"(src|href)\s*=\s*[\"'](https?:)?//",
}


def _overrides_a_package(relative: str) -> bool:
    of_floors = {ROOT / floor / "templates" for floor in FLOORS}  # packages may be installed inside the clone
    return any((folder / relative).exists() for folder in set(get_app_template_dirs("templates")) - of_floors)


def _is_named(folder: str, source: str) -> bool:
    """Whether a name of a template is put together from this folder."""
    name = re.escape(folder)
    return re.search(rf"{name}/\{{\w|{name}/%|[\"']{name}/[\"']", source) is not None


def test_every_template_is_used():
    source = "\n".join(path.read_text("utf-8") for path in [*python_files(), *TEMPLATES])
    unused = []
    for path in TEMPLATES:
        relative = path.relative_to(ROOT / "templates").as_posix()
        folder, _, file = relative.rpartition("/")
        is_used = (
            relative in source
            or file in FOUND_BY_STATUS
            or (folder and _is_named(folder, source))
            or _overrides_a_package(relative)
        )
        if not is_used:
            unused.append(relative)

    assert unused == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=name)
def test_template_holds_nothing_the_policy_forbids(path):
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text("utf-8"), flags=re.S)

    assert [reason for reason, pattern in FORBIDDEN.items() if re.search(pattern, text, flags=re.I)] == []
