"""Mails go out after the transaction that wanted them."""

from exchange.jobs.services import job
from exchange.notifications import services


@job("exchange.notifications.send_mail")
def send_mail(message_id: int) -> None:
    """Mail one message."""
    services.send_mail(message_id=message_id)
