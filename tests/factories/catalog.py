"""Assets, revisions with everything a certificate needs, and listings with terms and a price."""

import datetime as dt
import hashlib

import factory
from factory.django import DjangoModelFactory

from accounts.organisations.models import Organisation, OrganisationKind
from catalog.assets.models import Asset, Claim, Origin, Revision, RightsEvidence
from catalog.assets.states import RevisionState
from catalog.classification.models import Access, Classification, Importance, Reach, Secrecy, Sharing, Subject
from catalog.datasets.models import Column, DataFile, ReadingState
from catalog.licences.models import Derivation, LicenceTemplate, Onward
from catalog.licences.reference import load as load_licences
from catalog.offers.models import Audience, Listing, ListingOwner, PriceKind
from catalog.offers.selectors import content_hash, registration_snapshot, snapshot
from catalog.offers.states import ListingState
from catalog.quality.models import QualityStatement
from exchange.common import clock
from exchange.files.models import StoredFile
from tests.factories.accounts import OrganisationFactory, UserFactory

CSV = b"ma_tinh,nam,san_luong\n01,2025,1204\n79,2025,3311\n"
ALL_STEPS = [1, 2, 3, 4, 5]


class StoredFileFactory(DjangoModelFactory):
    """The row of a stored file; `content` gives its size and hash."""

    class Meta:
        model = StoredFile
        exclude = ["content"]

    content = CSV
    purpose = "data"
    name = "san-luong.csv"
    media_type = "text/csv"
    size = factory.LazyAttribute(lambda o: len(o.content))
    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(o.content).hexdigest())


class AssetFactory(DjangoModelFactory):
    """An asset of a verified enterprise, unless `owner` or `state_owned` says otherwise."""

    class Meta:
        model = Asset

    class Params:
        state_owned = factory.Trait(
            owner=factory.SubFactory(OrganisationFactory, agency=True, active=True, kind=OrganisationKind.AGENCY)
        )

    number = factory.Sequence(lambda n: f"D-2026-{n + 700_000:06d}")
    owner = factory.SubFactory(OrganisationFactory, active=True)
    created_by = factory.SubFactory(UserFactory)


class RevisionFactory(DjangoModelFactory):
    """A draft without answers. Traits: `complete` (every step done), `submitted`, `in_review`, `registered`."""

    class Meta:
        model = Revision
        skip_postgeneration_save = True

    class Params:
        complete = factory.Trait(
            steps_done=factory.LazyFunction(lambda: list(ALL_STEPS)),
            title_vi=factory.Sequence(lambda n: f"Sản lượng lúa theo tỉnh, bảng {n}"),
            title_en=factory.Sequence(lambda n: f"Rice output by province, table {n}"),
            summary_vi="Sản lượng lúa cả năm của từng tỉnh, nghìn tấn.",
            summary_en="Rice output of each province in the year, thousand tonnes.",
            description_vi="## Phạm vi\nCả nước.\n## Cách dùng\nSo sánh giữa các tỉnh.",
            kind="statistics",
            theme="agriculture",
            keywords=factory.LazyFunction(lambda: ["lúa", "sản lượng", "tỉnh"]),
            steward_name="Cán bộ quản lý dữ liệu 01",
            contact_mailbox="dulieu@example.vn",
            origin=Origin.ORIGINAL,
            how_obtained="own_operation",
            legal_basis="Luật Thống kê, Điều 48",
            right_hold=True,
            right_use=True,
            right_operate=True,
        )
        submitted = factory.Trait(
            complete=True,
            state=RevisionState.SUBMITTED,
            submitted_at=factory.LazyFunction(clock.now),
            submitted_by=factory.SelfAttribute("asset.created_by"),
            declared_by=factory.SelfAttribute("asset.created_by"),
            declared_at=factory.LazyFunction(clock.now),
            truth_declared=True,
        )
        in_review = factory.Trait(
            submitted=True, state=RevisionState.IN_REVIEW, holder=factory.SubFactory(UserFactory, is_staff=True)
        )
        registered = factory.Trait(
            in_review=True,
            state=RevisionState.REGISTERED,
            decided_by=factory.SelfAttribute("holder"),
            decided_at=factory.LazyFunction(clock.now),
            content_hash="0" * 64,
            certificate_number=factory.Sequence(lambda n: f"CN-2026-{n + 700_000:06d}"),
        )

    asset = factory.SubFactory(AssetFactory)
    number = 1

    @factory.post_generation
    def rest(revision, create, extracted, **options):  # noqa: N805
        """Steps 2, 4 and 5 of a complete revision, and what registration freezes; `rest=False` leaves them out."""
        if not create or extracted is False or revision.steps_done != ALL_STEPS:
            return
        ClassificationFactory(revision=revision)
        QualityStatementFactory(revision=revision)
        DataFileFactory(revision=revision)
        RightsEvidenceFactory(revision=revision)
        if revision.state == RevisionState.REGISTERED:
            freeze(revision)


def freeze(revision: Revision) -> None:
    """What registration does to a revision, without the log."""
    revision.snapshot = registration_snapshot(revision)
    revision.content_hash = content_hash(revision.snapshot)
    revision.save(update_fields=["snapshot", "content_hash"])
    revision.asset.live = revision
    revision.asset.save(update_fields=["live"])


class RightsEvidenceFactory(DjangoModelFactory):
    """A paper that proves lawful origin."""

    class Meta:
        model = RightsEvidence

    revision = factory.SubFactory(RevisionFactory)
    claim = Claim.ORIGIN
    file = factory.SubFactory(
        StoredFileFactory, content=b"%PDF-1.7 goc", purpose="evidence", name="goc.pdf", media_type="application/pdf"
    )
    added_by = factory.SelfAttribute("revision.asset.created_by")


class ClassificationFactory(DjangoModelFactory):
    """Open data about things, freely accessible to verified accounts."""

    class Meta:
        model = Classification

    revision = factory.SubFactory(RevisionFactory)
    sharing = factory.LazyAttribute(lambda o: Sharing.OPEN if o.revision.asset.owner.is_state else "")
    importance = Importance.OTHER
    subject = Subject.NON_PERSONAL
    secrecy = Secrecy.NONE
    basis = "1234/QĐ-BNNMT"
    layer = "aggregate"
    domain = "SECTOR"
    access = Access.ACCOUNT
    for_state = for_firms = for_persons = Reach.YES
    prohibited_declared = True
    classified_by = factory.SelfAttribute("revision.asset.created_by")
    classified_on = factory.LazyFunction(clock.today)


class QualityStatementFactory(DjangoModelFactory):
    """Yearly figures with declared qualities and stated limits."""

    class Meta:
        model = QualityStatement

    revision = factory.SubFactory(RevisionFactory)
    frequency = "yearly"
    last_updated = dt.date(2026, 3, 31)
    next_due = dt.date(2027, 4, 1)
    late_after_days = 30
    temporal_from = dt.date(2025, 1, 1)
    temporal_to = dt.date(2025, 12, 31)
    spatial = "Cả nước, đến cấp tỉnh"
    standards = "Quyết định 19/2025/QĐ-TTg"
    accurate = complete = clean = live = standardised = shareable = 95
    declared_method = "So với báo cáo của tỉnh."
    limitations = "Số liệu sơ bộ của hai tỉnh."


class ColumnFactory(DjangoModelFactory):
    """One described field of the dictionary."""

    class Meta:
        model = Column

    file = None
    position = 1
    name = "san_luong"
    label_vi = "Sản lượng"
    label_en = "Output"
    type = "integer"


class DataFileFactory(DjangoModelFactory):
    """A confirmed CSV file with its dictionary of three fields."""

    class Meta:
        model = DataFile
        skip_postgeneration_save = True

    revision = factory.SubFactory(RevisionFactory)
    stored = factory.SubFactory(StoredFileFactory)
    original_name = "san-luong.csv"
    format = "CSV"
    state = ReadingState.CONFIRMED
    encoding = "utf-8"
    separator = ","
    row_count = 2
    column_count = 3
    uploaded_by = factory.SelfAttribute("revision.asset.created_by")

    @factory.post_generation
    def columns(file, create, extracted, **options):  # noqa: N805
        """The dictionary; `columns=False` leaves it out."""
        if not create or extracted is False:
            return
        ColumnFactory(
            file=file,
            position=1,
            name="ma_tinh",
            label_vi="Mã tỉnh",
            label_en="Province code",
            type="text",
            is_key=True,
        )
        ColumnFactory(file=file, position=2, name="nam", label_vi="Năm", label_en="Year", type="integer")
        ColumnFactory(file=file, position=3, unit="nghìn tấn")


def licence(code: str) -> LicenceTemplate:
    """A template of the reference data."""
    load_licences()
    return LicenceTemplate.objects.get(code=code, version=1)


class ListingFactory(DjangoModelFactory):
    """A draft offer on a registered revision. Traits: `free`, `priced`, `open`, `named`, `submitted`, `listed`."""

    class Meta:
        model = Listing
        skip_postgeneration_save = True

    class Params:
        free = factory.Trait(price_kind=PriceKind.FREE, price=0, vat_treatment="")
        priced = factory.Trait(
            price_kind=PriceKind.ONE_OFF,
            price=2_000_000,
            vat_treatment="VAT10",
            price_method="cost",
            price_basis="Chi phí thu thập và chuẩn hóa",
        )
        open = factory.Trait(
            free=True,
            licence=factory.LazyFunction(lambda: licence("HD-00")),
            term_months=None,
            onward_transfer=Onward.FREE,
            derivation=Derivation.FREE,
        )
        named = factory.Trait(audience=Audience.NAMED)
        submitted = factory.Trait(
            state=ListingState.SUBMITTED,
            lawful_declared=True,
            submitted_at=factory.LazyFunction(clock.now),
            submitted_by=factory.SelfAttribute("revision.asset.created_by"),
            declared_by=factory.SelfAttribute("revision.asset.created_by"),
            declared_at=factory.LazyFunction(clock.now),
        )
        in_review = factory.Trait(
            submitted=True, state=ListingState.IN_REVIEW, holder=factory.SubFactory(UserFactory, is_staff=True)
        )
        listed = factory.Trait(
            in_review=True,
            state=ListingState.LISTED,
            decided_by=factory.SelfAttribute("holder"),
            decided_at=factory.LazyFunction(clock.now),
            listed_at=factory.LazyFunction(clock.now),
            content_hash="0" * 64,
        )

    number = factory.Sequence(lambda n: f"NY-2026-{n + 700_000:06d}")
    revision = factory.SubFactory(RevisionFactory, registered=True)
    price_kind = PriceKind.FREE
    licence = factory.LazyFunction(lambda: licence("HD-02"))
    purposes = factory.LazyFunction(lambda: ["research", "internal_analysis", "derived_product"])
    territories = factory.LazyFunction(lambda: ["VN"])
    term_months = 12
    onward_transfer = Onward.NONE
    derivation = Derivation.PRODUCT
    attribution = factory.LazyAttribute(lambda o: o.revision.asset.owner.name_vi)

    @factory.post_generation
    def frozen(listing, create, extracted, **options):  # noqa: N805
        """What approval freezes."""
        if not create:
            return
        if listing.licence.is_open:
            Classification.objects.filter(revision=listing.revision).update(access=Access.ANYONE)
        if listing.state == ListingState.LISTED:
            listing.snapshot = snapshot(listing)
            listing.content_hash = content_hash(listing.snapshot)
            listing.save(update_fields=["snapshot", "content_hash"])


class ListingOwnerFactory(DjangoModelFactory):
    """An owner with half of the revenue."""

    class Meta:
        model = ListingOwner

    listing = factory.SubFactory(ListingFactory, priced=True, is_shared=True)
    organisation = factory.SubFactory(OrganisationFactory, active=True)
    basis_points = 5_000
    salt = factory.Sequence(lambda n: f"{n:064x}")
    added_by = factory.SelfAttribute("listing.revision.asset.created_by")


def shared(listing: Listing, others: dict[Organisation, int]) -> Listing:
    """An offer whose revenue is shared: the others as named, the seller has the rest; frozen again when listed."""
    seller = listing.revision.asset.owner
    for position, (owner, share) in enumerate({seller: 10_000 - sum(others.values()), **others}.items()):
        ListingOwnerFactory(listing=listing, organisation=owner, basis_points=share, position=position)
    paper = {"purpose": "evidence", "name": "thoa-thuan.pdf", "media_type": "application/pdf"}
    listing.is_shared, listing.share_agreement = True, StoredFileFactory(content=b"%PDF-1.7 thoa thuan", **paper)
    if listing.state == ListingState.LISTED:
        listing.snapshot = snapshot(listing)
        listing.content_hash = content_hash(listing.snapshot)
    listing.save()
    return listing
