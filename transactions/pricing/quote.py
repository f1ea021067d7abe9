"""Price, tax and fee of one order. Plain Python: figures in, figures out (product rule 2.3)."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from exchange.common.money import Dong, vat_of


@dataclass(frozen=True)
class Quote:
    """What the buyer pays and what becomes of it, in whole dong; rates in basis points.

    `vat_bp` is None where the price is not subject to VAT (KCT), which is not the same as 0 %.
    """

    price: Dong
    vat: Dong
    total: Dong
    fee: Dong
    fee_vat: Dong
    seller_share: Dong
    vat_bp: int | None
    fee_bp: int
    fee_vat_bp: int
    vat_code: str = ""
    tariff_ids: tuple[int, ...] = ()

    @property
    def rates(self) -> dict[str, int | None]:
        """The rates used, in basis points."""
        return {"vat": self.vat_bp, "fee": self.fee_bp, "fee_vat": self.fee_vat_bp}

    @property
    def vat_percent(self) -> Decimal | None:
        """The VAT rate as people write it: 10, 8, 8.5; None where the price is not subject to VAT."""
        return None if self.vat_bp is None else Decimal(self.vat_bp) / 100

    @property
    def is_free(self) -> bool:
        """Whether nothing is to be paid."""
        return self.total == 0

    def as_dict(self) -> dict:
        """The quote as it is frozen on the order."""
        return {**asdict(self), "tariff_ids": list(self.tariff_ids)}


def quote(
    price: Dong,
    vat_bp: int | None,
    fee_bp: int,
    fee_vat_bp: int,
    *,
    vat_code: str = "",
    tariff_ids: tuple[int, ...] = (),
) -> Quote:
    """The figures of an order: tax half up once per rate group, fee floored, the remainder to the seller."""
    if price < 0:
        raise ValueError("a price is not negative")
    for rate in (vat_bp or 0, fee_bp, fee_vat_bp):
        if not 0 <= rate <= 10_000:
            raise ValueError("a rate stands between 0 and 10 000 basis points")
    vat = 0 if vat_bp is None else vat_of(price, vat_bp)
    fee = price * fee_bp // 10_000  # floored: the odd dong stays with the seller
    fee_vat = vat_of(fee, fee_vat_bp)
    total = price + vat
    if fee + fee_vat > total:
        raise ValueError("the fee and its tax exceed what the buyer pays")
    return Quote(
        price=price,
        vat=vat,
        total=total,
        fee=fee,
        fee_vat=fee_vat,
        seller_share=total - fee - fee_vat,
        vat_bp=vat_bp,
        fee_bp=fee_bp,
        fee_vat_bp=fee_vat_bp,
        vat_code=vat_code,
        tariff_ids=tariff_ids,
    )
