"""What the pages say about a dossier: tasks, course, remarks, summary rows, lines of the check."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access.actor import Actor
from accounts.access.policies import may
from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE, RevisionState
from catalog.assets.steps import FILE, REGISTRATION_STEPS
from catalog.assets.wizard import STEPS, THEN_CHECK, step_url
from catalog.datasets import lacking
from catalog.datasets.selectors import current_file, dictionary
from catalog.datasets.states import ReadingState
from catalog.licences.selectors import full_text_blocks, plain_rights
from catalog.offers.models import Listing
from catalog.offers.selectors import owner_actions, terms, unanswered
from catalog.quality.selectors import measured_figures
from catalog.registration import places
from catalog.registration.answers import sections
from catalog.registration.pages import Dossier, Page
from catalog.registration.progress import standing_of_listing, standing_of_revision
from catalog.registration.selectors import can_discard, can_offer, can_withdraw, obstacle_to_retiring
from exchange.codes.selectors import label
from exchange.common import clock
from exchange.rules.engine import Finding

Row = dict[str, Any]
STEP_HINTS = {
    1: _("Title, description, people, contact"),
    2: _("File, how it is read, fields"),
    3: _("Where the data comes from, rights, papers"),
    4: _("Sharing nature, importance, personal data, secrecy"),
    5: _("Frequency, limits, six qualities"),
}


def lost_in_words(names: Iterable[str]) -> str:
    """The sentence about answers of other pages that went away with a new answer."""
    words = ngettext(
        "With this answer another one no longer fits and was removed: %(names)s.",
        "With this answer others no longer fit and were removed: %(names)s.",
        len(listed := [str(places.label(name)) for name in names]),
    )
    return words % {"names": "; ".join(listed)}


def detail(dossier: Dossier, actor: Actor) -> Row:
    """Context of the asset's page."""
    revision, listing = dossier.revision, dossier.listing
    has_offer = listing.pk is not None
    editor = may(actor, "catalog.edit_asset", revision.asset.owner)
    return {
        "revision": revision,
        "dossier": dossier,
        "standing": standing_of_revision(revision),
        "offer": listing if has_offer else None,
        "offer_standing": standing_of_listing(listing, revision.asset.number) if has_offer else None,
        "is_open": revision.state in EDITABLE,
        "tasks": _tasks(dossier) if revision.state in EDITABLE else [],
        "offer_tasks": _offer_tasks(dossier) if can_offer(dossier) else [],
        "done": sum(step in revision.steps_done for step in REGISTRATION_STEPS),
        "remarks": _remarks(revision, "reason_listing", linked=editor),
        "offer_remarks": _remarks(listing, "reason_listing", linked=editor) if has_offer else None,
        "course": _course(revision),
        "sections": sections(dossier, linked=False),
        "may_edit": editor,
        "offer_actions": owner_actions(listing) if has_offer and editor else [],
        "certificate_url": _certificate_url(revision.asset.live) if revision.asset.live else "",
        "is_live": revision.pk == revision.asset.live_id,
        "may_retire": editor and revision.pk == revision.asset.live_id and not obstacle_to_retiring(revision.asset)[0],
        "may_withdraw": may(actor, "catalog.submit_asset", revision.asset.owner) and can_withdraw(revision),
        "may_discard": editor and can_discard(revision),
    }


def _certificate_url(revision: Revision) -> str:
    return reverse("catalog:certificate", kwargs={"number": revision.certificate_number})


def _tasks(dossier: Dossier) -> list[Row]:
    revision, number = dossier.revision, dossier.revision.asset.number
    begun = _begun(dossier)
    tasks = [
        _task(f"{step}. {STEPS[step]}", STEP_HINTS[step], step_url(number, step), _step_state(revision, step, begun))
        for step in REGISTRATION_STEPS
    ]
    tasks[FILE - 1] |= _file_lacks(revision) if FILE not in revision.steps_done else {}
    ready = not set(REGISTRATION_STEPS) - set(revision.steps_done)
    url = step_url(number, 7) if ready else ""
    hint = _("Everything is answered; check and send") if ready else _("Opens when the five steps are done")
    return [*tasks, _task(_("Check and send the registration"), hint, url, "open" if ready else "closed")]


def _file_lacks(revision: Revision) -> Row:
    """What the dictionary still lacks, with the way to the first column meant."""
    file = current_file(revision)
    if file is None or file.state != ReadingState.CONFIRMED:
        return {}
    every = dictionary(file)
    open_columns = lacking.columns(every)
    if not open_columns:
        return {}
    return {"hint": lacking.sentence(every), "url": lacking.address(revision.asset.number, open_columns[0])}


def _offer_tasks(dossier: Dossier) -> list[Row]:
    number, listing = dossier.revision.asset.number, dossier.listing
    state = "waiting" if listing.pk is None else "begun" if unanswered(listing) else "done"
    is_ready = state == "done"
    url = step_url(number, 7) if is_ready else ""
    hint = _("Everything is answered; check and send") if is_ready else _("Opens when step 6 is done")
    return [
        _task(f"6. {STEPS[6]}", _("Price, VAT, purposes, territory, term"), step_url(number, 6), state),
        _task(_("7. Check and send the offer"), hint, url, "open" if is_ready else "closed"),
    ]


def _task(title: Any, hint: Any, url: str, state: str) -> Row:
    return {"title": title, "hint": hint, "url": url, "state": state}


def _begun(dossier: Dossier) -> dict[int, bool]:
    revision = dossier.revision
    return {
        1: bool(revision.title_vi),
        2: current_file(revision) is not None,
        3: bool(revision.origin),
        4: dossier.classification.pk is not None,
        5: dossier.quality.pk is not None,
    }


def _step_state(revision: Revision, step: int, begun: dict[int, bool]) -> str:
    if step in revision.steps_done:
        return "done"
    return "begun" if begun[step] else "waiting"


def _remarks(case: Revision | Listing, reasons: str, *, linked: bool) -> Row | None:
    """What the exchange asked for or decided: reason, words, and the fields it means, with links for who may edit."""
    if not case.reason_code and not case.reason_text:
        return None
    number = case.asset.number if isinstance(case, Revision) else case.revision.asset.number
    is_refusal = case.state == RevisionState.REJECTED
    return {
        "reason": label("refusal_article" if is_refusal else reasons, case.reason_code),
        "text": case.reason_text,
        "fields": [
            {"label": places.label(name), "url": places.link(number, name) if linked else ""}
            for name in case.reason_fields
        ],
        "decision": case.decision_number,
        "due": case.due_on,
        "is_open": case.state in (RevisionState.RETURNED,),
    }


def _course(revision: Revision) -> list[Row]:
    """Timeline of a registration: what happened and what comes."""
    order = ["draft", "submitted", "in_review", "registered"]
    state = {"returned": "in_review", "superseded": "registered", "retired": "registered"}.get(
        revision.state, revision.state
    )
    at = order.index(state) if state in order else 2
    titles = [_("Draft begun"), _("Registration sent"), _("Under review"), _("Registered, certificate issued")]
    if state not in order:
        titles[3] = revision.get_state_display()
        at = 3
    when = [revision.created_at, revision.submitted_at, None, revision.decided_at]
    return [
        {"title": title, "state": _moment_state(index, at), "detail": _day(when[index]) if index <= at else ""}
        for index, title in enumerate(titles)
    ]


def _moment_state(index: int, at: int) -> str:
    if index == at:
        return "done" if at == 3 else "now"
    return "done" if index < at else "wait"


def _day(moment: Any) -> str:
    return formats.date_format(clock.local_day(moment), "SHORT_DATE_FORMAT") if moment else ""


def lines(findings: Iterable[Finding], revision: Revision) -> list[Row]:
    """Checks that do not pass: what to do with a link where it can be done, the rule, and what will happen."""
    number, is_open = revision.asset.number, revision.state in EDITABLE
    return [
        {
            "rule": finding.rule,
            "message": finding.message,
            "article": finding.basis,
            "verdict": str(finding.verdict),
            "links": [
                {
                    "label": places.label(name),
                    "url": _then(places.link(number, name)) if is_open or not places.is_of_registration(name) else "",
                }
                for name in finding.fields
            ],
        }
        for finding in findings
    ]


def way_back(revision: Revision, shown: Iterable[Row]) -> Row | None:
    """How a registration that was sent is opened again, where a check asks for something in it."""
    if all(link["url"] for line in shown for link in line["links"]):
        return None
    number = revision.asset.number
    if can_withdraw(revision):
        url = reverse("catalog:register-withdraw", kwargs={"number": number})
        return {"text": TAKE_BACK, "url": url, "action": _("Take the registration back")}
    if revision.pk == revision.asset.live_id:
        url = reverse("catalog:register-new-revision", kwargs={"number": number})
        return {"text": REVISE, "url": url, "action": _("Prepare a new revision")}
    return {"text": WAIT, "url": "", "action": ""}


TAKE_BACK = _(
    "What is missing belongs to the registration, which was sent. Take it back, complete it, and send it again "
    "together with the offer."
)
REVISE = _(
    "What is missing belongs to the registration, which is in the register. Complete it in a new revision and offer "
    "that one; the present one stays valid until then."
)
WAIT = _(
    "What is missing belongs to the registration, which is being reviewed. It can be completed when the reviewer "
    "returns it, or in a new revision once it is registered."
)


def _then(url: str) -> str:
    """A link that comes back to the check after saving; pages elsewhere are left as they are."""
    if "/register/" not in url:
        return url
    path, hash_sign, anchor = url.partition("#")
    return f"{path}{THEN_CHECK}{hash_sign}{anchor}"


def beside(page: Page, dossier: Dossier) -> Row:
    """What a page shows besides its questions."""
    if page.slug == "4":
        return {"kind": "badges", "badges": dossier.classification.badges} if dossier.classification.pk else {}
    if page.slug == "5-scores":
        return {"kind": "measured", "measured": measured_figures(dossier.quality)}
    if page.slug == "6-terms" and dossier.listing.pk and not unanswered(dossier.listing):
        return {"kind": "licence", **faces(dossier.listing)}
    return {}


def faces(listing: Listing) -> Row:
    """The licence in plain words and as text, from the present answers."""
    asset = listing.revision.asset
    parties = {"seller": asset.owner.name_vi, "dataset": listing.revision.title_vi, "number": asset.number}
    machine = terms(listing)
    return {"rights": plain_rights(machine), "text": full_text_blocks(machine, parties)}
