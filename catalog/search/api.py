"""The catalogue for programs: read only, open to everybody, the same visibility and filters as the pages."""

from typing import Any

from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.search import selectors
from catalog.search.detail import Dataset, dataset
from catalog.search.filters import CatalogueFilter
from catalog.search.models import CatalogueEntry
from exchange.common.addresses import absolute

MOST_ROWS = 100


class EntryOutput(serializers.Serializer):
    """A line of the list."""

    number = serializers.CharField()
    certificate = serializers.CharField()
    title_vi = serializers.CharField()
    title_en = serializers.CharField()
    summary_vi = serializers.CharField()
    summary_en = serializers.CharField()
    publisher = serializers.SerializerMethodField()
    theme = serializers.CharField()
    sharing = serializers.CharField()
    importance = serializers.CharField()
    origin = serializers.CharField()
    access = serializers.CharField()
    formats = serializers.ListField(child=serializers.CharField())
    frequency = serializers.CharField()
    province = serializers.CharField()
    row_count = serializers.IntegerField(allow_null=True)
    quality = serializers.IntegerField(allow_null=True)
    price_kind = serializers.CharField()
    price = serializers.IntegerField()
    registered_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    def get_publisher(self, entry: CatalogueEntry) -> dict[str, str]:
        """Names of the publisher."""
        return {"name_vi": entry.owner.name_vi, "name_en": entry.owner.name_en}

    def get_url(self, entry: CatalogueEntry) -> str:
        """The page for people."""
        return absolute(f"/datasets/{entry.number}/")


class ColumnOutput(serializers.Serializer):
    """A field of the dictionary."""

    name = serializers.CharField()
    label_vi = serializers.CharField()
    label_en = serializers.CharField()
    type = serializers.CharField()
    unit = serializers.CharField()
    code_list = serializers.CharField()
    is_required = serializers.BooleanField()
    is_key = serializers.BooleanField()
    nulls = serializers.IntegerField()
    distinct = serializers.IntegerField()


class DatasetOutput(serializers.Serializer):
    """Everything the page of a dataset says, without sample rows."""

    def to_representation(self, instance: Dataset) -> dict[str, Any]:
        """The entry with what stands behind it."""
        revision, quality = instance.revision, instance.quality
        return EntryOutput(instance.entry).data | {
            "version": revision.number,
            "content_hash": revision.content_hash,
            "description_vi": revision.description_vi,
            "description_en": revision.description_en,
            "keywords": revision.keywords,
            "legal_basis": revision.legal_basis,
            "how_obtained": revision.how_obtained,
            "published_by": revision.publisher or instance.owner.name_vi,
            "access_conditions": self.conditions(instance),
            "limitations": quality.limitations,
            "spatial": quality.spatial,
            "temporal_from": quality.temporal_from,
            "temporal_to": quality.temporal_to,
            "last_updated": quality.last_updated,
            "quality_criteria": [
                {"name": row.name, "measured": row.measured, "declared": row.declared} for row in quality.criteria
            ],
            "dictionary": ColumnOutput(instance.columns, many=True).data,
            "file": self.file(instance),
            "offer": self.offer(instance),
        }

    @staticmethod
    def conditions(instance: Dataset) -> dict[str, str]:
        """Who may have the data, and why not everybody; codes, and the owner's words."""
        names = ("access", "for_state", "for_firms", "for_persons", "limit_reason", "limit_text")
        return {name: getattr(instance.classification, name) for name in names}

    @staticmethod
    def file(instance: Dataset) -> dict[str, Any] | None:
        """Format, size and hash; an address where anyone may download it."""
        if instance.file is None:
            return None
        stored, number = instance.file.stored, instance.entry.number
        return {
            "format": instance.file.format,
            "size": stored.size,
            "sha256": stored.sha256,
            "download": absolute(f"/datasets/{number}/download/") if instance.is_open else None,
        }

    @staticmethod
    def offer(instance: Dataset) -> dict[str, Any] | None:
        """Price and terms of what can be ordered."""
        if instance.listing is None:
            return None
        return {
            "number": instance.listing.number,
            "price_kind": instance.listing.price_kind,
            "price": instance.listing.price,
            "currency": "VND",
            "vat_treatment": instance.listing.vat_treatment,
            "content_hash": instance.listing.content_hash,
            "terms": instance.terms,
            "licence": absolute(f"/datasets/{instance.entry.number}/licence.json"),
        }


class PageInput(serializers.Serializer):
    """Which page, and how long; filters are those of the catalogue."""

    page = serializers.IntegerField(min_value=1, max_value=100_000, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=MOST_ROWS, default=selectors.PAGE)


class DatasetList(APIView):
    """GET /api/v1/datasets/?q=&theme=&…: what the catalogue finds."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """One page; `count` ends at 10,000 and says so."""
        wanted = PageInput(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        number, size = wanted.validated_data["page"], wanted.validated_data["page_size"]
        asked = CatalogueFilter(request.query_params)
        query = selectors.Query(asked.words, asked.chosen, asked.sort)
        counts = selectors.counts(query, actor=request.actor)
        is_beyond = (number - 1) * size >= counts.total
        hits = selectors.MOST_HITS if counts.is_capped else counts.total
        entries = (
            [] if is_beyond else selectors.page_of(query, actor=request.actor, number=number, size=size, hits=hits)
        )
        return Response(
            {
                "count": counts.total,
                "is_capped": counts.is_capped,
                "next": (number * size < counts.total and self.address(request, number + 1)) or None,
                "previous": (number > 1 and self.address(request, number - 1)) or None,
                "results": EntryOutput(entries, many=True).data,
            }
        )

    @staticmethod
    def address(request: Request, number: int) -> str:
        """The same question about another page."""
        params = request.query_params.copy()
        params["page"] = str(number)
        return absolute(f"{request.path}?{params.urlencode()}")


class DatasetItem(APIView):
    """GET /api/v1/datasets/D-2026-000123/: one dataset; 404 for what this viewer may not see."""

    permission_classes = [AllowAny]

    def get(self, request: Request, number: str) -> Response:
        """The dataset."""
        return Response(DatasetOutput(dataset(number, actor=request.actor)).data)
