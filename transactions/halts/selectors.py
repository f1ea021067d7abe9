"""Whether trade is stopped now."""

from transactions.halts.models import TradingHalt


def open_halt() -> TradingHalt | None:
    """The stop that lies on all trade, if any."""
    return TradingHalt.objects.filter(lifted_at__isnull=True).first()


def is_halted() -> bool:
    """Whether trade is stopped."""
    return TradingHalt.objects.filter(lifted_at__isnull=True).exists()
