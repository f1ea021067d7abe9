"""Public pages of the log, and its files for programs."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from exchange.common.charts import Series, columns
from exchange.common.clock import today
from exchange.transparency import checker, keys, kinds, selectors, witnesses
from exchange.transparency.folders import folder_of, published_years
from exchange.transparency.forms import CheckForm, OldTreeForm
from exchange.transparency.growth import compare_with_newest, last_growth
from exchange.transparency.tiles import CHECKPOINT, is_tile_name

PLAIN = "text/plain; charset=utf-8"
FOR_EVER = "public, max-age=31536000, immutable"
DAYS_SHOWN = 14
WEEKS_SHOWN = 8
LEAVES_SHOWN = 12


@method_decorator(login_not_required, name="dispatch")
class Home(TemplateView):
    """Figures counted from the log, the checkpoint, the newest entries."""

    template_name = "transparency/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything is read from published entries."""
        figures = selectors.PublicFigures()
        weeks = figures.growth(7 * (WEEKS_SHOWN - 1) + today().weekday() + 1)
        growth = weeks[-DAYS_SHOWN:]
        kept = OldTreeForm(self.request.GET) if {"size", "root"} & set(self.request.GET) else OldTreeForm()
        return super().get_context_data(
            figures=figures,
            counts={name: sum(figures.by_kind.get(kind, 0) for kind in wanted) for name, wanted in COUNTED.items()},
            kinds=[(kinds.label(kind), count) for kind, count in figures.by_kind.items()],
            growth=growth,
            chart=growth_chart(growth),
            weeks=selectors.by_week(weeks, figures.total),
            comparison=last_growth(figures.checkpoint),
            kept=kept,
            answer=compare_with_newest(**_old_tree(kept)) if kept.is_bound and kept.is_valid() else None,
            witnesses=witnesses.standings(),
            freshness=witnesses.freshness(),
            leaves=selectors.latest_leaves(LEAVES_SHOWN),
            key=keys.verifier(figures.year).vkey,
            origin=keys.origin_of(figures.year),
            **kwargs,
        )


def _old_tree(form: OldTreeForm) -> dict[str, Any]:
    return {"old_size": form.cleaned_data["size"], "old_root": form.cleaned_data["root"]}


# Public figures by the kinds of entries they count; a trade is complete also where a part of the payment went back.
COUNTED = {
    "participants": ("participant.verify",),
    "assets": ("asset.register",),
    "listings": ("listing.list",),
    "trades": ("order.complete", "order.split"),
}


def growth_chart(growth: list[tuple[Any, int]]) -> str:
    """Entries a day as columns; the sentence says the total."""
    total = sum(count for _day, count in growth)
    label = _("%(total)s entries were published in the last %(days)s days.") % {"total": total, "days": len(growth)}
    days = [date_format(day, "d/m") for day, _count in growth]
    counts = [count for _day, count in growth]
    ceiling = -(-max(counts) // 4) * 4 or 4  # four grid lines at whole numbers
    return columns(days, [Series(_("Entries"), counts)], label=label, ceiling=ceiling)


@method_decorator(login_not_required, name="dispatch")
class Verify(View):
    """Anybody checks what they hold; nothing is stored."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; a leaf hash in the address (as in a QR code) is checked at once."""
        hashed = request.GET.get("hash", "")[:100]
        if not hashed:
            return self.show(CheckForm())
        return self.show(CheckForm(initial={"text": hashed}), checker.check(hashed))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check what was pasted."""
        form = CheckForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        return self.show(form, checker.check(form.cleaned_data["text"]))

    def show(self, form: CheckForm, verdict: checker.Verdict | None = None, status: int = 200) -> HttpResponse:
        """The page with the answer above the form."""
        years = published_years() or [keys.this_year()]
        context = {
            "form": form,
            "verdict": verdict,
            "key": keys.verifier(years[-1]).vkey,
            "all_keys": " ".join(one.vkey for year in years for one in keys.verifiers(year)),
        }
        return render(self.request, "transparency/verify.html", context, status=status)


@login_not_required
@require_safe
def checkpoint(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The signed tree head, as C2SP tlog-tiles wants it served; without a year, of the open log."""
    return _published(year, CHECKPOINT, PLAIN, "public, max-age=2")


@login_not_required
@require_safe
def tile(request: HttpRequest, name: str, year: int | None = None) -> HttpResponse:
    """A hash tile or an entry bundle: below a year it never changes."""
    name = f"tile/{name}"
    if not is_tile_name(name):
        raise Http404
    return _published(year, name, "application/octet-stream", FOR_EVER if year else "public, max-age=300")


@login_not_required
@require_safe
def key(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The public keys in the text form of C2SP signed-note: the one in use first, then former ones."""
    if year is not None and year not in published_years():
        raise Http404
    text = "".join(f"{verifier.vkey}\n" for verifier in keys.verifiers(year or _open_year()))
    return _open_to_all(HttpResponse(text, content_type=PLAIN), "public, max-age=300")


@login_not_required
@require_safe
def promise_key(request: HttpRequest) -> HttpResponse:
    """The public keys that sign pending receipts."""
    text = "".join(f"{verifier.vkey}\n" for verifier in keys.promise_verifiers())
    return _open_to_all(HttpResponse(text, content_type=PLAIN), "public, max-age=300")


def _open_year() -> int:
    return max(published_years(), default=keys.this_year())


def _published(year: int | None, name: str, media_type: str, caching: str) -> HttpResponse:
    content = folder_of(year or _open_year()).read(name)
    if content is None:
        raise Http404
    return _open_to_all(HttpResponse(content, content_type=media_type), caching)


def _open_to_all(response: HttpResponse, caching: str) -> HttpResponse:
    response["Cache-Control"] = caching
    response["Access-Control-Allow-Origin"] = "*"  # public files: checkers on other sites may read them
    return response
