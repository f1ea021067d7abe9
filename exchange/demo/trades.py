"""One trade completed and one waiting at each stage."""

from dataclasses import dataclass

from django.conf import settings

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from catalog.offers.models import Listing
from exchange.common.canonical import digest_of
from exchange.common.clock import now
from exchange.demo.cast import Cast
from exchange.demo.money import pay_out
from exchange.demo.quarrels import divided, mediation
from exchange.jobs.testing import run_jobs
from transactions.compliance.services import return_
from transactions.compliance.services import take as take_order
from transactions.contracts.services import accept_contract
from transactions.delivery.services import confirm_receipt, make_link, use_link
from transactions.orders.models import Order
from transactions.orders.services import accept_order, decline_order, request_order
from transactions.payments.services import BankCredit, receive_transfer

USE = "Phân tích xu hướng theo vùng để lập kế hoạch kinh doanh năm 2027, dùng nội bộ (minh họa)."


@dataclass(frozen=True)
class Trade:
    """A trade of the script: the table, the buying side, and the stage it waits at."""

    file: str
    buyer: str
    stage: str
    storage: str = "VN"
    dispute: str = ""  # mediation or divided


SCRIPT = (
    Trade("san-pham-chan-nuoi-chu-yeu.csv", "buyer", "completed"),  # its revenue is shared by two owners
    Trade("doanh-thu-thuan-doanh-nghiep.csv", "buyer", "requested"),
    Trade("tri-gia-xuat-khau-hang-hoa.csv", "buyer", "legality_review", "ASEAN"),
    Trade("tri-gia-xuat-khau-hang-hoa.csv", "institute", "returned", "ASEAN"),
    Trade("san-pham-cong-nghiep-chu-yeu.csv", "buyer", "signing"),
    Trade("thu-nhap-binh-quan-dau-nguoi-thang.csv", "buyer", "awaiting_payment"),
    Trade("doanh-thu-thuan-doanh-nghiep.csv", "institute", "delivering"),
    Trade("san-pham-cong-nghiep-chu-yeu.csv", "institute", "awaiting_acceptance"),
    Trade("san-pham-chan-nuoi-chu-yeu.csv", "institute", "declined"),
    Trade("thu-nhap-binh-quan-dau-nguoi-thang.csv", "institute", "awaiting_acceptance", dispute="mediation"),
    Trade("san-pham-cong-nghiep-chu-yeu.csv", "buyer", "completed", dispute="divided"),
)


def trade(cast: Cast, listings: dict[str, Listing]) -> None:
    """Take every trade of the script to its stage, jobs run on the spot; what the first one earned is paid out."""
    for number, row in enumerate(SCRIPT):
        _Play(cast, listings[row.file], row, number).run()
        if number == 0:
            pay_out(cast)


class _Play:
    """One trade, step by step, until the stage it waits at."""

    def __init__(self, cast: Cast, listing: Listing, row: Trade, number: int) -> None:
        self.cast, self.listing, self.row, self.number = cast, listing, row, number
        self.seller = next(key for key, org in cast.organisations.items() if org == listing.revision.asset.owner)
        self.order: Order

    def run(self) -> None:
        """Steps in the order of the trade; stops at the stage of the script."""
        self.request()
        for step, stages in (
            (self.decline, ("requested",)),
            (self.accept, ("declined",)),
            (self.give_back, ("legality_review", "signing")),
            (self.sign, ("returned",)),
            (self.pay, ("awaiting_payment",)),
            (self.download, ("delivering",)),
            (self.quarrel, ()),
            (self.confirm, ("awaiting_acceptance",)),
        ):
            if self.row.stage in stages:
                return
            step()

    def actor(self, side: str, role: str) -> Actor:
        """Somebody of a side who holds a role."""
        return self.cast.member(self.row.buyer if side == "buyer" else self.seller, role)

    def refresh(self) -> None:
        """Run what waits in the queue, then read the order again."""
        run_jobs()
        self.order.refresh_from_db()

    def request(self) -> None:
        """The buyer orders."""
        self.order = request_order(
            listing_id=self.listing.pk,
            purpose="internal_analysis",
            territory="VN",
            use_description=USE,
            storage_place=self.row.storage,
            idempotency_key=f"demo-{self.number}",
            actor=self.actor("buyer", "buyer"),
        )
        self.refresh()

    def decline(self) -> None:
        """The seller says no, in the one trade that ends so."""
        if self.row.stage == "declined":
            text = "Bên mua chưa nêu rõ bộ phận sử dụng dữ liệu (minh họa)."
            decline_order(
                order_id=self.order.pk,
                reason_code="purpose_not_accepted",
                reason_text=text,
                actor=self.actor("seller", "steward"),
            )
            self.refresh()

    def accept(self) -> None:
        """The seller accepts; the rules check by themselves."""
        accept_order(order_id=self.order.pk, actor=self.actor("seller", "steward"))
        self.refresh()

    def give_back(self) -> None:
        """The reviewer asks for a supplement, in the one trade that waits for it."""
        if self.row.stage == "returned":
            reviewer = self.cast.staff(StaffRole.REVIEWER)
            take_order(order_id=self.order.pk, actor=reviewer)
            return_(
                order_id=self.order.pk,
                reason_code="missing_paper",
                reason_text="Nêu rõ nơi lưu trữ và căn cứ chuyển dữ liệu ra nước ngoài (minh họa).",
                fields=["storage_place"],
                actor=reviewer,
            )
            self.refresh()

    def sign(self) -> None:
        """A signatory of each side accepts the contract."""
        for side in ("seller", "buyer"):
            contract = self.order.contract
            accept_contract(
                order_id=self.order.pk,
                digest=contract.digest,
                password=settings.DEMO_PASSWORD,
                actor=self.actor(side, "signatory"),
            )
        self.refresh()

    def pay(self) -> None:
        """The bank reports the transfer."""
        reference = f"DEMO-{self.order.number}"
        receive_transfer(
            BankCredit(
                reference,
                self.order.total,
                "VND",
                settings.ESCROW_ACCOUNT["number"],
                self.order.number,
                now(),
                digest_of(reference),
            ),
            actor=Actor.system("bank"),
        )
        self.refresh()

    def download(self) -> None:
        """The buyer downloads the file once."""
        buyer = self.actor("buyer", "buyer")
        token = make_link(order_id=self.order.pk, session_key="demo", actor=buyer)
        use_link(order_id=self.order.pk, token=token, session_key="demo", actor=buyer)
        self.refresh()

    def quarrel(self) -> None:
        """The two trades about which the sides disagree."""
        sides = self.actor("buyer", "buyer"), self.actor("seller", "steward")
        if self.row.dispute == "mediation":
            mediation(self.order, *sides)
        elif self.row.dispute == "divided":
            signatories = [self.actor(side, "signatory") for side in ("buyer", "seller")]
            divided(self.order, self.cast, *sides, signatories)
        self.refresh()

    def confirm(self) -> None:
        """The buyer confirms, unless a ruling has ended the trade already."""
        if self.row.dispute:
            return
        confirm_receipt(order_id=self.order.pk, actor=self.actor("buyer", "buyer"))
        self.refresh()
