"""The content of a deleted draft leaves the disk, and nothing that is needed elsewhere does."""

import pytest
from django.core.exceptions import PermissionDenied
from procrastinate.contrib.django.models import ProcrastinateJob as Job

from accounts.access.actor import Actor
from catalog.assets.models import Revision, RightsEvidence
from catalog.assets.states import RevisionState
from catalog.datasets.models import DataFile
from catalog.registration import services
from catalog.registration.jobs import erase_discarded_draft
from exchange.common.clock import now
from exchange.files.models import ErasedFile, StoredFile
from exchange.files.services import place_of
from tests.factories.catalog import DataFileFactory, ListingFactory, RevisionFactory, StoredFileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def draft(owner):
    """A draft with a file, one it replaced, a paper, and an offer with an agreement."""
    revision = RevisionFactory(asset__owner=owner, complete=True)
    DataFileFactory(revision=revision, removed_at=now())
    ListingFactory(revision=revision, share_agreement=StoredFileFactory(content=b"%PDF-1.7 a", purpose="evidence"))
    assert with_content() == 4
    return revision


def with_content() -> int:
    """Every stored file lies on the disk now; says how many."""
    for stored in StoredFile.objects.all():
        place_of(stored).parent.mkdir(parents=True, exist_ok=True)
        place_of(stored).write_bytes(b"x" * stored.size)
    return StoredFile.objects.count()


def on_disk() -> set[str]:
    return {str(stored.pk) for stored in StoredFile.objects.all() if place_of(stored).is_file()}


def discarded(draft, steward):
    services.discard_draft(revision_id=draft.pk, version=draft.version, actor=steward)


def test_a_deleted_draft_leaves_rows_and_no_content(draft, steward, django_capture_on_commit_callbacks):
    discarded(draft, steward)
    job = Job.objects.get(task_name="catalog.registration.erase_discarded")
    assert job.args == {"revision_id": draft.pk}
    assert len(on_disk()) == 4, "nothing goes before the deletion is committed"
    with django_capture_on_commit_callbacks(execute=True):
        erase_discarded_draft(**job.args)

    assert on_disk() == set()
    assert (StoredFile.objects.count(), ErasedFile.objects.count()) == (4, 4)
    assert (DataFile.objects.count(), RightsEvidence.objects.count()) == (2, 1)


def test_a_job_that_was_cut_short_is_done_again_without_harm(draft, steward, django_capture_on_commit_callbacks):
    discarded(draft, steward)
    with django_capture_on_commit_callbacks(execute=False):
        erase_discarded_draft(revision_id=draft.pk)
    assert len(on_disk()) == 4, "killed before the content went"

    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            erase_discarded_draft(revision_id=draft.pk)

    assert (on_disk(), ErasedFile.objects.count()) == (set(), 4)


def test_what_a_registered_revision_also_names_stays(owner, steward, django_capture_on_commit_callbacks):
    live = RevisionFactory(asset__owner=owner, registered=True)
    newer = services.new_revision(asset_id=live.asset_id, actor=steward)
    DataFileFactory(revision=newer, stored=live.files.get().stored)
    with_content()
    kept = on_disk()
    assert newer.rights_evidence.get().file == live.rights_evidence.get().file

    discarded(newer, steward)
    with django_capture_on_commit_callbacks(execute=True):
        erase_discarded_draft(revision_id=newer.pk)

    assert on_disk() == kept
    assert len(kept) == 2
    assert not ErasedFile.objects.exists()


def test_two_deleted_drafts_with_the_same_content_need_it_no_more(draft, steward, django_capture_on_commit_callbacks):
    other = RevisionFactory(asset__owner=draft.asset.owner)
    DataFileFactory(revision=other, stored=draft.files.current().get().stored)
    discarded(draft, steward)
    with django_capture_on_commit_callbacks(execute=True):
        erase_discarded_draft(revision_id=draft.pk)
    assert len(on_disk()) == 1

    discarded(other, steward)
    with django_capture_on_commit_callbacks(execute=True):
        erase_discarded_draft(revision_id=other.pk)

    assert on_disk() == set()


@pytest.mark.parametrize("state", [state for state in RevisionState.values if state != RevisionState.DISCARDED])
def test_a_registration_in_any_other_state_keeps_its_content(state, owner, django_capture_on_commit_callbacks):
    stage = {"draft": "complete", "superseded": "registered"}.get(state, "registered")
    revision = RevisionFactory(asset__owner=owner, **{stage: True})
    Revision.objects.filter(pk=revision.pk).update(state=state)
    assert with_content() == 2

    with django_capture_on_commit_callbacks(execute=True):
        erase_discarded_draft(revision_id=revision.pk)

    assert len(on_disk()) == 2
    assert not ErasedFile.objects.exists()


def test_nobody_but_the_exchange_itself_erases(draft, steward, reviewer, stranger):
    discarded(draft, steward)

    for actor in (steward, reviewer, stranger, Actor()):
        with pytest.raises(PermissionDenied):
            services.erase_discarded(revision_id=draft.pk, actor=actor)

    assert len(on_disk()) == 4
    assert not ErasedFile.objects.exists()
