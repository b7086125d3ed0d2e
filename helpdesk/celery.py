"""The Celery application of worker and beat; what beat runs stands in helpdesk.settings.beat."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import celeryd_init, setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.base")

# Its reason is pickle, and our worker takes JSON only (CELERY_ACCEPT_CONTENT).
warnings.filterwarnings("ignore", message="You're running the worker with superuser", category=SecurityWarning)

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Leave logging as settings made it: Celery installs its own handlers unless somebody answers this signal."""


@celeryd_init.connect
def wait_longer_for_the_broker(conf: Any, **kwargs: Any) -> None:
    """Let a worker wait for messages; everybody else only sends, and a request must not hang on a silent broker."""
    if "socket_timeout" in conf.broker_transport_options:
        conf.broker_transport_options = conf.broker_transport_options | {"socket_timeout": 30}
