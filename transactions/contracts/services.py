"""Drawing up the contract of a cleared order, and its confirmation by both sides."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from catalog.assets.models import Asset
from catalog.licences import odrl
from catalog.licences.selectors import full_text, label_in, template_of
from catalog.licences.text import clauses_in
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove
from exchange.rules.selectors import parameters
from exchange.transparency.services import record
from transactions.contracts.models import Contract, ContractAcceptance, PasswordAttempt
from transactions.contracts.policies import side_of
from transactions.contracts.selectors import acceptance_of, is_intact, is_locked_out
from transactions.contracts.text import annex, digest
from transactions.halts.services import require_trading
from transactions.orders import snapshot
from transactions.orders.messages import tell
from transactions.orders.models import Order
from transactions.orders.overlays import after_contract, place_hold
from transactions.orders.selectors import overlapping_right
from transactions.orders.services import locked, move
from transactions.orders.states import OrderState

URN = "urn:vn-data-exchange"


@transaction.atomic
def draw_up(*, order_id: int, actor: Actor) -> Order:
    """Write the contract of a cleared order from its frozen record; a record that differs puts the order on hold."""
    order = locked(order_id)
    require(actor, "transactions.run_clock")
    if order.state != OrderState.CLEARED or order.is_held:
        return order
    fault = _fault(order)
    if fault:
        place_hold(order, rule="integrity", reason=fault, actor=actor)
        return order
    contract = Contract.objects.create(order=order, terms_digest=order.cleared_digest, **_faces(order))
    return move(order, "draw_up", actor=actor, noted={"contract": contract.digest}, rows=[contract])


def _fault(order: Order) -> str:
    """Why this order must not be signed: the record is not the cleared one (R54), or a clause is missing (R52)."""
    if not order.snapshot_digest == order.cleared_digest == snapshot.digest(order.snapshot):
        return "record_changed"
    template, wanted = template_of(order.snapshot["terms"]), set(parameters(today()).get("contract_clauses"))
    for text in (template.text_vi, template.text_en):
        missing = wanted - clauses_in(text)
        if missing:
            return f"clauses_missing:{','.join(sorted(missing))}"
    return ""


def _faces(order: Order) -> dict[str, object]:
    """The Vietnamese text, its translation, the machine form, and the digest over all three."""
    frozen = order.snapshot
    texts = {f"text_{language}": _text(order, language) for language in ("vi", "en")}
    machine = odrl.policy(
        frozen["terms"],
        uid=f"{URN}:contract:{order.number}",
        target=f"{URN}:dataset:{frozen['listing']['dataset']}",
        assigner=f"{URN}:participant:{frozen['parties']['seller']['pk']}",
        assignee=f"{URN}:participant:{frozen['parties']['buyer']['pk']}",
    )
    return {**texts, "odrl": machine, "digest": digest(texts["text_vi"], texts["text_en"], machine)}


def _text(order: Order, language: str) -> str:
    frozen = order.snapshot
    parties = {
        "seller": frozen["parties"]["seller"][f"name_{language}"],
        "buyer": frozen["parties"]["buyer"][f"name_{language}"],
        "dataset": frozen["listing"][f"title_{language}"],
        "number": frozen["listing"]["dataset"],
        "order": order.number,
    }
    licence = full_text(frozen["terms"], parties, language=language)
    figures = {"price": order.price, "vat": order.vat, "total": order.total, "vat_bp": order.quote.get("vat_bp")}
    return (
        licence + "\n\n" + annex(frozen, order.number, order.cleared_digest, figures, language=language, label=label_in)
    )


def accept_contract(*, order_id: int, digest: str, password: str, actor: Actor) -> ContractAcceptance:
    """A signatory confirms the very text shown, after entering the password again; the second one concludes.

    It is no digital signature. A wrong password is counted even though the confirmation fails.
    """
    order = Order.objects.select_related("buyer", "seller").get(pk=order_id)
    side = side_of(actor, order)
    require(actor, "transactions.sign_contract", organisation=getattr(order, side) if side else None)
    require_trading()
    check_password(password, actor=actor)
    return _accept(order_id, side, digest, actor)


def check_password(password: str, *, actor: Actor) -> None:
    """The person is who signed in: refuses a wrong password, and whoever failed too often lately (R135)."""
    if is_locked_out(actor.user):
        raise DomainError(
            _("Too many wrong passwords. Wait 15 minutes, then confirm again."),
            code="too_many_attempts",
            fields={"password": _("Too many wrong passwords. Wait 15 minutes, then confirm again.")},
        )
    if not actor.user.check_password(password):
        PasswordAttempt.objects.create(user=actor.user)
        raise DomainError(
            _("The password is not right. Nothing was confirmed."),
            code="wrong_password",
            fields={"password": _("Enter the password you sign in with.")},
        )


@transaction.atomic
def _accept(order_id: int, side: str, posted: str, actor: Actor) -> ContractAcceptance:
    order = locked(order_id)
    if order.state != OrderState.SIGNING:
        raise IllegalMove()
    contract = Contract.objects.prefetch_related("acceptances").get(order=order)
    _check_acceptance(order, contract, side, posted, actor)
    acceptance = ContractAcceptance.objects.create(
        contract=contract,
        organisation=getattr(order, side),
        side=side,
        digest=contract.digest,
        accepted_by=actor.user,
    )
    record(
        "contract.accept",
        subject=order,
        actor=actor,
        data={"number": order.number, "side": side, "contract": contract.digest},
        rows=[acceptance],
    )
    other = "seller" if side == "buyer" else "buyer"
    if acceptance_of(contract, other):
        _conclude(order, actor)
    else:
        tell(order, f"signed_by_{side}", actor=actor)
    return acceptance


def _check_acceptance(order: Order, contract: Contract, side: str, posted: str, actor: Actor) -> None:
    if order.is_held:
        raise DomainError(_("The order is on hold; the contract cannot be confirmed now."), code="held")
    if not is_intact(contract):
        raise DomainError(
            _("The stored contract no longer matches its hash. It cannot be confirmed; tell the exchange."),
            code="contract_changed",
        )
    if posted != contract.digest:
        raise DomainError(
            _("The text you read is not the present one. Read the contract on this page again, then confirm."),
            code="digest_differs",
        )
    if acceptance_of(contract, side):
        raise DomainError(_("Your side has already confirmed this contract."), code="already_accepted")
    if any(acceptance.accepted_by_id == actor.user.pk for acceptance in contract.acceptances.all()):
        raise DomainError(
            _("The same person cannot confirm for both sides. Another signatory must confirm."), code="same_person"
        )


def _conclude(order: Order, actor: Actor) -> None:
    """Both sides have confirmed: the contract is concluded unless an exclusive right was granted meanwhile (R50)."""
    Asset.objects.select_for_update(of=("self",)).get(revisions__listings=order.listing_id)
    if overlapping_right(order, today()):
        raise DomainError(
            _("An exclusive right for this scope has been granted meanwhile. The contract cannot be concluded."),
            code="exclusive_right",
        )
    move(order, "conclude", actor=actor, noted={"contract": order.contract.digest})
    after_contract(order)
