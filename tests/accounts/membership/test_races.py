"""Two people at the same moment: the row lock lets exactly one of two contradicting acts through."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.membership import services
from accounts.organisations.models import Membership, Organisation
from exchange.common.errors import DomainError
from tests.factories.accounts import InvitationFactory, MembershipFactory, UserFactory, actor_of, token_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; their refusals' codes, sorted."""
    gate, codes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except DomainError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(codes)


def test_of_two_last_owners_who_leave_together_one_stays():
    first = MembershipFactory()
    second = MembershipFactory(organisation=first.organisation)
    actors = [actor_of(first), actor_of(second)]

    codes = at_once(
        *(
            lambda actor=actor: services.leave_organisation(organisation_id=first.organisation_id, actor=actor)
            for actor in actors
        )
    )

    assert codes == ["last_owner"]
    assert Membership.objects.owners().filter(organisation=first.organisation).count() == 1


def test_link_pressed_twice_at_once_makes_one_member():
    invitation = InvitationFactory()
    actor = actor_of(UserFactory(email=invitation.email))
    token = token_of(invitation)

    codes = at_once(*[lambda: services.accept_invitation(token=token, actor=actor)] * 2)

    assert codes == []
    assert Membership.objects.filter(user=actor.user).count() == 1


def test_organisation_founded_twice_at_once_is_one():
    actor = actor_of(UserFactory())
    details = {
        "name_vi": "Công ty A",
        "tax_code": "0100109106",
        "is_foreign": False,
        "province_id": "01",
        "address": "1 Tràng Tiền",
        "representative_name": "Nguyễn Văn A",
        "representative_title": "Giám đốc",
    }

    codes = at_once(*[lambda: services.create_organisation(kind="enterprise", details=details, actor=actor)] * 2)

    assert codes == []
    assert (Organisation.objects.count(), Membership.objects.count()) == (1, 1)
