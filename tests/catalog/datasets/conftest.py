"""A steward with a draft, uploads, and the reader inside this process: the child has tests of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.datasets import services
from catalog.datasets.models import DataFile
from catalog.datasets.reader import alphabets, archive, content, reply
from catalog.datasets.reader.refusal import Refused
from catalog.datasets.reading import Request, Unreadable
from exchange.jobs.testing import run_jobs
from tests.factories.accounts import MembershipFactory, actor_of
from tests.factories.catalog import AssetFactory, RevisionFactory

TABLE = "mã trạm;độ mặn (g/l);ngày\n001;1,5;01/02/2026\n002;2,25;02/02/2026\n003;;03/02/2026\n"
PEOPLE = "họ tên;điểm\nNguyễn Văn An;7\nTrần Thị Bình;8\nLê Hoàng Cường;9\n"


def read_here(stream: Any, request: Request, limits: Any = None) -> dict[str, Any]:
    """The same reading without a process of its own."""
    try:
        form = content.expected_format(stream.read(content.HEAD), request.name)
        measured = archive.inspect(stream) if form == "XLSX" else alphabets.scan(stream)
        return reply.answer(stream, form, measured, vars(request))
    except Refused as refused:
        raise Unreadable(refused.code, refused.values) from refused


@pytest.fixture(autouse=True)
def _own_files(tmp_path_factory, settings) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files", numbered=True)


@pytest.fixture
def reader_here(monkeypatch) -> None:
    """Read files inside this process."""
    monkeypatch.setattr("catalog.datasets.services.profile.read", read_here)


@pytest.fixture
def membership(db):
    """A steward of an organisation."""
    return MembershipFactory(roles=["steward"])


@pytest.fixture
def steward(membership):
    """The steward as an actor."""
    return actor_of(membership)


@pytest.fixture
def revision(membership):
    """A draft of the steward's organisation."""
    asset = AssetFactory(owner=membership.organisation, created_by=membership.user)
    return RevisionFactory(asset=asset)


def upload(text: str | bytes = TABLE, name: str = "man.csv") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def attached(revision, steward, reader_here) -> Callable[..., DataFile]:
    """A file of the draft, read."""

    def attach(text: str | bytes = TABLE, name: str = "man.csv") -> DataFile:
        file = services.attach_file(revision_id=revision.pk, upload=upload(text, name), actor=steward)
        run_jobs()
        return DataFile.objects.get(pk=file.pk)

    return attach


@pytest.fixture
def confirmed(attached, steward) -> Callable[..., DataFile]:
    """A file of the draft, read and confirmed."""

    def confirm(text: str | bytes = TABLE, name: str = "man.csv") -> DataFile:
        file = attached(text, name)
        services.confirm_reading(file_id=file.pk, reading={}, actor=steward)
        run_jobs()
        return DataFile.objects.get(pk=file.pk)

    return confirm


@pytest.fixture
def address(revision):
    """The address of a page of the draft."""
    return lambda name: reverse(f"catalog:{name}", kwargs={"number": revision.asset.number})


@pytest.fixture
def page(client, membership):
    """A browser signed in as the steward."""
    client.force_login(membership.user)
    return client


def fields(response, form: str = "form") -> dict:
    """What the form of a page would post."""
    shown = response.context[form]
    data = {name: shown[name].value() for name in shown.fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


def current(revision) -> DataFile:
    """The present file of the draft."""
    return DataFile.objects.current().get(revision=revision)
