"""Use cases of the file: upload, reading, confirmation, dictionary, preview."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from catalog.assets.states import RevisionState
from catalog.datasets import selectors, services
from catalog.datasets.models import OVERDUE, Column, DataFile
from catalog.datasets.services.dictionary import possible_types
from catalog.datasets.states import READING_FLOW, ReadingState
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.files.models import StoredFile
from exchange.files.services import place_of
from exchange.jobs.testing import run_jobs
from tests.catalog.datasets.conftest import PEOPLE, TABLE, upload
from tests.factories.accounts import MembershipFactory, StaffAppointmentFactory, actor_of

pytestmark = pytest.mark.django_db


def column(file: DataFile, position: int) -> Column:
    """A column of a file, as stored now."""
    return Column.objects.get(file=file, position=position)


def test_upload_is_kept_hashed_and_read(attached):
    file = attached()

    assert (file.state, file.format, file.row_count, file.column_count) == (ReadingState.READ, "CSV", 3, 3)
    assert (file.encoding, file.separator, file.header_rows) == ("utf-8", ";", 1)
    assert file.stored.size == len(TABLE.encode())
    found = [(c.name, c.type, c.unit, c.label_vi, c.nulls) for c in file.columns.all()]
    assert found == [
        ("mã trạm", "text", "", "mã trạm", 0),
        ("độ mặn (g/l)", "decimal", "g/l", "độ mặn", 1),
        ("ngày", "date", "", "Ngày", 0),
    ]
    assert (column(file, 3).minimum, column(file, 2).maximum) == ("2026-02-01", "2.25")


@pytest.mark.slow
def test_upload_is_read_by_the_child(revision, steward):
    file = services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)

    run_jobs()

    file.refresh_from_db()
    assert file.state == ReadingState.READ
    assert file.row_count == 3


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "file_empty"),
        (b"%PDF-1.7", "a.csv", "file_other_format"),
        (b"%PDF-1.7", "a.pdf", "file_other_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "file_old_excel"),
        (b"a,b\n1,2\n", "a.xlsx", "file_not_xlsx"),
        (b"PK\x03\x04", "a.csv", "file_zip_named"),
        (b'{"a": 1}', "a.json", "file_other_format"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence_and_leaves_nothing(revision, steward, content, name, code):
    with pytest.raises(DomainError) as refused:
        services.attach_file(revision_id=revision.pk, upload=upload(content, name), actor=steward)

    assert refused.value.code == code
    assert refused.value.fields["upload"]
    assert not StoredFile.objects.exists()
    assert run_jobs() == []


def test_file_over_the_limit_is_refused(revision, steward, settings):
    settings.MAX_DATA_FILE_BYTES = 20

    with pytest.raises(DomainError) as refused:
        services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)

    assert refused.value.code == "file_too_large"
    assert not DataFile.objects.exists()


def test_same_file_sent_twice_is_one_file(revision, steward, attached):
    first = attached()

    second = services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)

    assert second == first
    assert (DataFile.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_another_file_replaces_the_first_and_keeps_its_meanings(attached, confirmed, steward, revision):
    first = confirmed()
    rows = {2: {"label_vi": "Độ mặn tầng mặt", "label_en": "Salinity", "unit": "‰", "is_required": True}}
    services.save_dictionary(file_id=first.pk, rows=rows, actor=steward)

    second = attached("ngày;độ mặn (g/l)\n01/03/2026;3,5\n", "man-thang-3.csv")

    first.refresh_from_db()
    kept = column(second, 2)
    assert first.removed_at is not None
    assert selectors.current_file(revision) == second
    assert (kept.label_vi, kept.label_en, kept.unit, kept.is_required) == ("Độ mặn tầng mặt", "Salinity", "‰", True)


@pytest.mark.parametrize("who", ["stranger", "buyer", "reviewer"])
def test_only_the_owners_steward_uploads(revision, membership, who):
    actor = {
        "stranger": lambda: actor_of(MembershipFactory()),
        "buyer": lambda: actor_of(MembershipFactory(organisation=membership.organisation, roles=["buyer"])),
        "reviewer": lambda: actor_of(StaffAppointmentFactory()),
    }[who]()

    with pytest.raises(PermissionDenied):
        services.attach_file(revision_id=revision.pk, upload=upload(), actor=actor)

    assert not DataFile.objects.exists()


def test_sent_registration_takes_no_file(revision, steward):
    type(revision).objects.filter(pk=revision.pk).update(state=RevisionState.SUBMITTED)

    with pytest.raises(IllegalMove):
        services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)


def test_stale_page_is_refused(revision, steward):
    with pytest.raises(Stale):
        services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward, version=revision.version + 5)


def test_refusal_of_the_reader_becomes_a_sentence(attached):
    file = attached("a;b\n1;\x002\n")

    assert (file.state, file.failure) == (ReadingState.FAILED, "nul_bytes")
    assert "2" in file.failure_sentence
    assert not file.columns.exists()


def test_failed_reading_can_be_tried_again_and_a_good_one_cannot(attached, steward):
    bad = attached("a;b\n")
    assert bad.failure == "no_rows"

    services.retry_reading(file_id=bad.pk, actor=steward)
    bad.refresh_from_db()
    assert bad.state == ReadingState.WAITING
    assert run_jobs() == ["catalog.datasets.profile_file"]

    good = attached()
    with pytest.raises(IllegalMove):
        services.retry_reading(file_id=good.pk, actor=steward)


def test_reading_that_hangs_may_be_asked_for_again_later(revision, steward):
    file = services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)
    with pytest.raises(IllegalMove):
        services.retry_reading(file_id=file.pk, actor=steward)

    DataFile.objects.update(state=ReadingState.READING, state_since=now() - OVERDUE - dt.timedelta(seconds=1))
    services.retry_reading(file_id=file.pk, actor=steward)

    file.refresh_from_db()
    assert (file.state, file.attempt) == (ReadingState.WAITING, 3)


def test_job_may_run_twice_and_an_overtaken_one_keeps_nothing(attached):
    file = attached()
    numbers = list(Column.objects.values_list("pk", flat=True))

    services.profile_file(file_id=file.pk, attempt=file.attempt)
    services.profile_file(file_id=file.pk, attempt=file.attempt - 1)
    services.profile_file(file_id=file.pk + 1000, attempt=1)

    assert list(Column.objects.values_list("pk", flat=True)) == numbers


def test_job_killed_in_the_middle_begins_again(attached, revision, steward):
    file = services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)
    DataFile.objects.filter(pk=file.pk).update(state=ReadingState.READING)

    run_jobs()

    file.refresh_from_db()
    assert file.state == ReadingState.READ


def test_changed_bytes_are_noticed(revision, steward, reader_here):
    file = services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)
    place_of(file.stored).write_bytes(b"x" * file.stored.size)

    run_jobs()

    file.refresh_from_db()
    assert (file.state, file.failure) == (ReadingState.FAILED, "changed")


def test_confirmation_clears_the_sample_and_measures(attached, steward, revision):
    file = attached()

    services.confirm_reading(file_id=file.pk, reading={"encoding": "utf-8", "header_rows": 1}, actor=steward)
    run_jobs()

    file.refresh_from_db()
    revision.refresh_from_db()
    assert (file.state, file.sample) == (ReadingState.CONFIRMED, [])
    assert 2 in revision.steps_done
    assert revision.quality.measured["complete"]["value"] == 88


def test_correction_has_the_file_read_again(attached, steward):
    file = attached("báo cáo;2026\nmã;giá trị\n1;2\n3;4\n")
    assert file.header_rows == 2

    services.confirm_reading(file_id=file.pk, reading={"skip_rows": 1, "header_rows": 1}, actor=steward)
    file.refresh_from_db()
    assert (file.state, file.given) == (ReadingState.WAITING, {"skip_rows": 1, "header_rows": 1})
    run_jobs()

    file.refresh_from_db()
    assert file.state == ReadingState.READ
    assert [c.name for c in file.columns.all()] == ["mã", "giá trị"]


def test_unknown_encoding_is_refused(attached, steward):
    with pytest.raises(DomainError) as refused:
        services.confirm_reading(file_id=attached().pk, reading={"encoding": "klingon"}, actor=steward)

    assert refused.value.code == "unknown_encoding"


def test_reading_cannot_be_confirmed_before_it_is_read(revision, steward):
    file = services.attach_file(revision_id=revision.pk, upload=upload(), actor=steward)

    with pytest.raises(IllegalMove):
        services.confirm_reading(file_id=file.pk, reading={}, actor=steward)


def test_replaced_file_cannot_be_confirmed_from_a_second_tab(attached, steward):
    first = attached()
    attached("a;b\n1;2\n", "khac.csv")

    with pytest.raises(Stale):
        services.confirm_reading(file_id=first.pk, reading={}, actor=steward)


def test_suspicion_keeps_the_step_open_until_decided(confirmed, steward, revision):
    file = confirmed(PEOPLE)
    named = column(file, 1)
    assert (named.suspected, named.example, named.is_flagged) == ("person_name", "", True)
    revision.refresh_from_db()
    assert 2 not in revision.steps_done

    services.save_dictionary(file_id=file.pk, rows={1: {"override_reason": "Tên nhân vật hư cấu"}}, actor=steward)
    run_jobs()

    named, revision = column(file, 1), type(revision).objects.get(pk=revision.pk)
    assert (named.override_reason, named.override_by) == ("Tên nhân vật hư cấu", steward.user)
    assert named.example == "Nguyễn Văn An"
    assert 2 in revision.steps_done
    assert DataFile.objects.get(pk=file.pk).candidates["columns"] == ["họ tên", "điểm"]


def test_declaring_a_column_personal_hides_its_values_at_once(confirmed, steward):
    file = confirmed()
    services.choose_preview(file_id=file.pk, is_on=True, rows=[1, 2], actor=steward)

    services.save_dictionary(file_id=file.pk, rows={1: {"is_personal": True}}, actor=steward)

    file.refresh_from_db()
    hidden = column(file, 1)
    assert (hidden.example, hidden.minimum, hidden.maximum) == ("", "", "")
    assert file.preview_rows == [
        {"độ mặn (g/l)": "1,5", "ngày": "01/02/2026"},
        {"độ mặn (g/l)": "2,25", "ngày": "02/02/2026"},
    ]
    assert "mã trạm" not in file.candidates["columns"]


def test_reason_without_suspicion_is_not_kept(confirmed, steward):
    file = confirmed()

    services.save_dictionary(file_id=file.pk, rows={1: {"override_reason": "x"}}, actor=steward)

    assert (column(file, 1).override_reason, column(file, 1).override_by) == ("", None)


def test_type_that_the_values_do_not_have_is_refused(confirmed, steward):
    file = confirmed()

    with pytest.raises(DomainError) as refused:
        services.save_dictionary(file_id=file.pk, rows={1: {"type": "integer", "label_vi": "Mới"}}, actor=steward)

    assert list(refused.value.fields) == ["c1-type"]
    assert column(file, 1).label_vi == "mã trạm"
    assert possible_types(column(file, 2)) == ["decimal", "text"]


def test_keys_are_counted_again_when_they_change(confirmed, steward):
    file = confirmed("mã;v\n1;5\n1;6\n2;7\n;8\n")

    services.save_dictionary(file_id=file.pk, rows={1: {"is_key": True}}, actor=steward)
    run_jobs()

    file.refresh_from_db()
    assert file.state == ReadingState.CONFIRMED
    assert file.figures["keys"] == {"columns": ["mã"], "duplicates": 1, "incomplete": 1, "exact": True}


def test_dictionary_waits_for_the_confirmation(attached, steward):
    with pytest.raises(IllegalMove):
        services.save_dictionary(file_id=attached().pk, rows={}, actor=steward)


def test_preview_is_off_until_rows_are_chosen(confirmed, steward):
    file = confirmed()
    assert (file.preview_on, file.preview_rows) == (False, [])

    services.choose_preview(file_id=file.pk, is_on=True, rows=[3, 1, 1], actor=steward)

    file.refresh_from_db()
    assert file.preview_on
    assert file.preview_rows == [
        {"mã trạm": "001", "độ mặn (g/l)": "1,5", "ngày": "01/02/2026"},
        {"mã trạm": "003", "độ mặn (g/l)": "", "ngày": "03/02/2026"},
    ]


@pytest.mark.parametrize("rows", [[], [0], [4], list(range(1, 22))])
def test_preview_takes_one_to_twenty_existing_rows(confirmed, steward, rows):
    file = confirmed()

    with pytest.raises(DomainError) as refused:
        services.choose_preview(file_id=file.pk, is_on=True, rows=rows, actor=steward)

    assert refused.value.code == "preview_rows"
    assert DataFile.objects.get(pk=file.pk).preview_rows == []


def test_preview_never_holds_a_flagged_column(confirmed, steward):
    file = confirmed(PEOPLE)

    services.choose_preview(file_id=file.pk, is_on=True, rows=[1, 2], actor=steward)

    file.refresh_from_db()
    assert file.preview_rows == [{"điểm": "7"}, {"điểm": "8"}]


def test_table_of_personal_columns_alone_has_no_preview(confirmed, steward):
    file = confirmed("họ tên;email\nNguyễn Văn An;a@b.vn\nTrần Thị Bình;c@d.vn\n")

    with pytest.raises(DomainError) as refused:
        services.choose_preview(file_id=file.pk, is_on=True, rows=[1], actor=steward)

    assert refused.value.code == "nothing_to_preview"


def test_names_of_persons_stand_nowhere_in_the_database(confirmed):
    file = confirmed(PEOPLE)

    stored = [*DataFile.objects.values_list("sample", "candidates", "preview_rows", "guesses", "warnings"),
              *Column.objects.values_list("example", "minimum", "maximum", "facts")]  # fmt: skip
    assert file.row_count == 3
    assert "Nguyễn" not in str(stored)
    assert "Bình" not in str(stored)


def test_removed_file_opens_the_step_again(confirmed, steward, revision):
    file = confirmed()

    services.remove_file(file_id=file.pk, actor=steward)

    revision.refresh_from_db()
    assert selectors.current_file(revision) is None
    assert 2 not in revision.steps_done


@pytest.mark.parametrize("action", ["begin", "finish", "fail", "correct", "retry", "confirm"])
@pytest.mark.parametrize("state", ReadingState.values)
def test_every_state_and_action_is_decided(state, action):
    allowed = {
        "begin": {"waiting", "reading"},
        "finish": {"reading"},
        "fail": {"reading"},
        "correct": {"read", "confirmed", "failed"},
        "retry": {"waiting", "reading", "failed"},
        "confirm": {"read"},
    }

    assert READING_FLOW.allows(state, action) == (state in allowed[action])
