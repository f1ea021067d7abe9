"""A natural person takes part, from the first page to the right to trade, with no number in clear (R9, R87)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from psycopg import sql

from accounts.organisations import sealing
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification import selectors, services
from accounts.verification.models import VerificationCase
from exchange.common.clock import today
from tests.factories.accounts import PASSWORD, StaffAppointmentFactory, UserFactory, actor_of
from tests.factories.exchange import PDF

pytestmark = pytest.mark.django_db
NUMBER = "001190012345"


def everything_stored() -> str:
    """Every text column of every table, as one string."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_session'")
        for (table,) in cursor.fetchall():
            rows = sql.SQL("SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {} t").format(sql.Identifier(table))
            cursor.execute(rows)
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


def test_person_is_admitted_from_the_first_page_to_the_right_to_trade(client):
    client.force_login(UserFactory(full_name="Trần Thị Bé"))
    client.post(
        reverse("accounts:organisation-create", args=["person"]),
        {
            "name_vi": "Trần Thị Bé",
            "personal_id": "001 190 012 345",
            "province_id": "01",
            "address": "2 Lý Thường Kiệt",
        },
    )
    person = Organisation.objects.get()
    client.post(
        reverse("accounts:details-edit", args=["bank"]),
        {"bank_id": "970436", "bank_account": "0011 2233 4455", "bank_holder": "TRAN THI BE", "version": 1},
    )
    digest = selectors.current_service_contract(today()).digest
    client.post(reverse("accounts:service-contract"), {"digest": digest, "password": PASSWORD})
    client.post(reverse("accounts:case-open"))
    paper = SimpleUploadedFile("xac-nhan.pdf", PDF, "application/pdf")
    client.post(reverse("accounts:evidence-add"), {"kind": "identity_confirmation", "file": paper})
    version = VerificationCase.objects.get().version
    client.post(reverse("accounts:case-submit"), {"version": version})

    reviewer = actor_of(StaffAppointmentFactory())
    case = services.take_case(case_id=VerificationCase.objects.get().pk, version=version + 1, actor=reviewer)
    services.verify_case(case_id=case.pk, version=case.version, actor=reviewer)

    person.refresh_from_db()
    assert person.state == ParticipantState.ACTIVE
    assert selectors.may_trade(person, today()) == []
    assert sealing.unseal(person.personal_id_sealed) == NUMBER
    assert NUMBER not in everything_stored()
    page = client.get(reverse("accounts:organisation")).content.decode()
    assert NUMBER not in page
    assert reverse("accounts:member-invite") not in client.get(reverse("accounts:member-list")).content.decode()


def test_second_account_cannot_take_the_number_of_a_person(client):
    typed = {"name_vi": "Trần Thị Bé", "personal_id": NUMBER, "province_id": "01", "address": "2 Lý Thường Kiệt"}
    for _ in range(2):
        client.force_login(UserFactory())
        response = client.post(reverse("accounts:organisation-create", args=["person"]), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (409, ["personal_id"])
    assert Organisation.objects.count() == 1
