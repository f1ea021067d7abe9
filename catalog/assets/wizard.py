"""What the frame of a registration page shows: the steps, where one is, the way back."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE

STEPS = {
    1: _("Asset and owner"),
    2: _("File and dictionary"),
    3: _("Origin and rights"),
    4: _("Class and protection"),
    5: _("Quality and freshness"),
    6: _("Offer and terms"),
    7: _("Check and send"),
}
LISTING_STEPS = (6, 7)
THEN_CHECK = "?then=7"  # what is saved on the page leads back to the check


def step_url(number: str, step: int | str) -> str:
    """Address of a step's first page, or of one of its pages."""
    return reverse("catalog:register-step", kwargs={"number": number, "step": str(step)})


def frame(revision: Revision, step: int, *, back: str = "", also_done: Collection[int] = ()) -> dict[str, Any]:
    """Context of `catalog/registration/_wizard.html`; `also_done` names steps kept outside the revision."""
    number = revision.asset.number
    done = {*revision.steps_done, *also_done}
    is_open = revision.state in EDITABLE
    return {
        "number": number,
        "title": revision.title_vi if not revision.title else revision.title,
        "at": step,
        "total": len(STEPS),
        "steps": [_step(number, at, step, done, is_open) for at in STEPS],
        "back": back or reverse("catalog:register-detail", kwargs={"number": number}),
        "tasks": reverse("catalog:register-detail", kwargs={"number": number}),
    }


def _step(number: str, at: int, now: int, done: Collection[int], is_open: bool) -> dict[str, Any]:
    state = "now" if at == now else "done" if at in done else ""
    reachable = at != now and (is_open or at in LISTING_STEPS)
    return {
        "title": STEPS[at],
        "state": state,
        "url": step_url(number, at) if reachable else "",
        "note": _("(only for listing)") if at == LISTING_STEPS[0] else "",
    }
