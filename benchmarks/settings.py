"""The settings of production with one middleware around them that says how long the server took and what it asked."""

import os

from helpdesk.settings.base import *  # noqa: F403
from helpdesk.settings.base import MIDDLEWARE

# What is measured is the work, not the limits on it.
API_REQUESTS_PER_MINUTE = API_REQUESTS_PER_MINUTE_OF_AGENT = 10**9

if os.environ.get("BENCH_BARE"):
    ROOT_URLCONF = "benchmarks.bareview"
    MIDDLEWARE = ["benchmarks.timing.ServerTiming"]
    INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "agents", "customers", "tickets"]
else:
    MIDDLEWARE = ["benchmarks.timing.ServerTiming", *MIDDLEWARE]
