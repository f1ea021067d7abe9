"""The console replaces the stock admin site; nothing registers itself."""

from django.contrib.admin.apps import SimpleAdminConfig


class ConsoleConfig(SimpleAdminConfig):
    """Stock admin with our own site."""

    default_site = "exchange.console.site.ConsoleSite"
