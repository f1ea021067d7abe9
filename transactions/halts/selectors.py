"""Whether trade is stopped now."""

from exchange.common.prepared import Prepared
from transactions.halts.models import TradingHalt

_open = Prepared(lambda: TradingHalt.objects.filter(lifted_at__isnull=True).order_by().values_list("pk")[:1])


def open_halt() -> TradingHalt | None:
    """The stop that lies on all trade, if any."""
    return TradingHalt.objects.filter(lifted_at__isnull=True).first()


def is_halted() -> bool:
    """Whether trade is stopped; every page asks."""
    return bool(_open.rows())
