"""manage.py load_reference: closed lists, parameters and texts that the repository brings; new rows are logged."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from exchange.transparency.reference import commit_reference


class Command(BaseCommand):
    """Runs every loader of REFERENCE_LOADERS; running it again changes nothing."""

    help = "Load closed lists, rule parameters and standard texts. Can be run again at any time."

    def handle(self, *args, **options) -> None:
        """Load each room's data, from the bottom up."""
        for name in settings.REFERENCE_LOADERS:
            import_string(name)()
            self.stdout.write(name)
        self.stdout.write(f"logged: {commit_reference()}")
