"""The portal as a demonstration serves it, on a database of its own."""

from exchange.embedded.instance import Instance
from exchange.settings.demo import *  # noqa: F403

STATE_DIR = Instance.of().room("bench")
MEDIA_ROOT = STATE_DIR / "files"
LOG_ROOT = STATE_DIR / "log"
STATIC_ROOT = STATE_DIR / "static"
LOGGING = {"level": "WARNING", "cache": True}
