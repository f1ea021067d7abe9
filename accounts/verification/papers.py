"""Papers of a case: which kinds a participant may add, and how their content is kept."""

import hashlib
from typing import cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from exchange.codes.selectors import codes
from exchange.common.errors import DomainError
from exchange.files.models import StoredFile
from exchange.files.services import CHUNK, EVIDENCE, Uploaded, store

ACCEPT = ".pdf,.png,.jpg,.jpeg"


def kinds_for(kind: str) -> list[tuple[str, str]]:
    """Code and label of every paper this kind of participant may add."""
    return [(row.code, row.label) for row in codes("evidence_kind") if kind in row.extra.get("kinds", ())]


def check_kind(code: str, organisation: Organisation) -> None:
    """Refuse a kind of paper that does not belong to this kind of participant."""
    if code not in dict(kinds_for(organisation.kind)):
        words = _("Choose what this paper is.")
        raise DomainError(words, code="paper_kind_unknown", fields={"kind": words})


def sha256_of(upload: UploadedFile) -> str:
    """Hash of an upload before it is kept: the same paper sent twice is one paper."""
    digest = hashlib.sha256()
    upload.seek(0)
    while piece := upload.read(CHUNK):
        digest.update(piece)
    upload.seek(0)
    return digest.hexdigest()


def keep(upload: UploadedFile) -> StoredFile:
    """The content as it came; a refusal stands beside the file field."""
    try:
        return store(cast(Uploaded, upload), purpose=EVIDENCE, max_bytes=settings.MAX_EVIDENCE_BYTES)
    except DomainError as error:
        raise DomainError(error.message, code=error.code, fields={"file": error.message}) from error
