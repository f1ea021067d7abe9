"""The pages of a registration in their order: one thing a page, at most eight questions, only what applies."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.assets import forms as assets
from catalog.assets.models import Origin, Revision
from catalog.classification import forms as classification
from catalog.classification.models import Classification, Importance, Subject
from catalog.offers import forms as offers
from catalog.offers.models import Audience, Listing, PriceKind
from catalog.quality import forms as quality
from catalog.quality.models import QualityStatement


@dataclass(frozen=True)
class Dossier:
    """A revision with what belongs to it; parts not begun are empty records that were not saved."""

    revision: Revision
    classification: Classification
    quality: QualityStatement
    listing: Listing


@dataclass(frozen=True)
class Page:
    """One page: its address, step, words, form, the part it is about, and when it applies."""

    slug: str
    step: int
    heading: str | Promise
    lead: str | Promise
    form: type[assets.StepForm] | None
    part: str
    applies: Callable[[Dossier], bool] = lambda dossier: True

    def record(self, dossier: Dossier) -> Any:
        """The record the answers stand on."""
        return getattr(dossier, self.part)


def _is_derived(dossier: Dossier) -> bool:
    return dossier.revision.origin == Origin.DERIVED


def _is_important(dossier: Dossier) -> bool:
    return dossier.classification.importance in (Importance.IMPORTANT, Importance.CORE)


def _is_deidentified(dossier: Dossier) -> bool:
    return dossier.classification.subject == Subject.DEIDENTIFIED


def _is_priced(dossier: Dossier) -> bool:
    return dossier.listing.price_kind == PriceKind.ONE_OFF


def _is_shared(dossier: Dossier) -> bool:
    return _is_priced(dossier) and dossier.listing.is_shared


def _is_closed_licence(dossier: Dossier) -> bool:
    return not (dossier.listing.licence and dossier.listing.licence.is_open)


def _is_named(dossier: Dossier) -> bool:
    return dossier.listing.audience == Audience.NAMED


CLASS_LEAD = _("Your organisation classifies under the Law on Data and answers for the result.")
PAGES: tuple[Page, ...] = (
    Page("1", 1, _("What the asset is called"), _("Buyers find the data by these words."), assets.NameForm, "revision"),
    Page(
        "1-details",
        1,
        _("Description and contact"),
        "",
        assets.DetailsForm,
        "revision",
    ),
    Page(
        "1-record",
        1,
        _("Place and source"),
        "",
        assets.RecordForm,
        "revision",
    ),
    Page(
        "3",
        3,
        _("Origin of the data"),
        "",
        assets.OriginForm,
        "revision",
    ),
    Page(
        "3-derived",
        3,
        _("Sources and method"),
        _("A value-added product publishes its sources and its method."),
        assets.DerivedForm,
        "revision",
        _is_derived,
    ),
    Page(
        "3-rights",
        3,
        _("Rights in the data"),
        _("Claim only what a paper can prove; reviewers compare."),
        assets.RightsForm,
        "revision",
    ),
    Page(
        "3-papers",
        3,
        _("Papers"),
        "",  # a page of its own
        None,
        "revision",
    ),
    Page("4", 4, _("Class and protection"), CLASS_LEAD, classification.ClassForm, "classification"),
    Page(
        "4-importance",
        4,
        _("Important or core data"),
        _("Name the item of the list and how the data is watched over."),
        classification.ImportanceForm,
        "classification",
        _is_important,
    ),
    Page(
        "4-people",
        4,
        _("People in the data"),
        _("Numbers of citizens decide about the importance of the data."),
        classification.PeopleForm,
        "classification",
        lambda dossier: dossier.classification.describes_people,
    ),
    Page(
        "4-deid",
        4,
        _("De-identification"),
        _("Data derived from personal data is traded only with proof. Add the report on the page of papers."),
        classification.DeidentificationForm,
        "classification",
        _is_deidentified,
    ),
    Page(
        "4-access",
        4,
        _("Access"),
        "",
        classification.AccessForm,
        "classification",
    ),
    Page(
        "4-protection",
        4,
        _("Kind and storage"),
        "",
        classification.ProtectionForm,
        "classification",
    ),
    Page(
        "5",
        5,
        _("Freshness and limits"),
        "",
        quality.FreshnessForm,
        "quality",
    ),
    Page(
        "5-scores",
        5,
        _("Six qualities"),
        _("What you declare is shown beside what the exchange measured from the file."),
        quality.ScoresForm,
        "quality",
    ),
    Page(
        "6",
        6,
        _("Price and audience"),
        _("An offer is a second decision; the registration stands without it."),
        offers.PriceKindForm,
        "listing",
    ),
    Page("6-price", 6, _("Price"), _("The buyer pays price and VAT."), offers.PriceForm, "listing", _is_priced),
    Page(
        "6-owners",
        6,
        _("Owners and shares"),
        _("Each sale is shared out among the owners named here, to the dong. Buyers see who they are, not how much."),
        None,
        "listing",
        _is_shared,
    ),
    Page(
        "6-licence",
        6,
        _("Licence"),
        _("What is sold is the right to use the data, never the data itself."),
        offers.LicenceForm,
        "listing",
    ),
    Page(
        "6-scope",
        6,
        _("Scope of the right"),
        _("Purposes, territory and term an order can have."),
        offers.ScopeForm,
        "listing",
        _is_closed_licence,
    ),
    Page(
        "6-terms",
        6,
        _("Further terms"),
        _("The plain words, the legal text and the machine form are made from these answers."),
        offers.TermsForm,
        "listing",
    ),
    Page(
        "6-organisations",
        6,
        _("Named organisations"),
        _("Only these organisations see the offer and may order."),
        None,
        "listing",
        _is_named,
    ),
    Page("7", 7, _("Check before sending"), _("The same checks the reviewers will see."), None, "revision"),
)
BY_SLUG: dict[str, Page] = {page.slug: page for page in PAGES}
FILE_STEP = 2


def pages_of(step: int, dossier: Dossier) -> list[Page]:
    """The pages of a step that apply."""
    return [page for page in PAGES if page.step == step and page.applies(dossier)]


def is_on_the_way(page: Page, dossier: Dossier) -> bool:
    """Whether a page is met going on: papers are asked of who claims the right to trade or began an offer, figures of
    one's own beside the measured ones only of who began an offer."""
    has_offer = dossier.listing.pk is not None
    needed = {"3-papers": dossier.revision.right_operate or has_offer, "5-scores": has_offer}
    return page.applies(dossier) and needed.get(page.slug, True)


def next_slug(slug: str, dossier: Dossier) -> str:
    """Where "save and continue" leads: the next page on the way; the file after the first step; the check after
    the last step of a registration, unless an offer was begun (a registration needs none)."""
    here = BY_SLUG[slug]
    order = [page for page in PAGES if page is here or is_on_the_way(page, dossier)]
    following = order[[page.slug for page in order].index(slug) + 1]
    if here.step == 1 and following.step == 3:
        return str(FILE_STEP)
    if here.step == 5 and following.step == 6 and dossier.listing.pk is None:
        return "7"
    return following.slug
