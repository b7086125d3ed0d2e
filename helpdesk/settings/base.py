"""The settings of every run: the house lists first, then what the environment chooses (docs/operations.md)."""

import logging
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from helpdesk.logging import logging_config
from helpdesk.settings import env, install
from helpdesk.settings.api import REST_FRAMEWORK as REST_FRAMEWORK
from helpdesk.settings.api import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from helpdesk.settings.beat import CELERY_BEAT_SCHEDULE as CELERY_BEAT_SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
env.read_file(Path(env.text("ENV_FILE", str(ROOT / ".env"))))

# ---------------------------------------------------------------- the house: what hooks into a ticket

# Inside the transaction, in this order; database only, never perform().
TICKET_SUBSCRIBERS: list[str] = [
    "sla.subscribers.track_clocks",
    "sla.escalation_subscriber.follow_ticket",
    "tickets.search.index_ticket",
    "reports.subscribers.note_stale",
]

# After the commit, each on its own, from the outbox; they write rows only.
TICKET_REACTIONS: list[str] = [
    "channels.reactions.queue_reply_email",
    "channels.reactions.acknowledge_ticket",
    "channels.reactions.cancel_mail",
    "notifications.reactions.tell_agents",
    "notifications.promise_reactions.tell_of_promises",
    "notifications.chat_reactions.tell_chat",
    "surveys.reactions.schedule_survey",
    "automation.reactions.look_at_queues",
    "automation.reactions.look_at_its_new_queue",
]

# URL names of panels that other apps show on the ticket page; the page asks each by htmx.
TICKET_PANELS: list[str] = [
    "sla:panel",
    "breaches:cause",
    "channels:held_panel",
    "surveys:panel",
    "tickets:beside",
    "tickets:related",
]

# URL names of short pieces that other apps show in the customer's card of the ticket page; they take that one's key.
TICKET_CUSTOMER_PANELS: list[str] = ["surveys:of_requester"]

# URL names of pieces that other apps show on the supervisor's desk; the desk asks each by htmx.
SUPERVISE_PANELS: list[str] = ["channels:held_overview", "surveys:low"]

# URL names of panels that apps above show on the page of a customer, and on that of an agent; they take its key.
CUSTOMER_PANELS: list[str] = ["surveys:of_customer"]
AGENT_PANELS: list[str] = ["surveys:of_agent"]

# What the command palette offers, in this order; see helpdesk/lib/palette.py.
PALETTE_SOURCES: list[str] = [
    "tickets.palette.texts",
    "automation.macros.palette.macros",
    "helpdesk.palette.actions",
    "tickets.palette.tickets",
    "tickets.palette.views",
    "customers.palette.customers",
    "helpdesk.palette.pages",
]

# Who was told something lately: what the live stream asks once a second, so that bells ring without a reload.
LIVE_NEWS = "notifications.reading.news_after"

# Woken after a merge of two customers, so that what hangs on them follows at once; the beat above finds the rest.
CUSTOMER_MERGE_TASK = "tickets.tasks.follow_customer_merges"

# Called when an agent has come online, so that what waits is handed out at once; the beat above finds the rest.
AGENT_CAME_ONLINE = "automation.waking.wake"

# What must hold before traffic is sent here; each is a function that raises helpdesk.health.NotReady with a reason.
READINESS_CHECKS: list[str] = [
    "helpdesk.health.database",
    "helpdesk.health.migrations",
    "helpdesk.health.broker",
    "helpdesk.health.outbox",
    "helpdesk.health.promises",
    "helpdesk.health.beat",
]

INSTALLED_APPS = [
    "agents",
    "customers",
    "tickets",
    "sla",
    "automation",
    "channels",
    "notifications",
    "surveys",
    "webhooks",
    "reports",
    "helpdesk",
    "agents.back_door_app.BackDoorConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "rest_framework",
    "chartkick.django",  # for its static file alone: Chart.js
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "helpdesk.middleware.RequestLog",
    "helpdesk.middleware.SafeHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.middleware.Probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.middleware.CleanCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agents.middleware.ActorMiddleware",
    "helpdesk.middleware.BodyLimit",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# SQLite leaves the columns out that PostgreSQL keeps beside some indexes: it reads the rows instead.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

# ---------------------------------------------------------------- the install

_base = env.base_url("BASE_URL", "http://localhost:8000")
BASE_URL = f"{_base.scheme}://{_base.netloc}"
ALLOWED_HOSTS = env.hosts(
    "ALLOWED_HOSTS",
    (_base.hostname or "", *(("127.0.0.1", "[::1]") if install.is_loopback(_base.hostname or "") else ())),
)
EMBEDDED = install.is_embedded(_base, ALLOWED_HOSTS)
HTTPS = _base.scheme == "https"
DEBUG = env.flag("DEBUG")
install.refuse_unsafe(embedded=EMBEDDED, debug=DEBUG, base=_base, plain_http=env.flag("ALLOW_PLAIN_HTTP"))

DATA_DIR = install.data_dir(env.text("DATA_DIR", str(ROOT / "var")))
SECRET_KEY = install.secret_key(embedded=EMBEDDED, folder=DATA_DIR)
SECRET_KEY_FALLBACKS = [key] if (key := env.secret("SECRET_KEY_PREVIOUS")) else []

# ---------------------------------------------------------------- database, cache, broker

DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL", DATA_DIR / "helpdesk.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-16000;PRAGMA mmap_size=134217728;"
        ),
    }
else:
    # A dead server is noticed in seconds, not after the kernel's quarter of an hour.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"connect_timeout": 5, "tcp_user_timeout": 15_000, "keepalives_idle": 30}
    )
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

REDIS_URL = env.redis_url("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    # Throttles count here, so it must be shared by all processes and survive a restart: never LocMem.
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "helpdesk",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}
}

CELERY_BROKER_URL = REDIS_URL or "filesystem://embedded"
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 1800,  # longer than the longest task, or a task runs twice at once
        "socket_connect_timeout": 1,
        "socket_timeout": 1,  # of senders; helpdesk.celery gives workers more
        "health_check_interval": 25,
        # How often a sender tries to connect: without these kombu holds the request for six seconds. A worker has
        # its own, endless patience.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
else:
    CELERY_BROKER_TRANSPORT = "helpdesk.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"root": str(DATA_DIR / "broker"), "polling_interval": 0.05}
    CELERY_WORKER_PREFETCH_MULTIPLIER = 4
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request that wakes the relay hardly waits for a broker that is gone: the row is owed anyway, a sweep finds it.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 300, 240
CELERY_TASK_DEFAULT_QUEUE = "helpdesk"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # the request id travels with the task
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_FAILURE_LOG_LEVEL = logging.ERROR

# ---------------------------------------------------------------- pages and files

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.shell.shell",
                "agents.context.people",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [path for path in (ROOT / "static",) if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if EMBEDDED:  # no collectstatic before the first start
    WHITENOISE_USE_FINDERS = True
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

MAX_UPLOAD_MB = env.number("MAX_UPLOAD_MB", 25, least=1, most=1024)
MAX_WAITING_UPLOADS_MB = env.number("MAX_WAITING_UPLOADS_MB", 500, least=1, most=100_000)  # per agent, not sent yet
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20  # of form fields and JSON; files are counted by MAX_UPLOAD_MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # "select all" of a page and its form

SSE_MAX = env.number("SSE_MAX", 48, least=0, most=10_000)
WEB_HOST = env.text("WEB_HOST", "127.0.0.1")
WEB_PORT = env.number("WEB_PORT", _base.port or 8000, least=1, most=65_535)
WEB_WORKERS = env.number("WEB_WORKERS", 1, least=1, most=64)
WEB_THREADS = env.number("WEB_THREADS", SSE_MAX + 16, least=2, most=10_016)
WORKER_CONCURRENCY = env.number("WORKER_CONCURRENCY", 4 if EMBEDDED else 2, least=1, most=64)
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

# ---------------------------------------------------------------- language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("da", "Dansk"), ("nb", "Norsk bokmål"), ("pl", "Polski"), ("uk", "Українська")]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "helpdesk.languages.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# ---------------------------------------------------------------- people

AUTH_USER_MODEL = "agents.Agent"
AUTHENTICATION_BACKENDS = ["agents.backends.AgentBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "agents.adapters.AccountAdapter"
MFA_ADAPTER = "agents.adapters.TwoFactorAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an admin makes accounts and vouches for the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a reset asked for a stranger's address sends nothing to the stranger
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "agents.forms.SignInForm",
    "reauthenticate": "agents.forms.ProofForm",
    "change_password": "agents.forms.NewPasswordForm",
    "reset_password": "agents.forms.AskForResetForm",
}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _base.scheme
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = env.text("SITE_NAME", "Helpdesk")
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row on every request
REQUIRE_TWO_FACTOR_ROLES = env.words_from(
    "REQUIRE_TWO_FACTOR_ROLES", ("light_agent", "agent", "supervisor", "ops_manager", "admin")
)
AGENTS_SEE_ALL = env.flag("AGENTS_SEE_ALL")

# ---------------------------------------------------------------- what browsers are told

_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 24 * 7, least=1, most=24 * 90) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
CSRF_COOKIE_AGE = SESSION_COOKIE_AGE
CSRF_TRUSTED_ORIGINS = [BASE_URL]
LANGUAGE_COOKIE_NAME = f"{_prefix}language"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS and not EMBEDDED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# ---------------------------------------------------------------- mail out

SMTP_HOST = env.text("SMTP_HOST")
SMTP_SECURITY = env.choice("SMTP_SECURITY", ("none", "starttls", "tls"), "starttls")
SMTP_PORT = env.number("SMTP_PORT", {"none": 25, "starttls": 587, "tls": 465}[SMTP_SECURITY], least=1, most=65_535)
SMTP_USER = env.text("SMTP_USER")
SMTP_PASSWORD = env.secret("SMTP_PASSWORD")
SMTP_TIMEOUT = env.number("SMTP_TIMEOUT", 30, least=1, most=300)
env.refuse_half_smtp(SMTP_HOST, SMTP_PORT, SMTP_SECURITY, SMTP_USER, SMTP_PASSWORD)

MAIL_DOMAIN = env.host("MAIL_DOMAIN", "helpdesk.localhost" if EMBEDDED else (_base.hostname or ""))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"Helpdesk <support@{MAIL_DOMAIN}>")
# Account mails (a password reset) take the same road as answers: SMTP, or without it the local outbox.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if SMTP_HOST else "channels.transports.local.LocalBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = SMTP_HOST, SMTP_PORT, SMTP_TIMEOUT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP_USER, SMTP_PASSWORD
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP_SECURITY == "starttls", SMTP_SECURITY == "tls"

# For so long a process may believe that no policy asks about what has changed (sla/matching.py).
SLA_POLICY_CACHE_SECONDS = env.number("SLA_POLICY_CACHE_SECONDS", 1, least=0, most=60)
UNDO_SEND_SECONDS = env.number("UNDO_SEND_SECONDS", 10, least=0, most=600)
ACK_PER_ADDRESS_HOUR = env.number("ACK_PER_ADDRESS_HOUR", 3, most=1000)
ACK_PER_ADDRESS_DAY = env.number("ACK_PER_ADDRESS_DAY", 10, most=10_000)
ACK_PER_MAILBOX_HOUR = env.number("ACK_PER_MAILBOX_HOUR", 300, most=100_000)

# Of agents' news: all of so many minutes in one mail, with the words themselves or only where to read them.
NOTIFICATION_DIGEST_MINUTES = env.number("NOTIFICATION_DIGEST_MINUTES", 15, least=1, most=1440)
NOTIFICATION_MAIL_WORDS = env.flag("NOTIFICATION_MAIL_WORDS", True)
NOTIFICATION_KEEP_DAYS = env.number("NOTIFICATION_KEEP_DAYS", 90, least=1, most=3650)
# What mail adds to the headers of such a mail: function(agent, ticket_ids) -> {header: value}.
NOTIFICATION_HEADERS = "channels.agent_answers.headers_for"
# What mail adds to a mail that asks how we did, "From" among it: function(ticket_id, recipient) -> {header: value}.
SURVEY_SENDER = "channels.survey_letters.dress"
# Told of a mail that came back and is no answer of ours: function(header_id, for_good=, reason=) -> its ticket or None.
MAIL_RETURNED = ["surveys.returns.take_back"]
# What becomes of an agent's answer to such a mail: a public reply, a note, or nothing.
AGENTS_ANSWER_BY_MAIL = env.choice("AGENTS_ANSWER_BY_MAIL", ("off", "note", "reply"), "off")

# ---------------------------------------------------------------- mail in

MAIL_LISTEN_HOST = env.text("MAIL_LISTEN_HOST", "127.0.0.1")
MAIL_LISTEN_PORT = env.number("MAIL_LISTEN_PORT", 2525, least=0, most=65_535)  # 0: no listener
MAIL_LISTEN_PROTOCOL = env.choice("MAIL_LISTEN_PROTOCOL", ("smtp", "lmtp"), "smtp")
MAIL_LISTEN_CONNECTIONS = env.number("MAIL_LISTEN_CONNECTIONS", 100, least=1, most=10_000)
# Certificate chain and key with which the listener offers STARTTLS.
MAIL_LISTEN_TLS = env.file_pair("MAIL_LISTEN_TLS_CERT", "MAIL_LISTEN_TLS_KEY")
MAX_MAIL_MB = env.number("MAX_MAIL_MB", 40, least=1, most=1024)
# Only a verdict written by this border host counts; without one every mail is unauthenticated.
TRUSTED_AUTHSERV_ID = env.text("TRUSTED_AUTHSERV_ID")
# Hosts besides this machine whose mail, handed over to our listener, may carry that verdict.
MAIL_BORDER_PEERS = env.networks("MAIL_BORDER_PEERS")
# Private networks in which a mailbox may have its IMAP server; names that lead into others are refused.
MAIL_SERVER_NETWORKS = env.networks("MAIL_SERVER_NETWORKS")
IMAP_POLL_SECONDS = env.number("IMAP_POLL_SECONDS", 60, least=10, most=3600)

# ---------------------------------------------------------------- tickets and the outbox

# Hosts and networks inside our own walls to which chat messages and webhooks may go all the same (and by plain http).
OUTWARD_ALLOWED = env.words("OUTWARD_ALLOWED")
WEBHOOK_KEEP_DAYS = env.number("WEBHOOK_KEEP_DAYS", 30, least=1, most=3650)  # the log of deliveries
# A webhook to which nothing could be delivered for so long is switched off; 0: never.
WEBHOOK_OFF_AFTER_DAYS = env.number("WEBHOOK_OFF_AFTER_DAYS", 3, least=0, most=365)
# How long somebody has to acknowledge an escalation that no ladder asked for; then the next level is asked.
ESCALATION_ACK_MINUTES = env.number("ESCALATION_ACK_MINUTES", 60, least=0, most=20_160)  # 0: for ever
# On the supervisor's desk: nobody has taken the ticket, and its customer has waited for longer than this.
UNASSIGNED_MINUTES = env.number("UNASSIGNED_MINUTES", 30, least=1, most=10_080)
AUTO_CLOSE_DAYS = env.number("AUTO_CLOSE_DAYS", 7, least=0, most=3650)  # 0: solved tickets stay solved
MAX_PARTICIPANTS = env.number("MAX_PARTICIPANTS", 40, least=1, most=500)  # people in copy on one ticket
OUTBOX_MAX_ATTEMPTS = env.number("OUTBOX_MAX_ATTEMPTS", 10, least=1, most=100)
MAIL_LEASE_SECONDS = env.number("MAIL_LEASE_SECONDS", 300, least=10, most=86_400)
OUTBOX_KEEP_DAYS = env.number("OUTBOX_KEEP_DAYS", 7, least=1, most=3650)
OUTBOX_OLDEST_OWED = "tickets.outbox.oldest_owed"  # a function: when the oldest owed row fell due, or None
SLA_OLDEST_DUE = "sla.sweep.oldest_due"
# The watch over promises is late when a step that is due waits longer than this; then /readyz says so.
SLA_LATE_SECONDS = env.number("SLA_LATE_SECONDS", 300, least=30, most=86_400)
OUTBOX_LATE_SECONDS = env.number("OUTBOX_LATE_SECONDS", 600, least=30, most=86_400)
HEARTBEAT_LATE_SECONDS = env.number("HEARTBEAT_LATE_SECONDS", 180, least=60, most=86_400)

# ---------------------------------------------------------------- figures

# Tickets with one of these tags are spam: no figure counts them, and nobody is surveyed about them.
SPAM_TAGS = env.words("SPAM_TAGS", ["spam"])

# In which zone hours and days are counted; another one takes `manage.py rebuild_reports` to be told in.
REPORTS_ZONE = env.time_zone("REPORTS_ZONE", "UTC")
REPORTS_WEEK_STARTS = env.number("REPORTS_WEEK_STARTS", 0, least=0, most=6)  # 0 is Monday
REPORTS_REOPEN_DAYS = env.number("REPORTS_REOPEN_DAYS", 7, least=1, most=30)  # a solve that held so long, held
REPORTS_RETURN_DAYS = env.number("REPORTS_RETURN_DAYS", 7, least=1, most=30)  # whoever asks again within it came back

# ---------------------------------------------------------------- API

# Of one token, or of one agent's session.
API_REQUESTS_PER_MINUTE = env.number("API_REQUESTS_PER_MINUTE", 600, least=1, most=1_000_000)
# Of all the tokens and sessions of one agent together.
API_REQUESTS_PER_MINUTE_OF_AGENT = env.number("API_REQUESTS_PER_MINUTE_OF_AGENT", 1800, least=1, most=1_000_000)
# Of one network address without a token that works.
API_REQUESTS_PER_MINUTE_OF_STRANGER = env.number("API_REQUESTS_PER_MINUTE_OF_STRANGER", 120, least=1, most=1_000_000)
# Requests that wait for news in the event feed, per web process: each holds a thread. Beyond it they do not wait.
API_WAITERS = env.number("API_WAITERS", 8, least=0, most=1000)

# ---------------------------------------------------------------- watching

METRICS_TOKEN = env.secret("METRICS_TOKEN")
METRICS_ALLOWED = env.networks("METRICS_ALLOWED")
LOG_LEVEL = env.choice("LOG_LEVEL", ("debug", "info", "warning", "error"), "info").upper()
LOG_FORMAT = env.choice("LOG_FORMAT", ("auto", "json", "console"), "auto")
LOGGING_CONFIG = None  # configured at once, so that a failing start is logged too
logging_config(LOG_LEVEL, LOG_FORMAT)
