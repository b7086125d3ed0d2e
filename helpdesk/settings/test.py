"""The settings of the suite: fixed and deaf to a developer's .env; only DATABASE_URL and REDIS_URL still choose."""

import atexit
import os
import shutil
import tempfile

# One folder per process, so that parallel test processes never share files; a child process inherits its parent's.
if "HELPDESK_TEST_FOLDER" in os.environ:
    _folder = os.environ["HELPDESK_TEST_FOLDER"]
else:
    _folder = tempfile.mkdtemp(prefix="helpdesk-test-")
    _owner = os.getpid()

    def _clean_up() -> None:
        if os.getpid() == _owner:  # not in a forked child
            shutil.rmtree(_folder, ignore_errors=True)

    atexit.register(_clean_up)

_kept = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
for _name in list(os.environ):
    if _name in {"SECRET_KEY_FILE", "BASE_URL", "ALLOWED_HOSTS", "DEBUG", "DATABASE_URL_FILE", "REDIS_URL_FILE"}:
        del os.environ[_name]
os.environ |= _kept | {
    "ENV_FILE": os.devnull,
    "DATA_DIR": _folder,
    "SECRET_KEY": "the-suite-needs-a-key-that-is-long-and-is-never-used-elsewhere-0123456789",
    "LOG_LEVEL": os.environ.get("HELPDESK_TEST_LOG_LEVEL", "warning"),
}

from helpdesk.settings.base import *  # noqa: E402, F403
from helpdesk.settings.base import CACHES, DATABASES, REDIS_URL, STORAGES  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
# Never: a test that counts statements must not depend on how fast it runs. conftest.py forgets between tests.
SLA_POLICY_CACHE_SECONDS = 10**6
# A suite asks more in a minute than anybody; tests of the limits set their own.
API_REQUESTS_PER_MINUTE = API_REQUESTS_PER_MINUTE_OF_AGENT = API_REQUESTS_PER_MINUTE_OF_STRANGER = 100_000
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads and a real worker process see the same rows; nothing here needs to survive a crash.
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
if REDIS_URL:
    # Parallel test processes share one server: keep their keys and queues apart. A worker inherits its test's name.
    CELERY_TASK_DEFAULT_QUEUE = os.environ.setdefault("HELPDESK_TEST_QUEUE", f"test-{os.getpid()}")
    if (_worker := os.environ.get("PYTEST_XDIST_WORKER", "")) and not CELERY_TASK_DEFAULT_QUEUE.endswith(_worker):
        CELERY_TASK_DEFAULT_QUEUE = os.environ["HELPDESK_TEST_QUEUE"] = f"{CELERY_TASK_DEFAULT_QUEUE}-{_worker}"
    CACHES["default"]["KEY_PREFIX"] = CELERY_TASK_DEFAULT_QUEUE
