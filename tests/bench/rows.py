"""Datasets of the shared generator as rows of the register: made in bulk, shown in the catalogue by its own index."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from accounts.organisations.models import Organisation
from accounts.users.models import User
from catalog.assets.models import Asset, Origin, Revision
from catalog.assets.states import RevisionState
from catalog.classification.models import Access, Classification, Importance, Secrecy, Sharing, Subject
from catalog.datasets.models import Column, DataFile, ReadingState
from catalog.licences.models import LicenceTemplate
from catalog.offers.models import Listing
from catalog.offers.selectors import TERMS
from catalog.offers.states import ListingState
from catalog.quality.models import QualityStatement
from catalog.search.index import fields_of
from catalog.search.models import CatalogueEntry
from exchange.codes.models import Province
from exchange.codes.selectors import codes
from exchange.common.clock import VIETNAM, now
from exchange.common.vietnamese import fold
from exchange.files.models import StoredFile

CHUNK = 500
KINDS = {"ministry": "agency", "province": "province", "enterprise": "enterprise"}
SHARING = {"open": Sharing.OPEN, "shared": Sharing.SHARED}
FREQUENCIES = {"annual": "yearly"}
COLUMNS = ("ma_tinh", "ten_tinh", "ky", "chi_tieu", "gia_tri", "don_vi", "nguon", "cap_nhat", "ghi_chu", "ma_dia_ban")


class Maker:
    """Holds what all rows share: people, publishers, one stored file, one licence."""

    def __init__(self, publishers: Iterable[dict[str, Any]]) -> None:
        self.provinces = {_bare(province.name_vi): province for province in Province.objects.all()}
        self.themes = [row.code for row in codes("theme")]
        self.frequencies = {row.code for row in codes("frequency")}
        self.steward = User.objects.create_user("bench-steward@example.vn")
        self.reviewer = User.objects.create_user("bench-reviewer@example.vn")
        self.licence = LicenceTemplate.objects.order_by("pk")[0]
        self.owners = {row["code"]: self._owner(row) for row in publishers}
        content = b"a,b\n1,2\n"
        self.stored = StoredFile.objects.create(
            purpose="data", name="x.csv", media_type="text/csv", size=8, sha256=hashlib.sha256(content).hexdigest()
        )

    def _owner(self, row: dict[str, Any]) -> Organisation:
        place = next((p for name, p in self.provinces.items() if name in fold(row["vi"])), self.provinces["ha noi"])
        return Organisation.objects.create(
            kind=KINDS[row["kind"]],
            name_vi=row["vi"],
            name_en=row["en"],
            short_name=row["code"][:40],
            province=place,
            state="active",
            verified_at=now(),
        )

    def load(self, rows: Iterable[dict[str, Any]]) -> int:
        """Every row registered and listed; how many."""
        source, count = iter(rows), 0
        while chunk := list(islice(source, CHUNK)):
            self._load_chunk(chunk, count)
            count += len(chunk)
        return count

    def _load_chunk(self, rows: list[dict[str, Any]], start: int) -> None:
        assets = Asset.objects.bulk_create(
            Asset(number=f"D-2026-{start + at:06d}", owner=self.owners[row["publisher_code"]], created_by=self.steward)
            for at, row in enumerate(rows)
        )
        revisions = Revision.objects.bulk_create(
            self._revision(asset, row, start + at) for at, (asset, row) in enumerate(zip(assets, rows, strict=True))
        )
        classes = Classification.objects.bulk_create(map(self._class, revisions, rows))
        statements = QualityStatement.objects.bulk_create(map(self._quality, revisions, rows))
        files = DataFile.objects.bulk_create(map(self._file, revisions, rows))
        Column.objects.bulk_create(
            column for file, row in zip(files, rows, strict=True) for column in _columns(file, row)
        )
        listings = Listing.objects.bulk_create(
            self._listing(revision, row, start + at)
            for at, (revision, row) in enumerate(zip(revisions, rows, strict=True))
        )
        for asset, revision in zip(assets, revisions, strict=True):
            asset.live = revision
        Asset.objects.bulk_update(assets, ["live"])
        parts = zip(revisions, classes, statements, files, listings, strict=True)
        CatalogueEntry.objects.bulk_create(self._entries(parts))

    def _revision(self, asset: Asset, row: dict[str, Any], serial: int) -> Revision:
        moment = dt.datetime.combine(dt.date.fromisoformat(row["modified"]), dt.time(9), VIETNAM)
        return Revision(
            asset=asset,
            state=RevisionState.REGISTERED,
            steps_done=[1, 2, 3, 4, 5],
            title_vi=row["title_vi"][:110],
            title_en=row["title_en"][:110],
            summary_vi=row["description_vi"][:255],
            summary_en=row["description_en"][:255],
            description_vi=row["description_vi"],
            description_en=row["description_en"],
            kind="statistics",
            theme=row["themes"][0] if row["themes"][0] in self.themes else self.themes[serial % len(self.themes)],
            keywords=row["keywords"],
            province=self.provinces.get(_bare(row["province"])),
            contact_mailbox="dulieu@example.vn",
            origin=Origin.ORIGINAL,
            how_obtained="own_operation",
            legal_basis="Luật Thống kê, Điều 48",
            right_hold=True,
            right_use=True,
            right_operate=True,
            submitted_by=self.steward,
            submitted_at=moment,
            decided_by=self.reviewer,
            decided_at=moment,
            certificate_number=f"CN-2026-{serial:06d}",
            content_hash=hashlib.sha256(row["id"].encode()).hexdigest(),
        )

    def _class(self, revision: Revision, row: dict[str, Any]) -> Classification:
        return Classification(
            revision=revision,
            sharing=SHARING.get(row["classification"], Sharing.SHARED),
            importance=Importance.OTHER,
            subject=Subject.NON_PERSONAL,
            secrecy=Secrecy.NONE,
            access=Access.ACCOUNT,
            layer="aggregate",
            prohibited_declared=True,
            classified_by=self.steward,
            classified_on=revision.decided_at.date(),
        )

    def _quality(self, revision: Revision, row: dict[str, Any]) -> QualityStatement:
        asked = FREQUENCIES.get(row["update_frequency"], row["update_frequency"])
        return QualityStatement(
            revision=revision,
            frequency=asked if asked in self.frequencies else "yearly",
            last_updated=revision.decided_at.date(),
            limitations="Số liệu sơ bộ.",
            **{name: int(100 * value) for name, value in row["quality"].items()},
        )

    def _file(self, revision: Revision, row: dict[str, Any]) -> DataFile:
        return DataFile(
            revision=revision,
            stored=self.stored,
            original_name=f"{row['slug'][:60]}.csv",
            format="XLSX" if "XLSX" in row["formats"] else "CSV",
            state=ReadingState.CONFIRMED,
            row_count=row["row_count"],
            column_count=min(row["column_count"], len(COLUMNS)),
            uploaded_by=self.steward,
        )

    def _listing(self, revision: Revision, row: dict[str, Any], serial: int) -> Listing:
        is_priced = row["price_vnd"] > 0
        listing = Listing(
            number=f"NY-2026-{serial:06d}",
            revision=revision,
            state=ListingState.LISTED,
            price_kind="one_off" if is_priced else "free",
            price=row["price_vnd"],
            vat_treatment="VAT10" if is_priced else "",
            licence=self.licence,
            purposes=["research", "internal_analysis", "derived_product"],
            territories=["VN"],
            term_months=12,
            onward_transfer="none",
            derivation="product",
            attribution=revision.asset.owner.name_vi,
            submitted_by=self.steward,
            decided_by=self.reviewer,
            decided_at=revision.decided_at,
            listed_at=revision.decided_at,
            content_hash=revision.content_hash,
        )
        terms = {name: getattr(listing, name) for name in TERMS}
        licence = {"licence": self.licence.code, "licence_version": self.licence.version, "may_leave_vietnam": False}
        listing.snapshot = {"terms": licence | terms, "file_sha256": self.stored.sha256}
        return listing

    def _entries(self, parts: Iterable[tuple[Any, ...]]) -> Iterator[CatalogueEntry]:
        for revision, classification, statement, file, listing in parts:
            revision.classification, revision.quality = classification, statement
            yield CatalogueEntry(asset=revision.asset, **fields_of(revision, file=file, listing=listing))


def _bare(place: str) -> str:
    """The name of a province without what kind of place it is."""
    return fold(place).removeprefix("thanh pho ").removeprefix("tinh ").removeprefix("tp. ")


def _columns(file: DataFile, row: dict[str, Any]) -> Iterator[Column]:
    for at, name in enumerate(COLUMNS[: file.column_count]):
        yield Column(
            file=file,
            position=at + 1,
            name=name,
            label_vi=name.replace("_", " ").capitalize(),
            type="text" if at % 2 else "integer",
            is_key=at == 0,
            distinct=min(row["row_count"], 63),
            minimum="1",
            maximum="99",
            example="17",
        )
