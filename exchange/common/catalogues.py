"""Message catalogues without the gettext tools: what is said in code and templates, and its Vietnamese.

The project's catalogue also carries the words of Django and of the packages that leave them in English.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

Key = tuple[str, str | None]

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "gettext_noop": None,
}
OWN = ("accounts", "catalog", "exchange", "transactions", "templates")
# Parts of the packages whose words a person can meet; the rest (debug pages, unused apps) stays English.
LIBRARIES = {
    "django": (
        *("core/validators.py", "forms", "db/models/fields", "db/models/base.py", "db/models/constraints.py"),
        *("utils/timesince.py", "utils/dateformat.py", "utils/dates.py", "utils/text.py", "utils/ipv6.py"),
        *("contrib/auth", "contrib/admin", "contrib/postgres/forms", "contrib/postgres/validators.py"),
        *("contrib/postgres/fields", "contrib/contenttypes/apps.py", "contrib/sessions", "template/defaultfilters.py"),
        *("views/generic/list.py", "views/generic/dates.py"),
    ),
    "allauth": ("account", "core", "decorators.py", "utils.py", "mfa/adapter.py", "mfa/base", "mfa/totp"),
    "rest_framework": ("exceptions.py", "fields.py", "relations.py", "validators.py", "pagination.py"),
    "guardian": ("models", "mixins.py", "admin.py", "apps.py"),
    "django_filters": ("fields.py", "filters.py", "widgets.py", "utils.py", "conf.py"),
}
SCRIPTS = {"django": ("contrib/admin/static/admin/js",)}
DOMAINS = ("django", "djangojs")
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)\}|%[sd%]")
HEADER = """\
# Vietnamese of the National Data Exchange. Sorted and completed by manage.py collect_messages.
msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
CITATION = re.compile(r"\S*[/(]\S*")  # symbols of decrees carry Đ: 48/2020/NĐ-CP, point 5.2(đ)
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯà-ỹÀ-Ỹ]")


@dataclass
class Faults:
    """What keeps a catalogue from being complete."""

    missing: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)
    not_english: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """One line for each fault."""
        kinds = {
            "no Vietnamese": self.missing,
            "fuzzy": self.fuzzy,
            "placeholders differ": self.placeholders,
            "source text is not English": self.not_english,
            "no longer used": self.unused,
        }
        for kind, messages in kinds.items():
            yield from (f"{kind}: {message!r}" for message in messages)


def catalogue_path(domain: str = "django") -> Path:
    """The project's Vietnamese catalogue."""
    return Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES" / f"{domain}.po"


def own_messages() -> Catalog:
    """Every message of the project's code and templates."""
    root = Path(settings.BASE_DIR)
    return _collected(root, [root / name for name in OWN])


def needed(domain: str) -> list[Catalog]:
    """What the catalogue of a domain must carry: of pages and code, or of scripts."""
    if domain == "django":
        return [own_messages(), library_messages()]
    return [library_messages(domain, SCRIPTS)]


def library_messages(domain: str = "django", places: Mapping[str, Iterable[str]] = LIBRARIES) -> Catalog:
    """Messages of installed packages a person can meet, which the packages' own Vietnamese lacks."""
    needed = Catalog(locale="vi")
    for package, parts in places.items():
        root = _folder_of(package)
        known = _own_vietnamese(root, domain)
        for message in _collected(root.parent, [root / part for part in parts]):
            if message.id and key(message) not in known and not _overridden(message):
                _add(needed, message, [(package, 0)])
    return needed


def key(message: Message) -> Key:
    """What identifies a message: its (singular) text and context."""
    return _text(message), message.context


def read(path: Path) -> Catalog:
    """A catalogue file; an empty catalogue where there is none."""
    if not path.exists():
        return Catalog(locale="vi")
    with path.open("rb") as file:
        return read_po(file, locale="vi")


def _shipped(path: Path) -> Catalog:
    source = path.with_suffix(".po")
    if source.exists():
        return read(source)
    with path.open("rb") as file:
        return read_mo(file)


def write(path: Path, catalogue: Catalog) -> None:
    """The file, sorted, so that two changes seldom meet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    write_po(
        content,
        catalogue,
        width=110,
        omit_header=True,
        sort_output=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    path.write_bytes(HEADER.encode() + content.getvalue().lstrip(b"\n"))


def merged(needed: Iterable[Catalog], known: Iterable[Catalog]) -> Catalog:
    """The needed messages with the translations known; a later source wins over an earlier one."""
    translations = {
        key(message): message.string
        for source in known
        for message in source
        if message.id and _is_translated(message) and not message.fuzzy
    }
    result = Catalog(locale="vi")
    for source in needed:
        for message in source:
            if message.id:
                _add(result, message, message.locations, translations.get(key(message)))
    return result


def faults(needed: Iterable[Catalog], catalogue: Catalog) -> Faults:
    """What is wrong with a catalogue, given the messages it must carry."""
    found = Faults()
    wanted = {key(message): message for source in needed for message in source if message.id}
    for identity, message in sorted(wanted.items(), key=lambda pair: str(pair[0])):
        entry = catalogue.get(message.id, message.context) or catalogue.get(_text(message), message.context)
        _judge(found, identity[0], entry)
    found.unused = sorted(_text(m) for m in catalogue if m.id and key(m) not in wanted)
    return found


def _judge(found: Faults, text: str, entry: Message | None) -> None:
    if entry is None or not _is_translated(entry):
        found.missing.append(text)
        return
    if entry.fuzzy:
        found.fuzzy.append(text)
    if VIETNAMESE.search(CITATION.sub("", text)):
        found.not_english.append(text)
    source = text if isinstance(entry.id, str) else entry.id[-1]
    if _names(source) != _names(str(_plain(entry))):
        found.placeholders.append(text)


def _collected(root: Path, places: Iterable[Path]) -> Catalog:
    catalogue = Catalog(locale="vi")
    for place in places:
        for path in _sources(place):
            name = path.relative_to(root).as_posix()
            for _, text, comments, context in extract(*_readable(path), keywords=KEYWORDS):
                catalogue.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalogue


def _sources(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    found = [path for suffix in ("*.py", "*.html", "*.txt", "*.js") for path in place.rglob(suffix)]
    return sorted(path for path in found if not {"migrations", "locale", "tests", "vendor"} & set(path.parts))


def _readable(path: Path) -> tuple[str, io.BytesIO]:
    """The way to read a file, and its content; templates become lines of calls, as makemessages does."""
    content = path.read_bytes()
    if path.suffix in {".py", ".js"}:
        return ("python" if path.suffix == ".py" else "javascript"), io.BytesIO(content)
    code = templatize(content.decode(), origin=str(path))
    return "python", io.BytesIO("\n".join(line.strip() for line in code.splitlines()).encode())


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"The package {package} is not installed.")
    return Path(spec.submodule_search_locations[0])


def _own_vietnamese(root: Path, domain: str) -> set[Key]:
    """Messages a package translates itself, in all its catalogues."""
    return {
        key(message)
        for path in root.rglob(f"vi/LC_MESSAGES/{domain}.mo")  # some packages ship no .po
        for message in _shipped(path)
        if message.id and _is_translated(message) and not message.fuzzy
    }


def _overridden(message: Message) -> bool:
    """Whether it is said only in templates that the project replaces."""
    ours = Path(settings.BASE_DIR) / "templates"
    names = [str(name) for name, _ in message.locations]
    return all("/templates/" in name and (ours / name.split("/templates/", 1)[1]).exists() for name in names)


def _add(catalogue: Catalog, message: Message, locations: list, string: Any = None) -> None:
    catalogue.add(message.id, string=_shaped(message.id, string), locations=locations, context=message.context)


def _shaped(text: object, string: Any) -> Any:
    """One form for a plural (Vietnamese has one), plain text otherwise."""
    if string is None:
        return ""
    first = string[0] if isinstance(string, tuple | list) else string
    return (first,) if isinstance(text, tuple | list) else first


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _plain(message: Message) -> str:
    return message.string if isinstance(message.string, str) else (message.string or ("",))[0]


def _is_translated(message: Message) -> bool:
    return bool(message.string if isinstance(message.string, str) else message.string and message.string[0])


def _names(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)} - {"%%"}
