"""The regulator's admin site: entered by staff appointments alone, queues first, registers below."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import factor
from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.access.policies import may
from exchange.common.casefile import Paper
from exchange.common.clock import now, today
from exchange.common.vietnamese import fold
from exchange.console import figures, queues
from exchange.console.models import PaperOpening
from exchange.console.services import note_opening
from exchange.files.models import StoredFile
from exchange.files.ranges import ranged_response
from exchange.transparency import kinds
from exchange.transparency.models import subject_label
from exchange.transparency.selectors import entries_of

log = structlog.get_logger(__name__)

GROUPS = (
    (_("Participants"), "accounts"),
    (_("Data"), "catalog"),
    (_("Trades and money"), "transactions"),
    (_("Rules and log"), "exchange"),
)


WHY = {
    factor.SET_UP: _(
        "Staff of the exchange enters the console with a second factor, because decisions here move money and rights. "
        "Set it up now; you need a phone or a program that makes codes."
    ),
    factor.USE: _("The console asks for your second factor once in every session. Enter a code of your app."),
}


class ConsoleSite(AdminSite):
    """Stock admin, read-only, in which people decide cases through the services of the rooms."""

    site_header = _("National Data Exchange")
    site_title = _("Regulator's console")
    index_title = _("Work waiting for a decision")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Only who holds an active staff appointment enters, with the second factor where it is asked for."""
        return _is_staff(request) and not _missing_step(request)

    def may(self, request: HttpRequest, right: str) -> bool:
        """Whether the person holds a right."""
        return may(request.actor, right)  # type: ignore[attr-defined]

    @method_decorator(login_not_required)
    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Everybody signs in through the portal; who is signed in without appointment is told so."""
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
            target = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(target)
        if not _is_staff(request):
            log.warning("console_refused", actor=request.actor.label)  # type: ignore[attr-defined]
            raise PermissionDenied
        step = _missing_step(request)
        if step:
            messages.info(request, WHY[step])
            return _redirect(step, target)
        return redirect(target)

    def proof_wanted(self, request: HttpRequest, target: str) -> HttpResponse | None:
        """Acts that move money or rights: who it is must have been proved in the last ten minutes."""
        if not settings.STAFF_SECOND_FACTOR or factor.is_proof_recent(request):
            return None
        messages.info(
            request, _("This act moves money or rights: confirm once more that it is you, then carry it out.")
        )
        return _redirect(factor.USE, target)

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """End the session and go back to the portal."""
        return _end_session(request)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The password is changed in the portal."""
        return redirect("account_change_password")

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict | None = None) -> HttpResponse:
        """Registers stand in the navigation; there is no page of an application."""
        return redirect("admin:index")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Registers in groups with names for people."""
        apps = self._build_app_dict(request, app_label)
        for found in apps.values():
            for row in found["models"]:
                row["name"] = self._registry[row["model"]].heading
        return [
            {**apps[label], "name": name, "models": sorted(apps[label]["models"], key=lambda row: fold(row["name"]))}
            for name, label in GROUPS
            if label in apps
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the head and the side navigation need on every page; one query for all queues."""
        context = super().each_context(request)
        if not self.has_permission(request):
            return context
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = queues.queues_of(actor)
        return context | {
            "console_queues": found,
            "console_totals": queues.totals(found),
            "console_name": str(actor.user),
            "console_role": StaffRole(actor.staff_role).label,
            "console_demo": settings.DEMO,
            "has_errors": False,
        }

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Work first, late items on top; then the queues and how fast they move."""
        mine = request.GET.get("scope") == "mine"
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = figures.weeks(today())
        count, value = figures.completed_value(today().replace(day=1))
        return super().index(
            request,
            {
                "work": queues.work_list(actor, mine=mine),
                "mine": mine,
                "now": now(),
                "weeks": found,
                "this_week": found[-1],
                "completed_count": count,
                "completed_value": value,
                "flow_chart": figures.flow_chart(found),
                "wait_chart": figures.wait_chart(found),
                **(extra_context or {}),
            },
        )

    def entries_of(self, record: Model) -> list[dict[str, Any]]:
        """What the public log holds about a row."""
        if not hasattr(record, "log_ref"):
            return []
        return [{"entry": entry, "label": kinds.label(entry.kind)} for entry in entries_of(record)]

    def papers_seen(self, request: HttpRequest, papers: Sequence[Paper]) -> set[str]:
        """Papers this person has opened before."""
        ids = [UUID(str(paper.file_id)) for paper in papers]
        opened = PaperOpening.objects.filter(user_id=request.user.pk, file_id__in=ids) if ids else ()
        return {str(one.file_id) for one in opened}

    def open_paper(self, request: HttpRequest, stored: StoredFile, record: Model) -> HttpResponseBase:
        """A paper as a download, its hash checked; the opening is kept."""
        response = ranged_response(request, stored)
        note_opening(file=stored, subject=subject_label(record), actor=request.actor)  # type: ignore[attr-defined]
        log.info("paper_opened", file=str(stored.pk), subject=subject_label(record))
        response["Cache-Control"] = "no-store"
        return response


def _is_staff(request: HttpRequest) -> bool:
    return request.user.is_active and request.actor.is_staff  # type: ignore[attr-defined]


def _missing_step(request: HttpRequest) -> str:
    """Looked up once a request; the site asks several times."""
    if not hasattr(request, "factor_step"):
        request.factor_step = factor.missing_step(request)  # type: ignore[attr-defined]
    return request.factor_step  # type: ignore[attr-defined]


def _redirect(page: str, target: str) -> HttpResponse:
    return redirect(f"{reverse(page)}?{urlencode({'next': target})}")


@require_POST
def _end_session(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("portal:home")
