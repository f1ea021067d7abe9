"""Words of a hold: who stopped the trade, and why, in the language of the reader."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "supervisor": _("Hold of the supervisor"),
    "operator_reviewer": _("Hold of a reviewer of the exchange"),
    "integrity": _("Hold of the integrity check"),
    "owners": _("Hold of the check of the owners"),
}
# codes written by the exchange itself; what people write is shown as they wrote it
CODES: dict[str, str | Promise] = {
    "contract_changed": _("The stored contract no longer matches its hash."),
    "file_changed": _("The stored file no longer matches the approved hash."),
    "record_changed": _("The frozen record of the order differs from the one that was cleared (R54)."),
    "owner_out": _("An owner with a share of the revenue may not trade or has no registered account (R59)."),
    "clauses_missing": _("The licence template lacks mandatory clauses of a contract (R52)."),
}
CLAUSES: dict[str, str | Promise] = {
    "no_reidentification": _("ban on re-identification"),
    "purpose": _("purpose of use"),
    "term": _("term of use"),
    "deletion": _("deletion at the end"),
    "audit": _("right of audit"),
    "breach": _("breach and notification"),
    "dispute": _("settlement of disputes"),
}


def title(rule: str) -> str:
    """Who or what laid the hold."""
    if rule in TITLES:
        return str(TITLES[rule])
    return gettext("Finding %(rule)s of the legality check") % {"rule": rule}


def told(reason: str) -> str | Promise:
    """The reason as a message keeps it: translated when it is read, or what a person wrote."""
    return CODES.get(reason.partition(":")[0], reason)


def sentence(reason: str) -> str:
    """The reason in the active language, with the clauses it names."""
    code, _colon, details = reason.partition(":")
    if code not in CODES:
        return reason
    names = ", ".join(str(CLAUSES.get(name, name)) for name in details.split(",") if name)
    return f"{str(CODES[code]).removesuffix('.')}: {names}." if names else str(CODES[code])
