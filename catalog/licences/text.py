"""Legal text of a licence, made from a template and the machine terms. Plain Python.

`terms` are the answers kept on a listing (docs/hashes.md): licence, licence_version, purposes, territories,
term_months, is_exclusive, onward_transfer, derivation, machine_learning, attribution, max_users,
delete_within_days, ip_restrictions, may_leave_vietnam.
`parties` names seller, buyer, dataset, number and order; what is not known yet gets a neutral word.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

PLACE = re.compile(r"\{(\w+)\}")
UNKNOWN = {
    "vi": {
        "seller": "Bên bán",
        "buyer": "Bên mua",
        "dataset": "bộ dữ liệu",
        "number": "số đăng ký",
        "order": "của hai bên",
    },
    "en": {
        "seller": "the seller",
        "buyer": "the buyer",
        "dataset": "the dataset",
        "number": "registration number",
        "order": "of the two parties",
    },
}
Labels = Callable[[str, str, str], str]  # code list, code, language -> label


@cache
def clauses() -> dict:
    """Sentences of the clauses in both languages, from clauses.json."""
    return json.loads((Path(__file__).parent / "clauses.json").read_text(encoding="utf-8"))


def clauses_in(template_text: str) -> set[str]:
    """Every place of a template, the clauses of R52 among them."""
    return set(PLACE.findall(template_text))


def legal_text(
    template_text: str, terms: Mapping, parties: Mapping[str, str], *, language: str = "vi", label: Labels
) -> str:
    """The full text of the licence; what people typed is put on one line and never read as a placeholder."""
    values = _values(terms, parties, language, label)
    sentences = {name: _fill(text[language], values) for name, text in clauses()["mandatory"].items()}
    return _fill(template_text, values | sentences)


def blocks(text: str) -> list[tuple[str, str]]:
    """Paragraphs of a legal text for a page: ("title" | "heading" | "text", words)."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        marks, _, rest = line.partition(" ")
        kind = {"#": "title", "##": "heading"}.get(marks)
        found.append((kind, rest) if kind else ("text", line))
    return found


def _fill(text: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda match: values[match[1]], text)


def _one_line(value: object) -> str:
    return " ".join(str(value).split()).lstrip("#").strip()


def _values(terms: Mapping, parties: Mapping[str, str], language: str, label: Labels) -> dict[str, str]:
    typed = {
        "months": terms["term_months"],
        "users": terms["max_users"],
        "days": terms["delete_within_days"],
        "attribution": terms["attribution"],
        "ip_restrictions": terms["ip_restrictions"],
    }
    numbers = {name: _one_line("" if value is None else value) for name, value in typed.items()}
    chosen = {
        clause: _fill(clauses()["answers"][clause][answer][language], numbers)
        for clause, answer in _answers(terms).items()
    }
    named = {name: _one_line(parties.get(name) or word) for name, word in UNKNOWN[language].items()}
    lists = {
        "purposes": "; ".join(label("purpose", code, language) for code in terms["purposes"]),
        "territories": "; ".join(label("territory", code, language) for code in terms["territories"]),
    }
    return chosen | named | lists


def _answers(terms: Mapping) -> dict[str, str]:
    """Which sentence of clauses.json stands for each answer."""

    def yes(key: str) -> str:
        return "yes" if terms[key] else "no"

    limited = terms["term_months"] is not None
    return {
        "term": "months" if limited else "unlimited",
        "exclusivity": yes("is_exclusive"),
        "onward_transfer": terms["onward_transfer"],
        "derivation": terms["derivation"],
        "machine_learning": yes("machine_learning"),
        "users": "limited" if terms["max_users"] else "unlimited",
        "attribution": "named" if terms["attribution"] else "none",
        "abroad": yes("may_leave_vietnam"),
        "ip": "named" if terms["ip_restrictions"] else "none",
        "deletion": "days" if limited else "unlimited",
    }
