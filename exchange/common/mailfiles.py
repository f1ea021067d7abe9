"""Mail kept as files, one .eml a message: the mailbox of demonstrations and of development."""

import datetime as dt
import email
import email.policy
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage as ParsedMessage
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from exchange.common.clock import now

VIETNAMESE = re.compile("[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]", re.IGNORECASE)
NAME = re.compile(r"\d{8}-\d{12}-[0-9a-f]{8}")


class EmailBackend(BaseEmailBackend):
    """Writes each message under EMAIL_FILE_PATH; the name sorts by time and cannot be guessed."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """The number of messages written."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{now():%Y%m%d-%H%M%S%f}-{secrets.token_hex(4)}"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    """One message as the mailbox page shows it."""

    name: str
    to: str
    sender: str
    subject: str
    sent_at: dt.datetime | None
    body: str

    @property
    def language(self) -> str:
        """The language it is written in: that of its reader, not of the page that shows it."""
        return "vi" if VIETNAMESE.search(self.subject + self.body) else "en"


def mails(limit: int = 200, to: str = "") -> list[Mail]:
    """The newest messages first, of one address when given."""
    folder = Path(settings.EMAIL_FILE_PATH)
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)
    found = (mail for name in names if (mail := read(name)) and to.lower() in mail.to.lower())
    return [mail for mail, _ in zip(found, range(limit), strict=False)]


def read(name: str) -> Mail | None:
    """One message by its name; nothing where there is none."""
    path = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    return _parsed(path)


@lru_cache(maxsize=500)
def _parsed(path: Path) -> Mail:
    """A message never changes once its file has its name: the page of all mails reads each only once."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    to, sender, subject = (str(message[header] or "") for header in ("To", "From", "Subject"))
    return Mail(path.stem, to, sender, subject, *_rest(message))


def _rest(message: ParsedMessage) -> tuple[dt.datetime | None, str]:
    body = message.get_body(("plain",))
    return _moment(message["Date"]), body.get_content() if body is not None else ""


def _moment(header: str | None) -> dt.datetime | None:
    """The moment in the header; without a zone ("-0000") it is in UTC."""
    if not header:
        return None
    moment = parsedate_to_datetime(header)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
