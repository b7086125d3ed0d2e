"""The settings of the test suite: fixed, fast, and deaf to a developer's .env; DATABASE_URL and REDIS_URL still choose."""

import os
import tempfile
from pathlib import Path

os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "the-suite-needs-a-key-that-is-long-and-is-never-used-elsewhere-0123456789")
# One folder per process, so that parallel test processes never share files.
os.environ["DATA_DIR"] = str(Path(tempfile.mkdtemp(prefix="helpdesk-test-")))

from helpdesk.settings.base import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
