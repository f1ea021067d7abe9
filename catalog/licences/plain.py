"""The licence in plain words, "may / must / must not", from the same machine terms as the legal text."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Line = tuple[str, str]  # icon of the design, sentence


@dataclass(frozen=True)
class Rights:
    """Three short lists for a page."""

    may: list[Line]
    must: list[Line]
    must_not: list[Line]


def rights(terms: Mapping, *, label: Callable[[str, str], str], purposes: Collection[str] = ()) -> Rights:
    """What a buyer may, must and must not do, each line with its icon; `label` names a code of a list.

    `purposes` is the whole list of purposes: terms that allow all of them say so in one line.
    """
    return Rights(_may(terms, label, purposes), _must(terms), _must_not(terms))


def _may(terms: Mapping, label: Callable[[str, str], str], every: Collection[str]) -> list[Line]:
    places = "; ".join(label("territory", code) for code in terms["territories"])
    lines = [("r-use", _use(terms["purposes"], label, every))]
    if terms["derivation"] == "internal":
        lines.append(("r-derive", _("Make derived products for internal use")))
    if terms["derivation"] in ("product", "free"):
        lines.append(("r-derive", _("Make and sell value-added products, labelled as such")))
    if terms["machine_learning"]:
        lines.append(("chart", _("Train and test machine-learning models")))
    if terms["onward_transfer"] == "group":
        lines.append(("org", _("Pass the data to subsidiaries owned by more than 50 %")))
    if terms["onward_transfer"] == "free":
        lines.append(("r-share", _("Copy the data and pass it on to anyone")))
    if terms["max_users"]:
        text = ngettext("Give %(count)d person access", "Give up to %(count)d people access", terms["max_users"])
        lines.append(("user", text % {"count": terms["max_users"]}))
    lines.append(("map", _("Use the data in: %(places)s") % {"places": places}))
    lines.append(("calendar", _term(terms["term_months"])))
    return lines


def _use(allowed: Collection[str], label: Callable[[str, str], str], every: Collection[str]) -> str:
    if every and set(every) <= set(allowed):
        return _("Use the data for every purpose on the list of the exchange")
    return _("Use the data for: %(purposes)s") % {"purposes": "; ".join(label("purpose", code) for code in allowed)}


def _term(months: int | None) -> str:
    if months is None:
        return _("Use the data without limit in time")
    text = ngettext("Use the data for %(count)d month", "Use the data for %(count)d months", months)
    return text % {"count": months}


def _must(terms: Mapping) -> list[Line]:
    lines = []
    if terms["attribution"]:
        lines.append(("r-credit", _("Name the source: “%(source)s”") % {"source": terms["attribution"]}))
    lines.append(("r-report", _("Report a leak or unlawful access within 72 hours")))
    days = terms["delete_within_days"]
    if terms["term_months"] is not None:
        text = ngettext(
            "Delete the original data within %(count)d day after the right ends",
            "Delete the original data within %(count)d days after the right ends",
            days,
        )
        lines.append(("r-delete", text % {"count": days}))
    lines.append(("eye", _("Keep a log of use and open it to a check")))
    return lines


def _must_not(terms: Mapping) -> list[Line]:
    lines = [("r-person", _("Trace the data back to a person or household"))]
    onward = {
        "none": _("Resell, publish or pass on the original data"),
        "group": _("Pass the original data on outside the group"),
        "consent": _("Pass on the original data without the seller's written consent"),
    }
    derived = {"none": _("Make derived products"), "internal": _("Supply derived products to others")}
    if terms["onward_transfer"] in onward:
        lines.append(("r-noshare", onward[terms["onward_transfer"]]))
    if terms["derivation"] in derived:
        lines.append(("r-derive", derived[terms["derivation"]]))
    if not terms["machine_learning"]:
        lines.append(("chart", _("Train machine-learning models")))
    if not terms["may_leave_vietnam"]:
        lines.append(("r-abroad", _("Store or transfer the original data outside Viet Nam")))
    if terms["ip_restrictions"]:
        lines.append(("lock", _("Break this restriction: %(text)s") % {"text": terms["ip_restrictions"]}))
    return lines
