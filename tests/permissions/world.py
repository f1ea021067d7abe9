"""A small market in which every kind of person and every kind of record exists once, and every object has a name.

House A is the seller, house B the buyer of the named records; everybody else is a stranger to them.
"""

from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.access.selectors import actor_for
from accounts.organisations.models import Organisation
from accounts.users.models import User
from accounts.verification.evaluation import evaluate_case
from catalog.assets.models import Asset, RightsEvidence
from catalog.offers.models import Audience, Listing
from catalog.offers.services import grant
from catalog.offers.states import ListingState
from catalog.search.services import refresh_entry
from exchange.common.clock import now
from exchange.files.services import place_of
from exchange.rules.models import Evaluation
from exchange.transparency.models import Entry
from exchange.transparency.services import record
from tests.factories.accounts import (
    EvidenceFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffAppointmentFactory,
    UserFactory,
    VerificationCaseFactory,
    token_of,
)
from tests.factories.catalog import CSV, AssetFactory, ListingFactory, RevisionFactory, shared
from tests.factories.exchange import MessageFactory, RuleParameterFactory, stored
from tests.factories.transactions import HoldFactory, OrderFactory, disputed, funded, trader
from transactions.compliance.services import _evaluate
from transactions.delivery.services import open_access
from transactions.disputes.models import DisputeEvidence
from transactions.ledger.models import Account, Journal
from transactions.orders.models import Order
from transactions.orders.states import OrderState
from transactions.payments.services import BankCredit, receive_transfer
from transactions.payouts.models import Payout, PayoutBatch
from transactions.pricing.models import Tariff
from transactions.statements.bookings import propose_booking
from transactions.statements.services import import_statement, upload_statement

CLOCK = Actor.system("clock")
BANK = Actor.system("bank")
# column of permissions.csv -> who that is
PEOPLE = {
    "anon": "a visitor",
    "person": "signed in, member of nothing",
    "newcomer": "every role in a participant that is not verified",
    "buyer": "role buyer in house B",
    "owner": "role owner in house B",
    "outsider": "every role in a third, verified house that buys",
    "seller": "every role in house A but owner",
    "rival": "every role in a fourth, verified house that sells",
    "reviewer": "staff",
    "finance": "staff",
    "supervisor": "staff",
    "administrator": "staff",
}
# register of the console -> object
ROWS = {
    "staffappointment": "staff.finance",
    "verificationcase": "case.buyer",
    "revision": "revision.review",
    "listing": "listing.listed",
    "asset": "asset.listed.row",
    "order": "trade.requested",
    "incomingtransfer": "transfer",
    "dispute": "complaint.mediation",
    "ruleparameter": "parameter",
}
STRANGERS = ("anon", "person", "newcomer", "outsider", "rival")


@dataclass
class World:
    """People, named objects (arguments of addresses and of use cases), and what a form needs."""

    people: dict[str, User | None] = field(default_factory=dict)
    houses: dict[str, Organisation] = field(default_factory=dict)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)  # object -> arguments of an address
    records: dict[str, Any] = field(default_factory=dict)  # object -> row
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)  # page or object -> what its form needs besides
    given: dict[str, dict[str, Any]] = field(default_factory=dict)  # use case -> arguments only it understands
    log_root: str = ""
    others: dict[str, Any] = field(default_factory=dict)  # parameters of use cases that name a second row

    def actor(self, name: str) -> Actor:
        """Who acts, as the middleware would say; `job` is the clock."""
        if name == "job":
            return CLOCK
        user = self.people[name]
        return actor_for(user) if user else Actor()

    def row(self, name: str) -> Any:
        """The row of a named object; a bare noun is the first of its kind."""
        return self.records.get(name) or next(
            (r for key, r in self.records.items() if key.startswith(f"{name}.")), None
        )

    def row_of(self, route: str) -> str:
        """The object that stands for the rows of a register of the console."""
        model = route.partition(":")[2].split("_")[1]
        return ROWS.get(model, model)

    def name(self, key: str, row: Any, **kwargs: Any) -> None:
        """Give a row a name and say how addresses call it."""
        self.records[key] = row
        self.objects[key] = kwargs


def build() -> World:
    """Everything, in the order a trade makes it."""
    world = World()
    _people(world)
    _staff(world)
    _assets(world)
    _orders(world)
    _disputes(world)
    _files(world)
    _registers(world)
    _parameters(world)
    for key in Asset.objects.filter(live__isnull=False).values_list("pk", flat=True):
        refresh_entry(asset_id=key)
    return world


def _people(world: World) -> None:
    every = ["owner", "steward", "buyer", "signatory", "finance"]
    houses = {name: trader(name_vi=f"Nhà {name}", with_bank=True) for name in ("A", "B", "C", "D")}
    applicant = OrganisationFactory(name_vi="Nhà mới", with_bank=True)
    world.houses = {**houses, "N": applicant}
    members = {
        "newcomer": (applicant, every),
        "buyer": (houses["B"], ["buyer"]),
        "owner": (houses["B"], ["owner"]),
        "outsider": (houses["C"], every),
        "seller": (houses["A"], every[1:]),
        "rival": (houses["D"], every),
    }
    world.people = {"anon": None, "person": UserFactory()}
    for name, (house, roles) in members.items():
        world.people[name] = MembershipFactory(organisation=house, roles=roles).user
    colleague = MembershipFactory(organisation=houses["B"], roles=["finance"])
    world.name("member", colleague, pk=colleague.pk)
    invited = InvitationFactory(organisation=houses["B"], email=world.people["person"].email)
    world.name("invitation", invited, pk=invited.pk)
    world.name("invitation.link", invited, token=token_of(invited))
    for name in ("buyer", "seller"):
        message = MessageFactory(recipient=world.people[name], url="/orders/")
        world.name(f"message.{name}", message, pk=message.pk)


def _with_factor() -> User:
    """Somebody outside the market who lost phone and codes."""
    someone = UserFactory()
    Authenticator.objects.create(user=someone, type=Authenticator.Type.TOTP, data={"secret": ""})
    return someone


def _staff(world: World) -> None:
    for name, role in zip(("reviewer", "finance", "supervisor", "administrator"), StaffRole.values, strict=True):
        appointment = StaffAppointmentFactory(role=role)
        world.people[name] = appointment.user
        world.name(f"staff.{name}", appointment, object_id=str(appointment.pk))


def _assets(world: World) -> None:
    house, by = world.houses["A"], world.people["seller"]

    def revision(**fields: Any):
        return RevisionFactory(asset=AssetFactory(owner=house, created_by=by), **fields)

    def offer(**fields: Any):
        return ListingFactory(revision=revision(registered=True), **({"priced": True} | fields))

    rows = {
        "draft": revision(complete=True),
        "sent": revision(submitted=True),
        "review": revision(in_review=True, holder=world.people["reviewer"]),
        "registered": revision(registered=True),
        "retired": revision(registered=True),
    }
    offers = {
        "listed": offer(listed=True),
        "open": offer(listed=True, priced=False, open=True),
        "named": offer(listed=True, audience=Audience.NAMED),
        "suspended": offer(listed=True),
        "paused": offer(listed=True),
        "moderated": offer(in_review=True, holder=world.people["reviewer"]),
        "shared": offer(state=ListingState.RETURNED),
        "joint": offer(listed=True),
    }
    for name in ("shared", "joint"):  # the rival's house has a third of the revenue
        shared(offers[name], {world.houses["D"]: 3_333})
    Listing.objects.filter(pk=offers["suspended"].pk).update(state=ListingState.SUSPENDED)
    Listing.objects.filter(pk=offers["paused"].pk).update(state=ListingState.SUSPENDED_BY_SELLER)
    type(rows["retired"]).objects.filter(pk=rows["retired"].pk).update(state="retired")
    Asset.objects.filter(pk=rows["retired"].asset_id).update(live=None)
    grant(listing_id=offers["named"].pk, organisation=world.houses["B"], actor=world.actor("seller"))
    for name, row in offers.items():
        row.refresh_from_db()
        rows[name] = row.revision
        world.name(f"listing.{name}", row, object_id=str(row.pk))
    world.name("grant", offers["named"].granted_to.get(), number=offers["named"].revision.asset.number)
    world.objects["grant"]["pk"] = world.records["grant"].pk
    for name, row in rows.items():
        row.refresh_from_db()
        world.name(f"asset.{name}", row.asset, number=row.asset.number)
        world.name(f"revision.{name}", row, object_id=str(row.pk))
        world.name(f"asset.{name}.row", row.asset, object_id=str(row.asset_id))
        world.name(f"file.{name}", row.files.get(), pk=0)
        if row.certificate_number:
            world.name(f"certificate.{name}", row, number=row.certificate_number)
    record("asset.register", subject=rows["registered"], actor=CLOCK, acting_for="")


def _orders(world: World) -> None:
    stages = ("requested", "returned", "legality", "signing", "awaiting_payment", "completed")
    listing = world.records["listing.listed"]

    def order(**stage: bool) -> Order:
        return OrderFactory(listing=listing, buyer=world.houses["B"], placed_by=world.people["buyer"], **stage)

    rows = {stage: order(**{stage: True}) for stage in stages}
    rows["held"] = order(legality=True)
    rows["held.paying"] = order(awaiting_payment=True)
    for name in ("held", "held.paying"):
        HoldFactory(order=rows[name])
    for name in ("held", "legality"):
        _evaluate(rows[name], CLOCK)
    for name in ("delivering", "delivered"):
        rows[name] = order(awaiting_payment=True)
        _pay_and_open(rows[name])
    for name, row in rows.items():
        row.refresh_from_db()
        world.name(f"order.{name}", row, number=row.number)
        world.name(f"trade.{name}", row, object_id=str(row.pk))
    Order.objects.filter(pk=rows["delivered"].pk).update(state=OrderState.AWAITING_ACCEPTANCE)
    entry = record("order.request", subject=rows["requested"], actor=world.actor("buyer"))
    world.name("receipt", entry, number=rows["requested"].number, entry=entry.pk, kind="opening")


def _pay_and_open(order: Order) -> None:
    report = BankCredit(f"FT-{order.pk}", order.total, "VND", "0000000000", order.number, now(), "0" * 64)
    receive_transfer(report, actor=BANK)
    open_access(order_id=order.pk, actor=CLOCK)


def _disputes(world: World) -> None:
    """One at each stage at which somebody else may act."""
    trade = {
        "listing": world.records["listing.listed"],
        "buyer": world.houses["B"],
        "placed_by": world.people["buyer"],
    }
    for stage in ("answer_due", "mediation", "proposed", "decided"):
        dispute = disputed(stage, order=funded(awaiting_acceptance=True, **trade))
        world.name(f"dispute.{stage}", dispute, number=dispute.number)
        world.name(f"complaint.{stage}", dispute, object_id=str(dispute.pk))
    joint = funded(completed=True, **trade | {"listing": world.records["listing.joint"]})
    world.name("order.joint", joint, number=joint.number)
    shown = funded(awaiting_acceptance=True, **trade)
    world.name("order.complete", shown, number=shown.number)
    paper = DisputeEvidence.objects.create(
        statement=world.records["dispute.mediation"].statements.first(), file=stored(purpose="evidence")
    )
    number = world.objects["dispute.mediation"]["number"]
    world.name("dispute.paper", None, number=number, pk=paper.pk)
    object_id = world.objects["complaint.mediation"]["object_id"]
    world.name("complaint.paper", None, object_id=object_id, file_id=paper.file_id)


def _files(world: World) -> None:
    """Content behind the data on the market, papers of every file of a participant and of every registration."""
    for name in ("listed", "open", "named"):
        place = place_of(world.records[f"revision.{name}"].files.get().stored)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(CSV)
    agreement = stored(purpose="evidence")
    Listing.objects.filter(pk=world.records["listing.shared"].pk).update(share_agreement=agreement)
    object_id = world.objects["listing.shared"]["object_id"]
    world.name("offer.agreement", None, object_id=object_id, file_id=agreement.pk)
    cases = {
        "newcomer": VerificationCaseFactory(
            number="HS-2026-990001", organisation=world.houses["N"], opened_by=world.people["newcomer"], ready=True
        ),
        "buyer": VerificationCaseFactory(
            number="HS-2026-990002",
            organisation=world.houses["B"],
            opened_by=world.people["owner"],
            in_review=True,
            holder=world.people["reviewer"],
        ),
    }
    EvidenceFactory(case=cases["buyer"], kind="business_registration", added_by=world.people["owner"])
    evaluate_case(cases["buyer"], actor=world.actor("reviewer"))
    for name, case in cases.items():
        paper = case.evidence.first()
        paper.file = stored(purpose="evidence")
        paper.save(update_fields=["file"])
        world.name(f"case.{name}", case, object_id=str(case.pk))
        world.name(f"evidence.{name}", paper, pk=paper.pk)
    world.name("case.paper", None, object_id=str(cases["buyer"].pk), file_id=cases["buyer"].evidence.first().file_id)
    for name in ("draft", "review"):
        revision = world.records[f"revision.{name}"]
        paper = RightsEvidence.objects.get(revision=revision)
        paper.file = stored(purpose="evidence")
        paper.save(update_fields=["file"])
        world.name(f"paper.{name}", paper, number=revision.asset.number, pk=paper.pk)
        world.name(f"revision.{name}.paper", None, object_id=str(revision.pk), file_id=paper.file_id)


def _registers(world: World) -> None:
    """One row of every register of the console."""
    transfer, _new = receive_transfer(
        BankCredit("FT-A2", 5, "VND", "0000000000", "không rõ", now(), "1" * 64), actor=BANK
    )
    world.name("transfer", transfer, object_id=str(transfer.pk))
    _payout(world)
    _statement(world)
    for name, row in {
        "organisation": world.houses["B"],
        "account": Account.objects.order_by("pk").first(),
        "journal": Journal.objects.order_by("pk").first(),
        "tariff": Tariff.objects.order_by("pk").first(),
        "parameter": RuleParameterFactory(proposed=True),
        "evaluation": Evaluation.objects.order_by("pk").first(),
        "entry": Entry.objects.order_by("pk").first(),
    }.items():
        world.name(name, row, object_id=str(row.pk))


def _payout(world: World) -> None:
    """A bank file that waits for the second person, with one payout to the buyer."""
    house = world.houses["B"]
    batch = PayoutBatch.objects.create(number="CT-2026-990001", total=5, count=1, prepared_by=world.people["finance"])
    payout = Payout.objects.create(
        batch=batch,
        reference="CT-2026-990001-1",
        account_code=f"buyer:refundable:{house.pk}",
        organisation=house,
        amount=5,
        bank_bin="970436",
        bank_account="0011001234567",
        bank_holder="NGUOI NHAN",
    )
    world.name("batch.waiting", batch, batch_id=str(batch.pk))
    world.name("payout.waiting", payout, pk=payout.pk)
    world.given["transactions.payouts.services.confirm_payout"] = {"reference": payout.reference}
    world.given["transactions.payouts.services.book_returned"] = {"payout_id": payout.pk}


STATEMENT = """transaction_id,value_time,amount,balance,description
OPENING,,0,0,
FT-FEE-1,2026-11-30T09:15:00+07:00,-7,-7,PHI
FT-FEE-2,2026-11-30T09:16:00+07:00,-8,-15,PHI
TOTAL,,-15,-15,
"""


def _statement(world: World) -> None:
    """A statement with two lines nobody ordered; the booking of the second waits for the second person."""
    officer = world.actor("finance")
    statement = upload_statement(file_name="sk.csv", content=STATEMENT.encode(), actor=officer)
    import_statement(statement_id=statement.pk, actor=officer)
    first, second = statement.lines.order_by("line")
    booking = propose_booking(line_id=second.pk, kind="bank_fee", reason="Phí quản lý tài khoản", actor=officer)
    world.name("statement", statement, object_id=str(statement.pk))
    world.name("line.fee", first, line_id=str(first.pk))
    world.name("booking.waiting", booking, booking_id=str(booking.pk))


def _parameters(world: World) -> None:
    """Addresses whose parameter is no row, acts of registers, and answers only one form asks for."""
    draft, review = (world.records[f"revision.{name}"] for name in ("draft", "review"))
    house = world.houses["B"]
    plain = {
        "section": {"section": "bank"},
        "kind": {"kind": "enterprise"},
        "step.draft": {"number": draft.asset.number, "step": "1"},
        "step.review": {"number": review.asset.number, "step": "1"},
        "offer.pause": {"number": world.objects["asset.listed"]["number"], "action": "pause"},
        "offer.resume": {"number": world.objects["asset.paused"]["number"], "action": "resume"},
        "tile": {"name": "0/000"},
        "link.wrong": {"number": world.objects["order.delivering"]["number"], "token": "no-such-token"},
        "mail.key": {"key": "MQ:no:key"},
        "reset.key": {"uidb36": "1", "key": "set-password"},
        "on_site": {"content_type_id": "1", "object_id": "1"},
        "floor": {"app_label": "catalog"},
        "somewhere": {"url": "no/such/page"},
        "act.suspend": {"object_id": str(house.pk), "code": "suspend"},
        "act.end": {"object_id": world.objects["staff.finance"]["object_id"], "code": "end"},
        "act.match": {"object_id": world.objects["transfer"]["object_id"], "code": "match"},
        "act.refund": {"object_id": world.objects["transfer"]["object_id"], "code": "refund"},
        "act.approve": {"object_id": world.objects["parameter"]["object_id"], "code": "approve"},
        "new.appoint": {"code": "appoint"},
        "new.reset-factor": {"code": "reset-factor"},
        "act.propose": {"object_id": world.objects["parameter"]["object_id"], "code": "propose"},
        "act.withdraw": {"object_id": world.objects["parameter"]["object_id"], "code": "withdraw"},
        "year.none": {"year": "1999", "name": "0/000"},
        "batch.none": {"batch_id": "0"},
        "new.none": {"code": "no-such-act"},
    }
    for name, kwargs in plain.items():
        world.objects[name] = kwargs
    world.records |= {
        "section": house,
        "step.draft": draft,
        "step.review": review,
        "act.suspend": house,
        "offer.pause": draft,
    }
    order = world.records["order.delivering"]
    world.name("entitlement", order.entitlement, pk=order.entitlement.pk)
    world.others = {
        "token": world.objects["invitation.link"]["token"],
        "organisation_id": world.houses["B"].pk,
        "organisation": world.houses["C"],
        "listing_id": world.records["listing.listed"].pk,
        "user_id": world.people["person"].pk,
        "reviewer_id": world.people["reviewer"].pk,
        "file": world.records["file.listed"].stored,
    }
    world.answers = {
        "act-for": {"organisation": house.pk},
        "asset.draft": {"version": draft.version, "file": world.records["file.draft"].pk},
        "act.match": {"match-order_number": world.objects["order.awaiting_payment"]["number"]},
        "new.appoint": {"appoint-email": world.people["person"].email},
        "new.reset-factor": {"reset-factor-email": _with_factor().email},
        "act.propose": {
            "propose-value": "1",
            "propose-citation": "Quyết định 1",
            "propose-confidence": "C",
        },
        "member-invite": {"email": "moi@example.vn", "roles": ["buyer"]},
        "member-roles": {"roles": ["finance", "buyer"]},
        "register-organisations": {"code": world.houses["C"].tax_code},
        "register-check": {"listing_version": 0, "what": "registration"},
        "case-submit": {"version": world.records["case.newcomer"].version},
        "contract-detail": {
            "digest": world.records["order.signing"].contract.digest,
            "has_read": "on",
            "has_power": "on",
        },
        "service-contract": {"digest": house.contract_acceptances.get().digest},
        "step.draft": {"title_vi": "Sản lượng lúa cả năm", "draft": "on"},
        "details-edit": {"bank_id": "970436", "bank_account": "0011002233445", "bank_holder": "Nhà B"},
        "order-supplement": {"version": world.records["order.returned"].version},
    }
