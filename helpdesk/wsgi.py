"""The WSGI callable that granian serves; X-Forwarded-* counts only when it comes from a proxy in TRUSTED_PROXIES."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.base")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402

if settings.TRUSTED_PROXIES:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.TRUSTED_PROXIES)
