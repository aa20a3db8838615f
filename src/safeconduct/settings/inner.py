"""Inner: stands in the headquarters, reaches out to the front, opens appeals within an operator's session."""

from pathlib import Path

from safeconduct.interview.errors import TextWrong
from safeconduct.interview.harmless import Exchanges, own_exchanges, sample_exchanges
from safeconduct.sealing.signify import NotSignifyFile, SecretKey, read_secret_file
from safeconduct.settings.base import *
from safeconduct.settings.values import SettingWrong, Values

RETENTION_TERMS = {"question_days", "waiting_days", "closed_days"}
_values = Values("INNER")
INNER_PURPOSE = _values.choice("INNER_PURPOSE", ("site", "demo", "bench"), "site")
INNER_URL = _values.text("INNER_URL", "http://localhost:8001").rstrip("/")
INNER_HOSTS = _values.text("INNER_HOSTS", "localhost").split(",")
INNER_SECRETS_DIR = _values.path("INNER_SECRETS_DIR", "secrets")
INNER_RECOVERY_KEY = _values.path("INNER_RECOVERY_KEY", "recovery.pub")
INNER_CONFIRMATIONS = _values.path("INNER_CONFIRMATIONS", "confirmations.jsonl")
INNER_ERASURES = _values.path("INNER_ERASURES", "erasures.journal")
INNER_FRONT_CONFIG = _values.path("INNER_FRONT_CONFIG", "../front/front.json")
INNER_HANDOVER_URL = _values.text("INNER_HANDOVER_URL", "http://localhost:8002").rstrip("/")
INNER_FRONT_KEY = _values.key("INNER_FRONT_KEY", 32)
# SHA-256 of the public key in the front's certificate; empty where an authority vouches for it.
INNER_HANDOVER_PIN = _values.key("INNER_HANDOVER_PIN", 32) if _values.raw("INNER_HANDOVER_PIN") else b""
INNER_BACKUP_TERM_DAYS = _values.integer("INNER_BACKUP_TERM_DAYS", 30)
# How long is what kept? Without a default: the headquarters decides, and until then nothing is erased by a term.
INNER_RETENTION = _values.structure("INNER_RETENTION", dict)
_terms_are_days = all(type(days) is int and days > 0 for days in INNER_RETENTION.values())
if INNER_RETENTION and (set(INNER_RETENTION) != RETENTION_TERMS or not _terms_are_days):
    raise SettingWrong("INNER_RETENTION", f"must give whole days for {', '.join(sorted(RETENTION_TERMS))}")
INNER_IDLE_MINUTES = _values.integer("INNER_IDLE_MINUTES", 10)
# Called with the number of an alarm's kind; none: alarms stand at the desk alone.
INNER_ALARM_COMMAND = _values.path("INNER_ALARM_COMMAND") if _values.raw("INNER_ALARM_COMMAND") else None
INNER_PASSPHRASE_MEMORY_KIB = _values.integer("INNER_PASSPHRASE_MEMORY_KIB", 65536)
if INNER_PASSPHRASE_MEMORY_KIB < 65536 and INNER_PURPOSE != "bench":
    raise SettingWrong("INNER_PASSPHRASE_MEMORY_KIB", "may be under 65536 in benchmarks and tests only")


def _exchanges() -> Exchanges:
    """Harmless exchanges by language, for second codes. A site has none until it has written its own."""
    file = Path(INNER_SECRETS_DIR) / "second_threads.yaml"
    if not file.exists():
        return {} if INNER_PURPOSE == "site" else sample_exchanges()
    try:
        return own_exchanges(file)
    except TextWrong as wrong:
        raise SettingWrong("INNER_SECRETS_DIR", f"has a file that cannot be used: {wrong}") from None


def _secret(name: str) -> bytes:
    try:
        return (Path(INNER_SECRETS_DIR) / name).read_bytes()
    except OSError:
        raise SettingWrong("INNER_SECRETS_DIR", f"has no readable file {name}") from None


def _signing_key(name: str) -> SecretKey:
    try:
        return read_secret_file(_secret(name))
    except NotSignifyFile:
        raise SettingWrong("INNER_SECRETS_DIR", f"has a damaged file {name}") from None


INNER_SECOND_THREADS = _exchanges()
INNER_SECRET = _secret("secret.key")  # 32 bytes; makes a stolen database useless for guessing passphrases
INNER_INTAKE_SEED = _secret("intake.seed")  # opens envelope headers and nothing else
INNER_HANDOVER_SEED = _secret("handover.seed")
INNER_AUDIT_KEY = _signing_key("audit.sec")  # signs the head of each chain once a day
SECRET_KEY = _secret("django.key").hex()
TIME_ZONE = _values.text("INNER_TIME_ZONE", "Europe/Kyiv")
ALLOWED_HOSTS = INNER_HOSTS
ROOT_URLCONF = "safeconduct.inner.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "safeconduct.audit",
    "safeconduct.handover.reaching",
    "safeconduct.inner.operators",
    "safeconduct.inner.cases",
    "safeconduct.inner.intake",
    "safeconduct.inner.duty",
    "safeconduct.inner.desk",
    "safeconduct.inner.site",
]
MIDDLEWARE = [
    "safeconduct.inner.desk.middleware.strict_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "safeconduct.inner.desk.middleware.locked_for_all",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "safeconduct.inner.operators.session.KeysMiddleware",
]
AUTH_USER_MODEL = "operators.Operator"
LOGIN_URL = "desk:log_in"
CSRF_FAILURE_VIEW = "safeconduct.inner.desk.views.errors.too_old"
DATABASES = {"default": _values.database("INNER_DATABASE_URL", "sqlite:///inner.sqlite3")}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Room enough that tries under invented names push no count of tries and no used code out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
STATIC_URL = "/static/"
STATICFILES_DIRS: list[str] = []
WHITENOISE_USE_FINDERS = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Counted from the last deed: only a deed saves the session (inner/operators/session.py).
SESSION_COOKIE_AGE = INNER_IDLE_MINUTES * 60
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = [INNER_URL]
MFA_ADAPTER = "safeconduct.inner.operators.adapter.SealedSecrets"
# Half a minute either way: a telephone whose clock is a little off must not lock an operator out at 3 a.m.
MFA_TOTP_TOLERANCE = 1
# Codes are computed from a kept seed: another number or length here would make those on paper unknown.
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 8
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # an operator has a pseudonym and no address
SILENCED_SYSTEM_CHECKS: list[str] = []
