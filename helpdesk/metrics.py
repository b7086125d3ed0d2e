"""Few numbers that matter, for Prometheus; closed unless a token or an address list opens it."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from helpdesk.health import run_check


def scrape(request: HttpRequest) -> HttpResponse:
    """Answer the numbers; 404 for everybody who may not read them, as if nothing were here."""
    if not _may_read(request):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    passing = Gauge("helpdesk_ready", "1 when the readiness check passes", ["check"], registry=registry)
    taken = Gauge("helpdesk_check_seconds", "How long the readiness check took", ["check"], registry=registry)
    outbox = Gauge("helpdesk_outbox_oldest_seconds", "Age of the oldest owed outbox row", registry=registry)
    lag = Gauge("helpdesk_sla_lag_seconds", "Age of the oldest step of an SLA clock not taken yet", registry=registry)
    beat = Gauge("helpdesk_heartbeat_age_seconds", "Age of the last heartbeat of beat and worker", registry=registry)
    for path in settings.READINESS_CHECKS:
        name = path.rpartition(".")[2]
        result = run_check(import_string(path))
        passing.labels(name).set(1 if result["ok"] else 0)
        taken.labels(name).set(result["ms"] / 1000)
        if "oldest_seconds" in result:
            outbox.set(result["oldest_seconds"])
        if "lag_seconds" in result:
            lag.set(result["lag_seconds"])
        if "age_seconds" in result:
            beat.set(result["age_seconds"])
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme == "Bearer":
        return secrets.compare_digest(given.strip().encode(), settings.METRICS_TOKEN.encode())
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in settings.METRICS_ALLOWED)
