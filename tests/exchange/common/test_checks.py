"""The site does not start with a log the law forbids (R132)."""

from django.core.checks import run_checks

from exchange.common.checks import NEEDED, log_is_lawful, staff_needs_a_second_factor


def test_settings_of_the_house_are_lawful():
    assert log_is_lawful() == []


def test_log_without_its_middleware_stops_the_start(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in NEEDED]

    assert [error.id for error in run_checks() if error.id.startswith("exchange.")] == ["exchange.E001"] * 2


def test_log_kept_for_less_than_a_year_stops_the_start(settings):
    settings.LOG_MONTHS = 11

    assert [error.id for error in log_is_lawful()] == ["exchange.E002"]


def test_console_without_second_factor_is_named_at_deployment(settings):
    settings.STAFF_SECOND_FACTOR = True
    assert staff_needs_a_second_factor() == []

    settings.STAFF_SECOND_FACTOR = False
    assert [one.id for one in staff_needs_a_second_factor()] == ["exchange.W001"]
