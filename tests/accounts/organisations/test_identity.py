"""What a participant tells about itself: identifiers that cannot be true are refused with a sentence."""

import pytest
from django.utils.translation import override

from accounts.organisations.details import BANK, CONTACT, IDENTITY, IDENTITY_FIELDS, KEY_FIELDS, SECTIONS, fields_of
from accounts.organisations.identity import check_details, refuse_taken, stored_values
from accounts.organisations.models import Organisation, OrganisationKind, ParticipantState
from exchange.common.errors import DomainError
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db
ENTERPRISE, AGENCY, PERSON = OrganisationKind.ENTERPRISE, OrganisationKind.AGENCY, OrganisationKind.PERSON


def test_identifiers_take_their_stored_spelling():
    values = check_details(ENTERPRISE, {"name_vi": "Công ty A", "tax_code": "01001 09106-001", "is_foreign": False})

    assert values["tax_code"] == "0100109106-001"


def test_old_agency_code_is_converted():
    assert check_details(AGENCY, {"agency_code": "000.00.17.H49"})["agency_code"] == "H49.17"


@pytest.mark.parametrize(
    ("kind", "details", "field", "code", "words"),
    [
        (ENTERPRISE, {"tax_code": "0100109107"}, "tax_code", "tax_code_invalid", "last digit does not fit"),
        (ENTERPRISE, {"tax_code": "12"}, "tax_code", "tax_code_invalid", "10 digits"),
        (ENTERPRISE, {"tax_code": ""}, "tax_code", "identifier_missing", "Enter the tax code"),
        (AGENCY, {"agency_code": "G05.12"}, "agency_code", "agency_code_closed", "G12"),
        (AGENCY, {"agency_code": "Z99"}, "agency_code", "agency_code_invalid", "G09"),
        (AGENCY, {"agency_code": ""}, "agency_code", "identifier_missing", "Enter the agency code"),
        (PERSON, {"name_vi": "A", "personal_id": "97119001234"}, "personal_id", "personal_id_invalid", "12 digits"),
        (
            PERSON,
            {"name_vi": "A", "personal_id": "097190012345"},
            "personal_id",
            "personal_id_invalid",
            "identity card",
        ),
        (ENTERPRISE, {"bank_id": "999999"}, "bank_id", "bank_unknown", "bank of the list"),
        (ENTERPRISE, {"bank_account": "12"}, "bank_account", "bank_account_invalid", "account number"),
    ],
)
def test_false_identifier_is_refused_with_what_to_enter(kind, details, field, code, words):
    with override("en"), pytest.raises(DomainError) as refused:
        check_details(kind, details)

    assert refused.value.code == code
    assert set(refused.value.fields) == {field}
    with override("en"):
        assert words in str(refused.value.fields[field])


def test_every_false_identifier_of_a_page_is_named_at_once():
    with pytest.raises(DomainError) as refused:
        check_details(AGENCY, {"agency_code": "G05", "tax_code": "1"})

    assert set(refused.value.fields) == {"agency_code", "tax_code"}


def test_foreign_enterprise_needs_no_vietnamese_tax_code():
    assert check_details(ENTERPRISE, {"tax_code": "", "is_foreign": True})["tax_code"] == ""


@pytest.mark.parametrize(
    "holder", ["CONG TY CO PHAN DU LIEU A", "Công ty cổ phần Dữ liệu A", "cong ty co phan, du-lieu  a"]
)
def test_account_holder_is_compared_without_marks_case_and_punctuation(holder):
    values = check_details(ENTERPRISE, {"bank_holder": holder}, known={"name_vi": "Công ty cổ phần Dữ liệu A"})

    assert values["bank_holder"] == holder


def test_account_of_somebody_else_is_refused():
    with pytest.raises(DomainError) as refused:
        check_details(ENTERPRISE, {"bank_holder": "Công ty B"}, known={"name_vi": "Công ty A"})

    assert refused.value.code == "holder_is_not_participant"
    assert "Công ty A" in str(refused.value.fields["bank_holder"])


def test_personal_number_is_kept_only_as_hash_tail_and_sealed_copy():
    values = stored_values(PERSON, {"name_vi": "Nguyễn Văn A", "personal_id": "001190012345", "province_id": "01"})

    assert "personal_id" not in values
    assert values["personal_id_tail"] == "345"
    assert "001190012345" not in repr(values)
    assert values["representative_name"] == "Nguyễn Văn A"


def test_name_of_a_person_is_also_the_representative():
    assert stored_values(PERSON, {"name_vi": "Trần Thị B"})["representative_name"] == "Trần Thị B"
    assert "representative_name" not in stored_values(ENTERPRISE, {"name_vi": "Công ty B"})


def test_identifier_of_another_participant_is_refused_but_not_ones_own():
    holder = OrganisationFactory()

    refuse_taken({"tax_code": holder.tax_code}, but=holder)
    with pytest.raises(DomainError) as refused:
        refuse_taken({"tax_code": holder.tax_code})

    assert refused.value.code == "already_registered"


def test_closed_participant_gives_its_identifier_free():
    holder = OrganisationFactory(state=ParticipantState.CLOSED)

    refuse_taken({"tax_code": holder.tax_code})

    assert OrganisationFactory(tax_code=holder.tax_code).tax_code == holder.tax_code


@pytest.mark.parametrize("kind", OrganisationKind.values)
def test_no_page_asks_more_than_eight_questions_and_none_is_asked_twice(kind):
    asked = [name for section in SECTIONS for name in fields_of(section, kind)]

    assert max(len(fields_of(section, kind)) for section in SECTIONS) <= 8
    assert len(asked) == len(set(asked))
    assert set(IDENTITY_FIELDS) == set(OrganisationKind.values)


def test_key_fields_are_columns_of_the_participant():
    columns = {field.attname for field in Organisation._meta.concrete_fields}

    assert columns >= KEY_FIELDS
    assert {IDENTITY, CONTACT, BANK} == set(SECTIONS)
