"""A demonstration on one machine: random secrets and all state belong to this clone's instance."""

from exchange.embedded import binaries
from exchange.embedded.instance import Instance
from exchange.settings import env
from exchange.settings.base import *  # noqa: F403
from exchange.transparency.notes import Signer

_instance = Instance.of(BASE_DIR)  # noqa: F405

DEMO = True
DEBUG = False
STATE_DIR = _instance.folder
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.words("ALLOWED_HOSTS")]
# With one address only (a database of one's own in DATABASE_URL) every process uses that: no walls.
DATABASES = {"default": env.database(env.text(env.address_of_role(), env.text("DATABASE_URL", env.NO_DATABASE)))}
BACKUP_DATABASE = env.optional_database("BACKUP_DATABASE_URL")
POSTGRES_PROGRAMS = env.text("POSTGRES_PROGRAMS", binaries.client_programs())
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}

DEMO_PASSWORD = _instance.secret("logins")[:16]

if env.needs("SECRET_KEY"):
    SECRET_KEY = _instance.secret("django")
    LINK_SIGNING_KEY = _instance.secret("links")
    FIELD_ENCRYPTION_KEY = _instance.secret("fields")
    LOG_PROMISE_KEY = env.plain_base64(_instance.secret("promise"))
if env.needs("BANK_WEBHOOK_SECRET"):
    BANK_WEBHOOK_SECRET = "whsec_" + env.plain_base64(_instance.secret("bank"))
_log = Signer.parse(LOG_ORIGIN, env.plain_base64(_instance.secret("log")))  # noqa: F405
if env.needs("LOG_SIGNING_KEY"):
    LOG_SIGNING_KEY = _log.secret
else:
    LOG_PUBLIC_KEY = _log.verifier.vkey
del _log

MEDIA_ROOT = _instance.room("files")
LOG_ROOT = _instance.room("log")
STATIC_ROOT = _instance.room("static")
PUBLIC_ADDRESS = env.text("PUBLIC_ADDRESS", f"http://127.0.0.1:{env.number('PORT', 8000)}")
EMAIL_BACKEND = "exchange.common.mailfiles.EmailBackend"
EMAIL_FILE_PATH = _instance.room("mail")
