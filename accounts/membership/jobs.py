"""Mails of invitations go out after the transaction that wanted them."""

from accounts.membership import services
from exchange.jobs.registry import job


@job("accounts.membership.send_invitation")
def send_invitation(invitation_id: int) -> None:
    """Mail one invitation."""
    services.mail_invitation(invitation_id=invitation_id)
