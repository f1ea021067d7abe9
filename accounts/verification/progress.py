"""How far a case is, in words: stage, holder, due day, course, and the conditions with what to do about each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.organisations.details import BANK, IDENTITY
from accounts.verification.models import VerificationCase
from accounts.verification.states import CaseState
from exchange.codes.services import days_left
from exchange.common.clock import VIETNAM, today
from exchange.rules.engine import Finding, Verdict
from exchange.transparency import kinds
from exchange.transparency.models import Entry

Words = str | Promise

DECLARED = ("R59",)  # held conditions the applicant can meet by a statement of its own
EXCHANGE = _("Reviewer of the exchange")
OWNER = _("Owner of the account")


@dataclass(frozen=True)
class Progress:
    """Where a case stands: headline, sentence, look of the badge, who holds it, until when."""

    title: Words
    text: Words
    tone: str
    icon: str
    holder: Words = ""
    due: dt.date | None = None

    @property
    def days_left(self) -> int | None:
        """Working days until the due day, negative when late."""
        return days_left(today(), self.due) if self.due else None


@dataclass(frozen=True)
class Condition:
    """One condition of taking part: its name, the sentence, the look of its badge, where to mend it."""

    rule: str
    name: Words
    sentence: str
    tone: str
    icon: str
    badge: Words
    url: str


STAGES: dict[str, tuple[Words, Words, str, str, Words]] = {
    CaseState.DRAFT: (
        _("File not sent yet"),
        _("Complete the conditions below, then send the file. Everything is kept; you can stop at any time."),
        "",
        "file",
        OWNER,
    ),
    CaseState.SUBMITTED: (
        _("File sent, waiting for a reviewer"),
        _("A reviewer of the exchange will take it. Nothing is asked of you now."),
        "info",
        "clock",
        EXCHANGE,
    ),
    CaseState.IN_REVIEW: (
        _("The file is under review"),
        _("A reviewer of the exchange reads the file. Nothing is asked of you now."),
        "info",
        "clock",
        EXCHANGE,
    ),
    CaseState.RETURNED: (
        _("The file needs a supplement"),
        _("Read what is asked for below, complete it, then send the file again."),
        "warn",
        "warn",
        OWNER,
    ),
    CaseState.VERIFIED: (_("Verified"), _("The participant is verified."), "ok", "check", ""),
    CaseState.REJECTED: (
        _("The file was rejected"),
        _("The reason stands below. It is final for this file; you may open a new one, with the papers taken over."),
        "err",
        "stop",
        "",
    ),
    CaseState.LAPSED: (
        _("The file has lapsed"),
        _("It was not completed in time. You may open a new one; the papers already given are taken over."),
        "err",
        "clock",
        "",
    ),
}

CONDITION_NAMES: dict[str, Words] = {
    "R1": _("Tax code"),
    "R2": _("Agency code"),
    "R3": _("Identity of the representative"),
    "R4": _("E-identity of the organisation"),
    "R5": _("Payment account"),
    "R59": _("Revenue of the State budget"),
    "R6": _("Certificate of eligibility"),
    "R7": _("Foreign participant"),
    "R86": _("Identity behind the account"),
    "R87": _("Way of taking part"),
    "R88": _("Service contract"),
    "P1": _("Papers"),
    "P2": _("Legal representative"),
}

BADGES: dict[Verdict, tuple[str, str, Words]] = {
    Verdict.PASS: ("ok", "check", pgettext_lazy("condition", "Met")),
    Verdict.WARN: ("warn", "warn", pgettext_lazy("condition", "Take note")),
    Verdict.DUE: ("warn", "clock", pgettext_lazy("condition", "Has a deadline")),
    Verdict.HOLD: ("info", "clock", pgettext_lazy("condition", "A reviewer decides")),
    Verdict.BLOCK: ("warn", "warn", pgettext_lazy("condition", "To do")),
}

# What a person wants to see of the course; papers and proposals stand elsewhere on the page.
SHOWN = ("open", "submit", "take", "return", "resubmit", "verify", "reject", "lapse")


def progress_of(case: VerificationCase) -> Progress:
    """The stage of a case, its holder by role, and the day until which the holder has."""
    title, text, tone, icon, holder = STAGES[case.state]
    return Progress(title, text, tone, icon, holder, case.due_on if case.is_open else None)


def conditions_of(findings: Iterable[Finding]) -> list[Condition]:
    """The findings as a list of things done and to do."""
    return [_condition(finding) for finding in findings]


def steps_of(case: VerificationCase, entries: Iterable[Entry]) -> list[dict[str, str]]:
    """The course of a case for the timeline: what happened when, what is going on, what comes next."""
    done = [
        {"state": "done", "title": kinds.label(entry.kind), "detail": _moment(entry.made_at)}
        for entry in entries
        if entry.kind.removeprefix("case.") in SHOWN
    ]
    if not case.is_open:
        return done
    progress = progress_of(case)
    due = gettext("Until %(day)s") % {"day": _day(progress.due)} if progress.due else ""
    done.append({"state": "now", "title": str(progress.title), "detail": due})
    return [*done, {"state": "wait", "title": gettext("Decision"), "detail": ""}]


def _condition(finding: Finding) -> Condition:
    tone, icon, badge = BADGES[finding.verdict]
    declared = finding.verdict == Verdict.HOLD and finding.rule in DECLARED
    return Condition(
        rule=finding.rule,
        name=CONDITION_NAMES.get(finding.rule, finding.rule),
        sentence=finding.message,
        tone=tone,
        icon=icon,
        badge=badge,
        url=_mend_url(finding.rule) if finding.verdict == Verdict.BLOCK or declared else "",
    )


def _mend_url(rule: str) -> str:
    """The page on which a condition is met."""
    if rule in ("R6", "R7", "P1"):
        return reverse("accounts:evidence-add")
    if rule == "R88":
        return reverse("accounts:service-contract")
    return reverse("accounts:details-edit", args=[BANK if rule in ("R5", "R59") else IDENTITY])


def _moment(moment: dt.datetime) -> str:
    return formats.date_format(moment.astimezone(VIETNAM), "SHORT_DATETIME_FORMAT")


def _day(day: dt.date | None) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""
