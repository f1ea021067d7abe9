"""Fee and tax rates with their period and citation."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from exchange.common.admin import Register, column, titled
from transactions.pricing.models import Tariff

CODES = {"standard": _("standard rate"), "KCT": _("not subject to VAT")}
KINDS = {"fee": _("Fee of the exchange"), "fee_vat": _("VAT on the fee"), "vat": _("VAT")}


def percent(basis_points: int | None) -> object:
    """A rate in percent; not subject to tax is no rate."""
    return _("not subject to VAT") if basis_points is None else f"{basis_points / 100:g} %".replace(".", ",")


def code_words(code: str) -> object:
    """A code in words where people need them."""
    return CODES.get(code, code)


@admin.register(Tariff)
class TariffAdmin(Register):
    """Every rate that was, is or will be in force."""

    reads = "transactions.view_order"
    singular, plural = _("tariff"), _("tariffs")
    columns = (
        column("kind", _("Kind"), order="kind", show=lambda kind: KINDS[kind]),
        column("code", _("Code"), show=code_words),
        column("basis_points", _("Rate"), order="basis_points", show=percent),
        column("valid_from", _("Valid from")),
        column("valid_to", _("Valid to")),
        column("citation", _("Basis")),
    )
    list_filter = (("valid_to", titled(_("Ended"), admin.EmptyFieldListFilter)),)
    search_fields = ("code", "citation")
    ordering = ("kind", "code", "-valid_from")

    def title_of(self, record: Tariff) -> str:
        """Kind, code and rate in words."""
        return f"{KINDS[record.kind]}: {code_words(record.code)}, {percent(record.basis_points)}"
