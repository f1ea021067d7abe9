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
from tests.factories.catalog import ListingFactory, shared
from transactions.contracts.models import Contract, ContractAcceptance
from transactions.contracts.services import _faces
from transactions.delivery.models import Entitlement
from transactions.delivery.states import EntitlementState
from transactions.disputes import services as disputes
from transactions.disputes.models import Dispute
from transactions.disputes.services.rulings import Verdict
from transactions.ledger.services import post
from transactions.orders.deadlines import due_day
from transactions.orders.models import Hold, Order, OrderEvent
from transactions.orders.owners import frozen_shares
from transactions.orders.snapshot import digest, freeze
from transactions.orders.states import ORDER_FLOW, OrderState
from transactions.payments.services import settle
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


def jointly_listed(*shares: int, **fields):
    """A listing whose revenue goes to the seller and, by these shares, to other owners who may be paid."""
    others = {trader(with_bank=True): share for share in shares}
    return shared(listed(revision__asset__owner=trader(with_bank=True), **fields), others)


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
    order.quote = made.as_dict() | ({} if made.is_free else frozen_shares(order))


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


def funded(**stage) -> Order:
    """An order whose payment lies in escrow, or has been shared out when it is completed; access is open."""
    order = OrderFactory(**(stage or {"awaiting_acceptance": True}))
    actor = Actor.system("factory")
    if not order.is_free and order.quote:
        legs = {"bank:escrow": -order.total, f"escrow:{order.number}": order.total}
        post(f"payment:{order.number}", "payment", legs, order_number=order.number, actor=actor)
    if order.state == OrderState.COMPLETED:
        settle(order, actor=actor)
    if order.state in (OrderState.DELIVERING, OrderState.AWAITING_ACCEPTANCE, OrderState.COMPLETED):
        Entitlement.objects.create(
            order=order,
            file=order.listing.revision.files.get(),
            state=EntitlementState.ACTIVE,
            sha256=order.snapshot["file_sha256"],
            opened_at=clock.now(),
            ends_on=clock.add_months(clock.today(), 12),
        )
    return order


WORDS = "Số liệu năm 2018 không khớp với từ điển dữ liệu."
CLAIM = {"buyer": "content_differs", "seller": "use_outside_purpose"}
SPEAKER = {"buyer": "buyer", "seller": "steward"}


def verdict(outcome: str = "split", refund: int | None = 550_000, **changes) -> Verdict:
    """What a reviewer says."""
    given = {"reason_code": "claim_partly_founded", "text": "Yêu cầu có căn cứ một phần.", "article": "N314-17"}
    return Verdict(outcome=outcome, refund=refund if outcome == "split" else None, **given | changes)


def disputed(stage: str = "mediation", *, side: str = "buyer", order: Order | None = None) -> Dispute:
    """A dispute at a stage: answer_due, mediation, proposed, decided, appealed, closed; made by its use cases."""
    order = order or funded()
    other = "seller" if side == "buyer" else "buyer"
    speaker, answering = (acting(getattr(order, one), SPEAKER[one]) for one in (side, other))
    dispute = disputes.open_dispute(order_id=order.pk, reason_code=CLAIM[side], text=WORDS, actor=speaker)
    steps = (
        ("answer_due", lambda pk: disputes.answer(dispute_id=pk, text=WORDS, actor=answering)),
        ("mediation", lambda pk: disputes.propose(dispute_id=pk, verdict=verdict(), actor=reviewer())),
        ("proposed", lambda pk: disputes.decide(dispute_id=pk, verdict=verdict(), actor=reviewer())),
        (
            "decided",
            lambda pk: disputes.appeal(dispute_id=pk, reason_code="facts_wrong", text=WORDS, actor=answering),
        ),
        ("appealed", lambda pk: disputes.decide_appeal(dispute_id=pk, verdict=verdict(), actor=reviewer())),
    )
    for name, step in steps:
        if name == stage:
            break
        step(dispute.pk)
    return Dispute.objects.select_related("order__buyer", "order__seller").get(pk=dispute.pk)
