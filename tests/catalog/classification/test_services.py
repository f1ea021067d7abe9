"""Step 4: only what applies is asked and kept."""

import pytest
from django.core.exceptions import PermissionDenied

from catalog.assets.services import create_asset
from catalog.classification.models import Classification
from catalog.classification.services import save_classification
from catalog.classification.steps import missing
from exchange.common.clock import today
from exchange.common.errors import Stale

TAKERS = {"for_state": "yes", "for_firms": "yes", "for_persons": "yes"}
BASE = {"subject": "NON_PERSONAL", "importance": "OTHER", "secrecy": "NONE", "access": "account"} | TAKERS
PEOPLE = {"people_described": "Học sinh", "processing_basis": "consent", "citizen_count": 0}
DEID = {
    "subject": "DEIDENTIFIED",
    "deid_method": "Gộp nhóm",
    "deid_fields": ["ho_ten"],
    "deid_test": "k-ẩn danh",
    "deid_group": 10,
    "deid_assessor": "Trung tâm A",
    "deid_on": "2026-01-01",
} | PEOPLE


@pytest.mark.parametrize(
    ("is_state", "changes", "expected"),
    [
        (False, {}, []),
        (True, {}, ["sharing", "basis", "layer", "domain"]),
        (True, {"sharing": "OPEN", "basis": "12/QĐ", "layer": "open", "domain": "SECTOR"}, []),
        (False, {"importance": "IMPORTANT"}, ["importance_item"]),
        (False, {"importance": "CORE", "importance_item": "I.1"}, []),
        (False, {"subject": ""}, ["subject"]),
        (
            False,
            {"subject": "PERSONAL_BASIC"},
            ["people_described", "processing_basis", "impact_file", "citizen_count"],
        ),
        (False, {"subject": "PERSONAL_BASIC"} | PEOPLE | {"impact_file": "12/HS"}, []),
        (
            False,
            {"subject": "DEIDENTIFIED"} | PEOPLE,
            ["deid_method", "deid_fields", "deid_test", "deid_group", "deid_assessor", "deid_on"],
        ),
        (False, DEID, []),
        (False, {"access": "", "secrecy": ""}, ["secrecy", "access"]),
        (False, {"for_firms": ""}, ["for_firms"]),
        (False, {"for_persons": "no"}, ["limit_reason"]),
        (False, {"for_persons": "conditional", "limit_reason": "contract"}, []),
    ],
)
def test_what_step_four_needs(is_state, changes, expected):
    assert missing(BASE | changes, is_state=is_state) == expected


@pytest.mark.django_db
def test_the_person_and_the_day_are_kept(steward):
    revision = create_asset(actor=steward)

    revision = save_classification(revision_id=revision.pk, version=1, data=BASE, actor=steward)

    row = Classification.objects.get()
    assert (row.classified_by, row.classified_on) == (steward.user, today())
    assert revision.steps_done == [4]


@pytest.mark.django_db
def test_answers_that_no_longer_apply_are_cleared(steward):
    revision = create_asset(actor=steward)
    important = BASE | DEID | {"importance": "IMPORTANT", "importance_item": "II.10", "keeps_log": True}
    save_classification(
        revision_id=revision.pk,
        version=1,
        data=important | {"citizen_count": 200_000, "is_published": True},
        actor=steward,
    )

    save_classification(revision_id=revision.pk, version=2, data=BASE, actor=steward)

    row = Classification.objects.get()
    assert (row.importance_item, row.keeps_log, row.citizen_count, row.is_published) == ("", False, None, False)


@pytest.mark.django_db
def test_a_stale_tab_and_strangers_change_nothing(steward, stranger):
    revision = create_asset(actor=steward)

    with pytest.raises(Stale):
        save_classification(revision_id=revision.pk, version=7, data=BASE, actor=steward)
    with pytest.raises(PermissionDenied):
        save_classification(revision_id=revision.pk, version=1, data=BASE, actor=stranger)

    assert not Classification.objects.exists()
