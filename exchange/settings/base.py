"""Every setting of the exchange; the other modules only differ."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
STATE_DIR = BASE_DIR / "var"  # everything that is written: files, log, mail; each instance has its own
DEMO = False
DEMO_PASSWORD = ""

INSTALLED_APPS = [
    "exchange",
    "accounts",
    "catalog",
    "transactions",
    "exchange.console.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "exchange.staticfiles.CollectedFiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "guardian",
    "pgtrigger",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "exchange.common.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "exchange.common.privacy.PrivatePages",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "exchange.common.request_log.SignInLog",
    "exchange.common.idle.IdleMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.access.middleware.ActorMiddleware",
    "exchange.portal.errors.RefusalMiddleware",
]

ROOT_URLCONF = "exchange.urls"
WSGI_APPLICATION = "exchange.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "exchange.common.templates.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "exchange.portal.context.site",
            ],
            "libraries": {"ui": "exchange.common.uitags", "console": "exchange.console.consoletags"},
            "builtins": ["exchange.common.uitags", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "exchange.common.renderer.PortalRenderer"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {  # five failures in five minutes lock the address (TCVN 14423:2026 5.6)
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "confirm_email": "1/30s/key",
}
ACCOUNT_ADAPTER = "accounts.users.adapter.AccountAdapter"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds after which acts that move money or rights ask again who it is
MFA_ADAPTER = "accounts.access.factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "National Data Exchange"
STAFF_SECOND_FACTOR = False  # production asks for it: nobody enters the console by a password alone
PASSWORD_RESET_TIMEOUT = 3600  # a mailbox may be read by others later
ANONYMOUS_USER_NAME = "anonymous@exchange.invalid"
GUARDIAN_GET_INIT_ANONYMOUS_USER = "accounts.users.models.anonymous_user"

# Sessions: idle 15 minutes where trade or personal data is shown (TCVN 14423:2026 5.5, R135)
SESSION_COOKIE_AGE = 12 * 3600  # and no longer than that since signing in, however active somebody is
SESSION_IDLE_SECONDS = 15 * 60
SESSION_IDLE_SECONDS_OF_ROLE = {"administrator": 5 * 60}
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "exchange.portal.errors.csrf_failure"

# Language and formats
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "exchange" / "locale"]
FORMAT_MODULE_PATH = ["exchange.common.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Mail
DEFAULT_FROM_EMAIL = "National Data Exchange <no-reply@exchange.example>"
PUBLIC_ADDRESS = "http://127.0.0.1:8000"  # scheme and host of links in mails
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"  # of exchange.common.mailfiles.EmailBackend: development, demonstrations

# One cache for all web processes: limits on sign-in attempts count everywhere
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

# Static and stored files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MAX_DATA_FILE_BYTES = 200 * 1024 * 1024
MAX_EVIDENCE_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Logs: kept for 12 months by whoever keeps the output (R132)
BEHIND_PROXY = False  # our own proxy names the client in X-Real-IP and X-Real-Port
LOG_MONTHS = 12  # how long whoever collects the output keeps it
LOGGING_CONFIG = "exchange.common.logs.configure"
LOGGING = {"level": "INFO", "cache": True}

# Headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_PAGINATION_CLASS": "exchange.common.api.Pages",
    "PAGE_SIZE": 20,
    "EXCEPTION_HANDLER": "exchange.common.api.exception_handler",
}

# Backup
BACKUP_DATABASE: dict | None = None  # the database as the role `backup` sees it; None: as this process does
POSTGRES_PROGRAMS = ""  # folder of pg_dump and pg_restore; empty: wherever the system finds them
RESTORE_CHECKS = [  # dotted paths; each returns what does not hold
    "exchange.files.audit.problems",
    "exchange.transparency.reconcile.rows_that_differ",
    "transactions.invariants.checks.breaches",
]

# Jobs
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
WORKER_SILENT_AFTER = 12.0  # seconds without heartbeat after which a worker's jobs are taken up again

# The exchange itself
CATALOGUE_KEPT_SECONDS = 30  # at most: what visitors find is kept that long while nothing new is in the log
REFERENCE_LOADERS = [  # dotted paths of load() functions, from the bottom up; run by `manage.py load_reference`
    "exchange.codes.reference.load",
    "exchange.rules.reference.load",
    "accounts.verification.reference.load",
    "catalog.licences.reference.load",
    "transactions.pricing.reference.load",
]
LOG_ORIGIN = "log.exchange.example"  # with "/" and the year: name of each year's log and of its key
GATE = "accounts.access.services.require"  # who may what, for rooms below the floor that knows
LOG_LIMITS = "exchange.rules.selectors.parameters"  # dated limits of a witness's silence; the log knows no rules
LOG_POLICY = "2026-11"  # edition of docs/verify.md that says what leaves and records hold
LOG_ROOT = BASE_DIR / "var" / "log"  # published files; never inside the database's folder
LOG_SIGNING_KEY = ""  # Base64 of the 32 secret bytes, set by the other modules; empty: the file below
LOG_PUBLIC_KEY = ""  # name+id+base64; lets a process show and check the log without the signing key
LOG_KEY_FILE: Path | None = None
LOG_FORMER_KEYS: list[str] = []  # public keys (name+id+base64) that signed earlier checkpoints
LOG_PROMISE_KEY = ""  # Base64 of 32 secret bytes: web processes sign pending receipts with it
LOG_FORMER_PROMISE_KEYS: list[str] = []
LOG_WITNESSES: list[str] = []  # "<key> <address>" of each witness: name+id+base64 https://witness.example/log
LOG_WITNESS_SECONDS = 10  # how long one witness may take to answer
BANK_WEBHOOK_TOLERANCE_SECONDS = 300
ESCROW_ACCOUNT = {"bin": "970436", "number": "0000000000", "holder": "SAN DU LIEU QUOC GIA"}
SILENCED_SYSTEM_CHECKS: list[str] = ["guardian.W001"]
