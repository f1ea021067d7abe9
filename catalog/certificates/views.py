"""Public pages of a certificate and the files that let anybody recompute its hashes."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views import View
from django.views.generic import DetailView

from catalog.assets.models import Revision
from catalog.certificates import selectors
from exchange.common.canonical import canonical_json
from exchange.transparency.selectors import opening, proof


@method_decorator(login_not_required, name="dispatch")
class Certificate(DetailView):
    """The certificate: facts, hashes, the log entry, how to check it; printable."""

    template_name = "catalog/certificates/certificate.html"
    slug_field = "certificate_number"
    slug_url_kwarg = "number"
    context_object_name = "revision"

    def get_queryset(self):
        """Certificates are public; a number that was not issued gives 404."""
        return selectors.certified()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Facts as they were frozen, and the proof once the entry is published."""
        revision = self.object
        entry = selectors.entry_of_registration(revision)
        is_owner = Revision.objects.visible_to(self.request.actor).filter(pk=revision.pk).exists()
        return super().get_context_data(**kwargs) | {
            "content": revision.snapshot,
            "entry": entry,
            "proof": proof(entry) if entry else None,
            "is_content_public": selectors.is_content_public(revision),
            "offer": selectors.public_offer(revision),
            "may_open": is_owner and entry is not None,
        }


@method_decorator(login_not_required, name="dispatch")
class HashedContent(View):
    """The canonical bytes whose SHA-256 is the content hash."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """RFC 8785 JSON as it was hashed."""
        revision = get_object_or_404(selectors.certified(), certificate_number=number)
        if not selectors.is_content_public(revision):
            raise Http404
        return canonical_file(revision.snapshot, f"{number}.json")


@method_decorator(login_not_required, name="dispatch")
class HashedOffer(View):
    """The same for the public offer on the market."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """RFC 8785 JSON as it was hashed."""
        revision = get_object_or_404(selectors.certified(), certificate_number=number)
        offer = selectors.public_offer(revision)
        if offer is None:
            raise Http404
        return canonical_file(offer.snapshot, f"{offer.number}.json")


class Opening(View):
    """What opens the public commitment of the registration, for its owner and for staff."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """Salt and record of the entry."""
        revision = get_object_or_404(
            Revision.objects.visible_to(request.actor).filter(state__in=selectors.CERTIFIED), certificate_number=number
        )
        entry = selectors.entry_of_registration(revision)
        if entry is None:
            raise Http404
        return JsonResponse(
            opening(entry), headers={"Content-Disposition": f'attachment; filename="{number}-opening.json"'}
        )


def canonical_file(content: dict[str, Any], name: str) -> HttpResponse:
    """A download of exactly the bytes that were hashed."""
    return HttpResponse(
        canonical_json(content),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
