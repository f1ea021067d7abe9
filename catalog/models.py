"""Re-exports of the floor's models; code imports from the rooms."""

from catalog.assets.models import Asset, Revision, RightsEvidence
from catalog.classification.models import Classification
from catalog.datasets.models import Column, DataFile, OpenRelease
from catalog.licences.models import LicenceTemplate
from catalog.offers.models import (
    Listing,
    ListingGrant,
    ListingGroupObjectPermission,
    ListingOwner,
    ListingUserObjectPermission,
)
from catalog.quality.models import QualityStatement
from catalog.search.models import CatalogueEntry

__all__ = [
    "Asset",
    "CatalogueEntry",
    "Classification",
    "Column",
    "DataFile",
    "LicenceTemplate",
    "Listing",
    "ListingGrant",
    "ListingGroupObjectPermission",
    "ListingOwner",
    "ListingUserObjectPermission",
    "OpenRelease",
    "QualityStatement",
    "Revision",
    "RightsEvidence",
]
