"""Entry point of the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.production")

application = get_wsgi_application()
# What was loaded stays: looking through it for garbage takes longer than twenty pages, and unshares it from the others.
gc.collect()
gc.freeze()
