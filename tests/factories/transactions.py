"""Orders at every stage, with what each stage leaves behind: frozen record, figures, contract, decisions."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import Membership, Organisation
from accounts.verification.models import ServiceContract, ServiceContractAcceptance
from accounts.verification.reference import load as load_service_contract
from exchange.common import clock
from exchange.common.ids import order_number
from tests.factories.accounts import MembershipFactory, OrganisationFactory, StaffAppointmentFactory, actor_of
from tests.factories.catalog import ListingFactory
from transactions.contracts.models import Contract, ContractAcceptance
from transactions.contracts.services import _faces
from transactions.orders.deadlines import due_day
from transactions.orders.models import Hold, Order, OrderEvent
from transactions.orders.snapshot import digest, freeze
from transactions.orders.states import ORDER_FLOW, OrderState
from transactions.pricing.quote import quote

USE = "Phân tích sản lượng theo vùng để lập kế hoạch thu mua trong năm."
# the straight way of a priced order; a free one leaves out payment
WAY = ["request", "accept", "screen", "clear", "draw_up", "conclude", "ask_payment", "pay", "deliver", "hand_over"]
SIGNED = {"contracted", "awaiting_payment", "paid", "delivering", "awaiting_acceptance", "completed", "cancelled"}


def service_contract() -> ServiceContract:
    """The version of the service contract in force."""
    load_service_contract()
    return ServiceContract.objects.order_by("-valid_from").first()


def admit(organisation: Organisation) -> Organisation:
    """Let a verified participant trade: it has accepted the service contract."""
    if not organisation.contract_acceptances.exists():
        contract = service_contract()
        person = MembershipFactory(organisation=organisation, roles=["owner"]).user
        ServiceContractAcceptance.objects.create(
            organisation=organisation, contract=contract, digest=contract.digest, accepted_by=person
        )
    return organisation


def trader(**fields) -> Organisation:
    """A verified enterprise that accepted the service contract."""
    return admit(OrganisationFactory(active=True, **fields))


def acting(organisation: Organisation, *roles: str) -> Actor:
    """A new member of an organisation with some roles (all when none is named), acting for it."""
    extra = {"roles": list(roles)} if roles else {}
    return actor_of(MembershipFactory(organisation=organisation, **extra))


def reviewer() -> Actor:
    """A reviewer of the exchange."""
    return staff(StaffRole.REVIEWER)


def staff(role: str) -> Actor:
    """A member of the exchange's staff."""
    return actor_of(StaffAppointmentFactory(role=role))


def number(serial: int) -> str:
    """An order number with a right check character; serials without one are skipped upwards."""
    return order_number(2026, serial) or number(serial + 400_000)


def listed(**fields):
    """A listing on the market whose seller may trade."""
    listing = ListingFactory(**{"listed": True, "priced": True} | fields)
    admit(listing.revision.asset.owner)
    return listing


class OrderFactory(DjangoModelFactory):
    """An order of a priced listing (2,000,000 dong net, VAT 10 %), requested unless a trait names a later stage.

    Stages: `requested`, `accepted`, `legality`, `returned`, `cleared`, `signing`, `contracted`, `awaiting_payment`,
    `paid`, `delivering`, `awaiting_acceptance`, `completed`, `cancelled`. `free=True` makes it free of charge.
    """

    class Meta:
        model = Order
        skip_postgeneration_save = True
        exclude = ["answers"]

    class Params:
        free = factory.Trait(listing=factory.LazyFunction(lambda: listed(priced=False, free=True)))
        requested = factory.Trait(state=OrderState.REQUESTED)
        accepted = factory.Trait(state=OrderState.ACCEPTED)
        legality = factory.Trait(state=OrderState.LEGALITY_REVIEW)
        returned = factory.Trait(
            state=OrderState.RETURNED,
            reason_code="purpose_unclear",
            reason_text="Nêu rõ bộ phận nào sẽ dùng dữ liệu.",
            reason_fields=["use_description"],
        )
        cleared = factory.Trait(state=OrderState.CLEARED)
        signing = factory.Trait(state=OrderState.SIGNING)
        contracted = factory.Trait(state=OrderState.CONTRACTED)
        awaiting_payment = factory.Trait(state=OrderState.AWAITING_PAYMENT)
        paid = factory.Trait(state=OrderState.PAID)
        delivering = factory.Trait(state=OrderState.DELIVERING)
        awaiting_acceptance = factory.Trait(state=OrderState.AWAITING_ACCEPTANCE)
        completed = factory.Trait(state=OrderState.COMPLETED)
        cancelled = factory.Trait(state=OrderState.CANCELLED)

    answers = factory.LazyAttribute(
        lambda o: {
            "purpose": o.purpose,
            "territory": o.territory,
            "storage_place": o.storage_place,
            "use_description": o.use_description,
        }
    )
    number = factory.Sequence(lambda n: number(n + 700_000))
    listing = factory.LazyFunction(listed)
    buyer = factory.LazyFunction(trader)
    seller = factory.SelfAttribute("listing.revision.asset.owner")
    state = OrderState.REQUESTED
    purpose = "internal_analysis"
    territory = "VN"
    storage_place = "VN"
    use_description = USE
    placed_by = factory.LazyAttribute(lambda o: acting(o.buyer, "buyer").user)
    idempotency_key = factory.Sequence(lambda n: f"key-{n}")
    requested_at = factory.LazyFunction(clock.now)
    snapshot = factory.LazyAttribute(lambda o: freeze(o.listing, buyer=o.buyer, request=o.answers))
    snapshot_digest = factory.LazyAttribute(lambda o: digest(o.snapshot))

    @factory.post_generation
    def frozen(order, create, extracted, **options):  # noqa: N805
        """Events, figures, cleared digest and contract, as far as the stage has come; `frozen=False`: none."""
        if not create or extracted is False:
            return
        _events(order)
        reached = {event.action for event in order.events.all()}
        if "accept" in reached:
            _figures(order)
        if "clear" in reached:
            order.cleared_digest = order.snapshot_digest
        order.save()
        if "draw_up" in reached:
            contract(order, signed=order.state in SIGNED)


def _events(order: Order) -> None:
    state = OrderState.DRAFT.value
    for action in _way_to(order):
        after = ORDER_FLOW.after(state, action)
        OrderEvent.objects.create(
            order=order, action=action, before=state, after=after, actor="system:factory", made_at=order.state_since
        )
        state = after


def _way_to(order: Order) -> list[str]:
    free = order.listing.price_kind == "free"
    way = [action for action in WAY if not (free and action in ("ask_payment", "pay"))] + ["complete"]
    ends = {OrderState.RETURNED: [*way[:3], "return"], OrderState.CANCELLED: [*way[:7], "cancel"]}
    if order.state in ends:
        return ends[order.state]
    state, taken = OrderState.DRAFT.value, []
    for action in way:
        if state == order.state:
            break
        state = ORDER_FLOW.after(state, action)
        taken.append(action)
    return taken


def _figures(order: Order) -> None:
    if order.listing.price_kind == "free":
        made = quote(0, None, 0, 0)
    else:
        made = quote(order.listing.price, 1_000, 200, 1_000, vat_code="VAT10")
    for name in ("price", "vat", "total", "fee", "fee_vat", "seller_share"):
        setattr(order, name, getattr(made, name))
    order.quote = made.as_dict()


def contract(order: Order, *, signed: bool = True) -> Contract:
    """The contract of a cleared order, confirmed by two people when signed."""
    made = Contract.objects.create(order=order, terms_digest=order.cleared_digest, **_faces(order))
    for side in ("buyer", "seller") if signed else ():
        accept(made, side)
    return made


def accept(of: Contract, side: str, who: Membership | None = None) -> ContractAcceptance:
    """One side's confirmation."""
    organisation = getattr(of.order, side)
    person = who or MembershipFactory(organisation=organisation, roles=["signatory"])
    return ContractAcceptance.objects.create(
        contract=of, organisation=organisation, side=side, digest=of.digest, accepted_by=person.user
    )


class HoldFactory(DjangoModelFactory):
    """An open hold of the supervisor."""

    class Meta:
        model = Hold

    order = factory.SubFactory(OrderFactory)
    rule = "supervisor"
    reason = "Cần xem xét thêm giao dịch này."
    raised_by = "user:0"


def working_days_back(count: int) -> dt.date:
    """The last day after which so many working days have passed until today."""
    day = clock.today()
    while clock.working_days_between(day, clock.today()) < count:
        day -= dt.timedelta(days=1)
    return day


def begun(order: Order, day: dt.date) -> Order:
    """Put the beginning of an order's present stage on a day, its due day with it."""
    order.state_since = dt.datetime.combine(day, dt.time(12), clock.VIETNAM)
    order.due_on = due_day(order, order.state, day)
    order.save(update_fields=["state_since", "due_on"])
    return order


def days_ago(order: Order, working_days: int) -> Order:
    """Put the beginning of an order's present stage a number of working days back."""
    return begun(order, working_days_back(working_days))
