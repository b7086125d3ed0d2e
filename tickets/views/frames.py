"""A mail as its sender designed it: a document of its own that may run nothing, load nothing and send nothing."""

from __future__ import annotations

from html import escape

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.html import place_inline_images, sanitise, show_remote_images
from helpdesk.lib.text import paragraphs
from tickets.models import Message, Ticket

# No scripts. The same origin lets the page outside read the height; popups let a link open in a new tab.
SANDBOX = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:{remote}; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; " + SANDBOX
)
STYLE = (
    "html{font:14px/1.55 -apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;color:#1c1e22;"
    "background:#fff;overflow-wrap:anywhere}body{margin:0;padding:12px 16px}img{max-width:100%;height:auto}"
    "table{max-width:100%}pre{white-space:pre-wrap}blockquote{margin:0 0 0 4px;padding-left:10px;"
    "border-left:3px solid #d2d2cc;color:#52565d}p{margin:0 0 .65em}a{color:#3f49c6}"
    "img:not([src]){display:inline-block;padding:2px 8px;border:1px dashed #b5b8be;border-radius:4px;"
    "color:#656970;font-size:12px}"
)


@require_safe
@signed_in
@xframe_options_sameorigin
def frame(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    return _document(request, ticket_id, message_id, remote=False)


@require_safe
@signed_in
@xframe_options_sameorigin
def frame_with_images(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """The same after the reader asked for remote images; they are fetched without cookies or referrer."""
    return _document(request, ticket_id, message_id, remote=True)


def _document(request: AgentRequest, ticket_id: int, message_id: int, *, remote: bool) -> HttpResponse:
    actor = request.actor
    ticket = Ticket.objects.get_visible(ticket_id, actor)
    message = Message.objects.filter(ticket=ticket, pk=message_id, redacted_at=None).visible_to(actor).first()
    if message is None:
        raise Http404
    source = message.quoted_html if request.GET.get("part") == "quoted" else message.html
    body = _safe(message, source, remote=remote) or paragraphs(message.text)
    answered = HttpResponse(
        f'<!doctype html><html lang="{escape(ticket.language or "en")}"><head><meta charset="utf-8">'
        f'<meta name="referrer" content="no-referrer"><title>{escape(ticket.subject)}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )
    answered["Content-Security-Policy"] = POLICY.format(remote=" https: http:" if remote else "")
    answered["Referrer-Policy"] = "no-referrer"
    return answered


def _safe(message: Message, html: str, *, remote: bool) -> str:
    """Sanitised once more when shown: the row may be older than the rules."""
    by_cid = {a.content_id: a.key for a in message.attachments.all() if a.content_id}

    def url_of(content_id: str) -> str | None:
        key = by_cid.get(content_id) or by_cid.get(f"<{content_id}>")
        return reverse("tickets:image", args=[key]) if key else None

    clean = place_inline_images(sanitise(html).html, url_of)
    return show_remote_images(clean) if remote else clean
