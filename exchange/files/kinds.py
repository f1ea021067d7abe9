"""Kinds of evidence files: name, declared and real content must agree. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from exchange.common.errors import DomainError
from exchange.files.names import ending


@dataclass(frozen=True)
class Kind:
    """A kind of file: media type, endings, and the first bytes of its content."""

    media_type: str
    endings: tuple[str, ...]
    magic: bytes


EVIDENCE = (
    Kind("application/pdf", (".pdf",), b"%PDF-"),
    Kind("image/png", (".png",), b"\x89PNG\r\n\x1a\n"),
    Kind("image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
)
HEAD_BYTES = 16


def evidence_media_type(name: str, head: bytes) -> str:
    """Media type of an evidence file by its content; refused unless it is PDF, PNG or JPEG and named so."""
    found = next((kind for kind in EVIDENCE if head.startswith(kind.magic)), None)
    if found is None:
        raise DomainError(
            _("Only PDF, PNG and JPEG files are taken as evidence. Save the paper as PDF and choose that file."),
            code="evidence_kind_refused",
        )
    if ending(name) not in found.endings:
        raise DomainError(
            _("The content of this file is %(kind)s, but its name ends otherwise. Rename it to end in %(ending)s.")
            % {"kind": found.media_type.split("/")[1].upper(), "ending": found.endings[0]},
            code="evidence_name_differs",
        )
    return found.media_type
