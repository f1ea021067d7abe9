"""The regulator's admin site."""

from django.contrib.admin import AdminSite


class ConsoleSite(AdminSite):
    """Queues first, case pages, read-only by default."""
