"""What the dictionary of a file still lacks: at which column, in words, with the way there."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.datasets import selectors
from catalog.datasets.models import Column

COLUMNS_A_PAGE = 20
MOST_NAMED = 5


def columns(every: Sequence[Column]) -> list[Column]:
    """Columns without a meaning, and columns nobody said of whether they are personal, in their order."""
    found = {column.position: column for column in (*selectors.incomplete(every), *selectors.undecided(every))}
    return [found[position] for position in sorted(found)]


def fields(every: Sequence[Column]) -> dict[str, str]:
    """A word for each answer that lacks, by the field's name on the page of the dictionary."""
    found = {}
    for column in selectors.incomplete(every):
        words = _("Say what the column %(name)s means. The rest of this page is saved.")
        found[f"c{column.position}-label_vi"] = words % {"name": column.name}
    for column in selectors.undecided(every):
        words = _("Say whether %(name)s is personal data, or why it is not. The rest of this page is saved.")
        found[f"c{column.position}-is_personal"] = words % {"name": column.name}
    return found


def address(number: str, column: Column, then: str = "") -> str:
    """The card of a column on its page of the dictionary; `then` names the step to come back to."""
    page = (column.position - 1) // COLUMNS_A_PAGE + 1
    path = reverse("catalog:dictionary-edit", kwargs={"number": number})
    asked = urlencode(({"page": page} if page > 1 else {}) | ({"then": then} if then else {}))
    return f"{path}{f'?{asked}' if asked else ''}#column-{column.position}"


def sentence(every: Sequence[Column]) -> str:
    """What still lacks, as a sentence; nothing when the dictionary is complete."""
    meaningless, undecided = selectors.incomplete(every), selectors.undecided(every)
    if meaningless:
        words = ngettext(
            "%(count)s column still has no meaning: %(names)s.",
            "%(count)s columns still have no meaning: %(names)s.",
            len(meaningless),
        )
        return words % {"count": len(meaningless), "names": _named(meaningless)}
    if undecided:
        words = _("Decide whether these columns are personal data: %(names)s.")
        return words % {"names": _named(undecided)}
    return ""


def linked(number: str, some: Iterable[Column]) -> list[dict[str, str]]:
    """Names of columns with the way to each."""
    return [{"name": column.name, "where": address(number, column)} for column in some]


def _named(some: Iterable[Column]) -> str:
    names = [column.name for column in some]
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
