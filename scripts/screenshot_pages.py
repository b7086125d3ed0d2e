"""Which pages docs/screenshots shows, who looks at them, and what is done before the picture is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

MANAGER, AGENT, SECOND, ADMIN = "ops manager", "agent", "second agent", "admin"
SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Shot:
    """One page: `who` by the name of a demo sign-in ("" for nobody), `do` what happens before the picture.

    `beside`: a colleague stands on the same page and writes.
    """

    who: str
    path: str
    do: Callable[[Page], None] | None = None
    status: int = 200
    beside: bool = False


def keys(*pressed: str, shows: str) -> Callable[[Page], None]:
    """Press keys, type what is longer than a key's name, and wait for what they open."""

    def do(page: Page) -> None:
        for key in pressed:
            if key.startswith("type:"):
                page.keyboard.type(key.removeprefix("type:"))
            else:
                page.keyboard.press(key)
        expect(page.locator(shows).first).to_be_visible(timeout=20_000)

    return do


def written(text: str, *, press: str = "", shows: str = "") -> Callable[[Page], None]:
    """Write into the composer, press one of its buttons, and wait for what comes."""

    def do(page: Page) -> None:
        page.keyboard.press("r")
        page.locator("#body").fill(text)
        if press:
            page.locator("#composer").get_by_role("button", name=press).first.click()
        if shows:
            expect(page.locator(shows).first).to_be_visible(timeout=20_000)
        page.locator("#composer").scroll_into_view_if_needed()

    return do


def company(page: Page) -> None:
    """Wait until the colleague is seen."""
    expect(page.locator("#presence")).to_contain_text("replying", timeout=30_000)


def bell(page: Page) -> None:
    """Open the list of news in the head of the page."""
    page.locator("[data-bell] > summary").click()
    expect(page.locator("[data-bell] .news__row").first).to_be_visible(timeout=20_000)


def panel(page: Page) -> None:
    """The promises beside the conversation, with the first account open."""
    account = page.locator("#ticket-sla .account > summary").first
    account.click(timeout=20_000)
    page.locator("#ticket-sla").scroll_into_view_if_needed()


MARKDOWN = "Hello,\n\nthe **battery** is on its way:\n\n1. charge it fully\n2. switch it on\n\nKind regards"

PAGES: dict[str, Shot] = {
    "sign-in": Shot("", "/accounts/login/"),
    "password-reset": Shot("", "/accounts/password/reset/"),
    "inbox": Shot(MANAGER, "/tickets/?view=all"),
    "inbox-own": Shot(AGENT, "/tickets/?view=mine"),
    "inbox-empty": Shot(AGENT, "/tickets/?query=is:open+tag:nobody-has-this"),
    "inbox-mistake": Shot(AGENT, "/tickets/?query=is:open+status:zz"),
    "inbox-chosen": Shot(AGENT, "/tickets/?view=open", keys("j", "x", "J", "J", shows="#bulk")),
    "filter-typed": Shot(AGENT, "/tickets/?view=open", keys("f", "type: prio", shows="[role=option]")),
    "narrow": Shot(AGENT, "/tickets/narrow/"),
    "views": Shot(AGENT, "/views/"),
    "view-edit": Shot(AGENT, "/views/{view}/"),
    "view-new": Shot(AGENT, "/views/new/?query=is:open+team:billing"),
    "list-look": Shot(AGENT, "/views/look/"),
    "search": Shot(MANAGER, "/tickets/search/?q=battery"),
    "search-typed": Shot(MANAGER, "/customers/", keys("/", "type:battery", shows="#search-found a")),
    "search-none": Shot(MANAGER, "/tickets/search/?q=zebrafish"),
    "palette": Shot(AGENT, "/tickets/?view=open", keys("Control+k", "type:re", shows="#palette [role=option]")),
    "keys": Shot(AGENT, "/tickets/?view=open", keys("?", shows="dialog[open]")),
    "ticket": Shot(MANAGER, "/tickets/{ticket}/#conversation"),
    "ticket-state": Shot(MANAGER, "/tickets/{ticket}/#conversation", keys("s", shows="details.menu[open]")),
    "ticket-assign": Shot(MANAGER, "/tickets/{ticket}/#conversation", keys("a", shows="button[name=assignee]")),
    "ticket-snooze": Shot(MANAGER, "/tickets/{shared}/#conversation", keys("h", shows="details.menu[open]")),
    "ticket-edit": Shot(MANAGER, "/tickets/{ticket}/edit/"),
    "presence": Shot(MANAGER, "/tickets/{shared}/", company, beside=True),
    "composer-preview": Shot(
        MANAGER, "/tickets/{shared}/", written(MARKDOWN, press="Preview", shows="#composer-preview")
    ),
    "composer-texts": Shot(
        MANAGER, "/tickets/{ticket}/", keys("r", "Control+a", "type:/", shows="#options [role=option]")
    ),
    "composer-macro": Shot(
        MANAGER, "/tickets/{ticket}/", keys("M", "type:picture", "Enter", shows="#composer-macro .macro")
    ),
    "composer-mention": Shot(
        MANAGER, "/tickets/{other}/", keys("n", "Control+a", "type:Look, @", shows="#options [role=option]")
    ),
    "merge": Shot(MANAGER, "/tickets/{ticket}/merge/"),
    "merge-preview": Shot(MANAGER, "/tickets/{ticket}/merge/?number={other}"),
    "split": Shot(MANAGER, "/tickets/{ticket}/messages/{message}/split/"),
    "print": Shot(MANAGER, "/tickets/{ticket}/print/?notes=1"),
    "new-ticket": Shot(MANAGER, "/tickets/new/"),
    "bulk-job": Shot(MANAGER, "/tickets/bulk/{job}/"),
    "bulk-words": Shot(MANAGER, "/tickets/bulk/{draft}/words/"),
    "customers": Shot(MANAGER, "/customers/"),
    "customer": Shot(MANAGER, "/customers/{customer}/"),
    "customer-edit": Shot(MANAGER, "/customers/{customer}/edit/"),
    "customer-merge": Shot(ADMIN, "/customers/{customer}/merge/"),
    "organizations": Shot(MANAGER, "/customers/organizations/"),
    "organization": Shot(MANAGER, "/customers/organizations/{organization}/"),
    "bell": Shot(SECOND, "/customers/", bell),
    "notifications": Shot(SECOND, "/notifications/"),
    "notification-settings": Shot(SECOND, "/settings/notifications/"),
    "profile": Shot(AGENT, "/settings/profile/"),
    "security": Shot(AGENT, "/settings/security/"),
    "settings": Shot(ADMIN, "/settings/"),
    "teams": Shot(ADMIN, "/settings/teams/"),
    "team": Shot(ADMIN, "/settings/teams/{team}/"),
    "agents": Shot(ADMIN, "/settings/agents/"),
    "agent": Shot(ADMIN, "/settings/agents/{agent}/"),
    "roles": Shot(ADMIN, "/settings/roles/"),
    "audit": Shot(ADMIN, "/settings/audit/"),
    "canned-texts": Shot(ADMIN, "/settings/texts/"),
    "canned-text": Shot(ADMIN, "/settings/texts/{text}/"),
    "macros": Shot(ADMIN, "/settings/macros/"),
    "macro": Shot(ADMIN, "/settings/macros/{macro}/"),
    "fields": Shot(ADMIN, "/settings/fields/"),
    "field-new": Shot(ADMIN, "/settings/fields/new/"),
    "mailboxes": Shot(ADMIN, "/settings/mailboxes/"),
    "mailbox": Shot(ADMIN, "/settings/mailboxes/{mailbox}/"),
    "mail-console": Shot(ADMIN, "/settings/mail/"),
    "mail-letter": Shot(ADMIN, "/settings/mail/{letter}/"),
    "mail-try": Shot(ADMIN, "/settings/mail/try/"),
    "mail-outgoing": Shot(ADMIN, "/settings/mail/outgoing/"),
    "outbox": Shot(AGENT, "/dev/outbox/"),
    "outbox-write": Shot(AGENT, "/dev/outbox/write/"),
    "desk": Shot(SUPERVISOR, "/supervise/"),
    "desk-teams": Shot(SUPERVISOR, "/supervise/teams/"),
    "desk-spread": Shot(SUPERVISOR, "/supervise/teams/{own_team}/agents/{agent}/spread/"),
    "desk-causes": Shot(SUPERVISOR, "/supervise/causes/"),
    "inbox-due": Shot(MANAGER, "/tickets/?view=due_soon"),
    "ticket-promises": Shot(SUPERVISOR, "/tickets/{late}/", panel),
    "promises": Shot(SUPERVISOR, "/tickets/{late}/sla/"),
    "policies": Shot(MANAGER, "/settings/sla/"),
    "policy": Shot(MANAGER, "/settings/sla/{policy}/"),
    "policy-change": Shot(MANAGER, "/settings/sla/changes/{revision}/"),
    "calendars": Shot(MANAGER, "/settings/calendars/"),
    "calendar": Shot(MANAGER, "/settings/calendars/{calendar}/"),
    "routing": Shot(MANAGER, "/settings/teams/{routed}/routing/"),
    "agent-work": Shot(ADMIN, "/settings/agents/{agent}/work/"),
    "chat": Shot(ADMIN, "/settings/chat/"),
    "chat-channel": Shot(ADMIN, "/settings/chat/{hook}/"),
    "reports": Shot(MANAGER, "/reports/"),
    "reports-volume": Shot(MANAGER, "/reports/volume/"),
    "reports-times": Shot(MANAGER, "/reports/times/"),
    "reports-sla": Shot(MANAGER, "/reports/sla/"),
    "reports-csat": Shot(MANAGER, "/reports/csat/"),
    "reports-agents": Shot(MANAGER, "/reports/agents/"),
    "reports-customers": Shot(MANAGER, "/reports/customers/"),
    "reports-channels": Shot(MANAGER, "/reports/channels/"),
    "reports-tickets": Shot(MANAGER, "/reports/created/tickets/"),
    "reports-empty": Shot(MANAGER, "/reports/?range=own&from=2001-01-01&to=2001-01-31"),
    "reports-live": Shot(MANAGER, "/reports/live/"),
    "reports-targets": Shot(MANAGER, "/reports/targets/"),
    "reports-schedules": Shot(MANAGER, "/reports/schedules/"),
    "reports-schedule-new": Shot(MANAGER, "/reports/schedules/new/?page=sla"),
    "surveys": Shot(SUPERVISOR, "/surveys/"),
    "survey-settings": Shot(ADMIN, "/settings/surveys/"),
    "survey-words": Shot(ADMIN, "/settings/surveys/texts/en/"),
    "survey-answer": Shot("", "/feedback/{survey}/4/"),
    "tokens": Shot(ADMIN, "/settings/tokens/"),
    "integrations": Shot(ADMIN, "/settings/tokens/services/"),
    "integration": Shot(ADMIN, "/settings/tokens/services/{service}/"),
    "api-docs": Shot(ADMIN, "/api/docs/", keys(shows=".opblock")),
    "webhooks": Shot(ADMIN, "/settings/webhooks/"),
    "webhook": Shot(ADMIN, "/settings/webhooks/{webhook}/"),
    "webhook-delivery": Shot(ADMIN, "/settings/webhooks/{webhook}/deliveries/{delivery}/"),
    "refused": Shot(AGENT, "/settings/audit/", status=403),
    "not-found": Shot(AGENT, "/tickets/999999/", status=404),
}
