"""Every page asks who is there, unless it stands in the list of public ones."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny

from tests.architecture.source import ROOT

PUBLIC = ROOT / "tests" / "architecture" / "public_pages.txt"
OF_DJANGO_ADMIN = {"<path:object_id>/", "(?P<url>.*)$"}  # its redirect of old addresses and its own 404


def _pages(patterns: list, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _pages(entry.url_patterns, (*names, entry.namespace) if entry.namespace else names)
        elif isinstance(entry, URLPattern):
            yield ":".join((*names, entry.name or str(entry.pattern))), entry


def _is_public(page: URLPattern) -> bool:
    """Middleware guards Django's pages; the REST framework guards its own, past the middleware."""
    callback = page.callback
    view = getattr(callback, "cls", None)
    if view is not None and hasattr(view, "permission_classes"):
        return not view.permission_classes or AllowAny in view.permission_classes
    if getattr(callback, "admin_site", None):
        return False  # the console's own check, tested with the console
    return not getattr(callback, "login_required", True)


def test_public_pages_are_the_ones_listed():
    public = {name for name, page in _pages(get_resolver().url_patterns) if _is_public(page)}
    listed = {line for line in PUBLIC.read_text("utf-8").splitlines() if line and not line.startswith("#")}

    assert public - listed == set(), "not guarded and not listed in public_pages.txt"
    assert listed - public == set(), "listed as public, but guarded or gone"


def test_every_page_has_a_name():
    pages = [page for _, page in _pages(get_resolver().url_patterns) if not page.name]
    nameless = [str(page.pattern) for page in pages if str(page.pattern) not in OF_DJANGO_ADMIN]

    assert nameless == []
