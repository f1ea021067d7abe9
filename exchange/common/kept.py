"""Parts of pages that depend on nothing but values: rendered once for the same values, in each process.

Nothing here can be stale: other values are another part. What depends on who looks, on the time or on the request
does not belong here, unless it is among the values.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_CHARACTERS = 12_000_000  # some 25 megabytes a process: a thousand pages or ten thousand small parts


@dataclass(frozen=True)
class Part:
    """What a part is made of: `key` holds every value its template reads, `value` is handed to the template.

    A callable value is asked for only when the part is not kept yet.
    """

    name: str
    key: Hashable
    value: Any = field(compare=False, hash=False)


class Store:
    """Texts by their key; those not asked for longest give way."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.texts: OrderedDict[Hashable, SafeString] = OrderedDict()
        self.size = 0
        self.gate = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], SafeString]) -> SafeString:
        """The text kept under the key, or the one made now."""
        with self.gate:
            found = self.texts.get(key)
            if found is not None:
                self.texts.move_to_end(key)
                return found
        made = make()
        with self.gate:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, text: SafeString) -> None:
        before = self.texts.pop(key, None)
        self.size += len(text) - len(before or "")
        self.texts[key] = text
        while self.size > self.limit:
            self.size -= len(self.texts.popitem(last=False)[1])

    def forget(self) -> None:
        """Keep nothing."""
        with self.gate:
            self.texts.clear()
            self.size = 0


store = Store(MOST_CHARACTERS)


def rendered(template: str, part: Part) -> SafeString:
    """The part in the language of the page."""
    return store.get((template, get_language(), part), lambda: _render(template, part))


def _render(template: str, part: Part) -> SafeString:
    value = part.value() if callable(part.value) else part.value
    return SafeString(get_template(template).render({part.name: value}))


def once(key: Hashable, make: Callable[[], SafeString]) -> SafeString:
    """A text made once for a key and the language of the page; the key holds everything the text depends on."""
    return store.get((get_language(), key), make)


def values_of(record: Any) -> tuple[tuple[str, str], ...]:
    """Every value of a record that was read from the database, as a key."""
    return tuple((name, repr(value)) for name, value in sorted(record.__dict__.items()) if name[0] != "_")
