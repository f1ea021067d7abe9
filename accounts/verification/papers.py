"""Papers of a case: which kinds a participant may add, and whether a file is what its name says."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from exchange.codes.selectors import codes
from exchange.common.errors import DomainError

SIGNATURES = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
}
ACCEPT = ",".join(SIGNATURES)


def kinds_for(kind: str) -> list[tuple[str, str]]:
    """Code and label of every paper this kind of participant may add."""
    return [(row.code, row.label) for row in codes("evidence_kind") if kind in row.extra.get("kinds", ())]


def check_kind(code: str, organisation: Organisation) -> None:
    """Refuse a kind of paper that does not belong to this kind of participant."""
    if code not in dict(kinds_for(organisation.kind)):
        words = _("Choose what this paper is.")
        raise DomainError(words, code="paper_kind_unknown", fields={"kind": words})


def check_content(upload: UploadedFile) -> str:
    """The media type of a PDF, PNG or JPEG whose content agrees with its name."""
    name = (upload.name or "").lower()
    ending = next((ending for ending in SIGNATURES if name.endswith(ending)), "")
    upload.seek(0)
    start = upload.read(16)
    upload.seek(0)
    if not start:
        raise _refusal(_("The file is empty. Choose it again, or save it anew first."), "file_empty")
    if not ending:
        raise _refusal(_("Only PDF, PNG and JPEG are taken. Save the paper as PDF and try again."), "file_type")
    signature, media_type = SIGNATURES[ending]
    if not start.startswith(signature):
        raise _refusal(
            _("The content of this file is not what its name says. Save the paper as PDF and try again."),
            "file_contradicts_name",
        )
    return media_type


def _refusal(words: object, code: str) -> DomainError:
    return DomainError(words, code=code, fields={"file": words})
