"""The catalogue and the pages of a dataset; open to everybody."""

import time
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views import View

from catalog.licences.odrl import policy
from catalog.search import pages, selectors, services, tables
from catalog.search.detail import Dataset, dataset, page
from catalog.search.filters import CatalogueFilter
from catalog.search.reading import is_visitor
from exchange.common import kept
from exchange.common.addresses import absolute
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.files.ranges import disposition, ranged_response


@method_decorator(login_not_required, name="dispatch")
class Catalogue(View):
    """Search, facets, results."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page of what was found."""
        asked = CatalogueFilter(request.GET)
        make = partial(self._found, request, asked)
        is_kept = settings.CATALOGUE_KEPT_SECONDS > 0 and is_visitor(request.actor)
        found = kept.once(self._as_of_now(request), make) if is_kept else make()
        return render(request, "catalog/search/catalogue.html", {"words": asked.words, "found": found})

    def _as_of_now(self, request: HttpRequest) -> tuple[str, int, int]:
        """What was asked, the last thing that happened in the market, and the half minute."""
        moment = int(time.monotonic() / settings.CATALOGUE_KEPT_SECONDS)
        return request.GET.urlencode(), selectors.last_event(), moment

    def _found(self, request: HttpRequest, asked: CatalogueFilter) -> SafeString:
        query = selectors.Query(asked.words, asked.chosen, asked.sort)
        counts = selectors.counts(query, actor=request.actor)
        number = min(asked.page, max(1, -(-counts.total // selectors.PAGE)))
        entries = []
        if counts.total:
            hits = selectors.MOST_HITS if counts.is_capped else counts.total
            entries = selectors.page_of(query, actor=request.actor, number=number, hits=hits)
        without_words = partial(selectors.count_without_words, query, actor=request.actor)
        context = pages.page(asked, query, counts, entries, without_words)
        return render_to_string("catalog/search/_catalogue.html", context, request)


class OfDataset(View):
    """A page about one dataset; what the viewer may not see is not found."""

    def found(self) -> Dataset:
        """The dataset of the address."""
        return dataset(self.kwargs["number"], actor=self.request.actor)  # type: ignore[attr-defined]


@method_decorator(login_not_required, name="dispatch")
class DatasetDetail(OfDataset):
    """What is known about a dataset, and how to get it."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """The page."""
        return render(request, "catalog/search/dataset.html", {"page": page(number, actor=request.actor)})


@method_decorator(login_not_required, name="dispatch")
class DatasetDictionary(OfDataset):
    """The dictionary as CSV."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """The file."""
        found = self.found()
        response = HttpResponse(tables.dictionary(found.columns), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = disposition(f"{number}-dictionary.csv")
        return response


@method_decorator(login_not_required, name="dispatch")
class DatasetLicence(OfDataset):
    """The terms of the offer as ODRL."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """JSON-LD of what was approved."""
        found = self.found()
        if found.listing is None or not found.terms:
            raise Http404
        terms = policy(
            found.terms,
            uid=f"urn:sha256:{found.listing.content_hash}",
            target=absolute(f"/datasets/{number}/"),
            assigner=f"urn:vn-data-exchange:organisation:{found.owner.log_ref}",
        )
        return JsonResponse(terms, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


@method_decorator(login_not_required, name="dispatch")
class DatasetDownload(OfDataset):
    """Open data for anyone: counted by day, nobody is recorded."""

    def get(self, request: HttpRequest, number: str) -> HttpResponseBase:
        """The very bytes that were approved, or the reason why not."""
        found = self.found()
        if not found.is_open or found.file is None:
            raise Http404
        file = found.file
        try:
            services.check_release(listing=found.listing, file=file)
            response = ranged_response(request, file.stored, file.original_name)
        except DomainError as error:
            return render(request, "catalog/search/unavailable.html", {"dataset": found, "error": error}, status=409)
        if request.method == "GET" and is_first_part(response):
            services.count_release(file=file, day=today())
        return response

    def head(self, request: HttpRequest, number: str, **kwargs: Any) -> HttpResponseBase:
        """Size and hash, without content and without counting."""
        return self.get(request, number)


def is_first_part(response: HttpResponseBase) -> bool:
    """Whether a download begins here: the whole file, or its first range."""
    return response.status_code == 200 or response.headers.get("Content-Range", "").startswith("bytes 0-")
