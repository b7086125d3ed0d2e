"""No page keeps anybody out: axe finds nothing on any of them, light and dark, wide and narrow."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, settle, sign_in
from tests.browser.test_second_factor import fresh_code, give_password
from tests.plugin_services import wait_until

expect.set_options(timeout=15_000)
# Colours depend on the theme alone, so two looks see both themes and both widths.
LOOKS = ((1440, 900, "light"), (390, 844, "dark"))
# A change of theme is not to be caught half-way: what lies in a closed menu would keep its old colours.
STILL = """() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [still];
}"""

HTML = """<html><body><p>Dear all,</p><p>see <a href="https://example.com/a">our page</a> and the table:</p>
<table border="1"><tr><td>1</td><td>2</td></tr></table><img src="https://pixel.example/p.png"></body></html>"""


@pytest.fixture(scope="module")
def scene(product) -> dict[str, int]:
    """One install with something on every page."""
    found = product.ask("scene")
    plain = product.ask("open_ticket", subject="The plain one", email="person1@alpha-print.example")
    full = product.ask("open_ticket", subject="The full one", email="person1@alpha-print.example")
    product.ask("act", ticket=full, agent="Ana", note="Look at **this**, please.", tags=["printer", "hall-b"])
    product.ask("act", ticket=full, agent="Ana", reply="We look at it.", file=["steps.txt", "1. Switch it on."])
    product.ask("act", ticket=full, agent="Ana", note="And a picture.", file=["dot.png", ""], assignee="Ana")
    closed = product.ask("open_ticket", subject="The closed one")
    product.ask("act", ticket=closed, agent="Ana", status="solved")
    product.ask("act", ticket=closed, agent="Ana", status="closed")
    mail = EmailMessage()
    mail["From"] = "Person 2 <person2@alpha-print.example>"
    mail["To"] = "support@desk.example"
    mail["Subject"] = "A mail in HTML"
    mail["Message-ID"] = "<axe-html@customer.example>"
    mail.set_content("Dear all, see our page.")
    mail.add_alternative(HTML, subtype="html")
    product.send(mail.as_bytes(), "person2@alpha-print.example")
    html = wait_until(lambda: product.ask("ticket_of", header_id="axe-html@customer.example"), 40, "the HTML mail")
    del mail["Message-ID"], mail["From"]
    mail["From"], mail["Message-ID"] = "Somebody Else <else@elsewhere.example>", "<axe-held@elsewhere.example>"
    product.send(mail.as_bytes(), "else@elsewhere.example", product.ask("reply_to", ticket=full))
    letter, state = wait_until(lambda: _settled(product, "axe-held@elsewhere.example"), 40, "the held mail")
    assert state == "held"
    return {**found, "plain": plain, "full": full, "closed": closed, "html": html, "letter": letter}


def _settled(product, header_id: str) -> list | None:
    found = product.ask("state_of", header_id=header_id)
    return found if found and found[1] != "stored" else None


MISSING = ["/nothing/here/", "/tickets/999999/"]
OUTSIDE = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/nothing/here/"]
AGENT = [
    "/tickets/",
    "/tickets/?view=all",
    "/tickets/?q=nothing+that+anybody+wrote",
    "/tickets/?view=all&status=open&priority=high",
    "/tickets/search/",
    "/tickets/search/?q=the+one",
    "/tickets/search/?q=zebra",
    "/tickets/narrow/",
    "/tickets/?query=is:open+status:zz",
    "/tickets/?view=gone",
    "/tickets/?view={view}",
    "/views/",
    "/views/new/?query=is:open+team:nobody",
    "/views/look/",
    "/views/{view}/",
    "/notifications/",
    "/notifications/?is=unread",
    "/settings/notifications/",
    "/tickets/new/",
    "/tickets/{plain}/",
    "/tickets/{full}/",
    "/tickets/{html}/",
    "/tickets/{closed}/",
    "/tickets/{full}/edit/",
    "/tickets/{full}/sla/",
    "/tickets/{full}/escalations/",
    "/tickets/{closed}/satisfaction/",
    "/tickets/{plain}/merge/",
    "/tickets/{plain}/merge/?number={full}",
    "/tickets/{closed}/merge/?number={full}",
    "/tickets/{full}/print/?notes=1",
    "/tickets/{split}/messages/{message}/split/",
    "/tickets/bulk/{job}/",
    "/tickets/bulk/{draft}/words/",
    "/tickets/{full}/macros/",
    "/tickets/{full}/macros/{macro}/",
    "/tickets/bulk/{draft}/macro/?macro={macro}",
    "/customers/",
    "/customers/?q=nobody+of+this+name",
    "/customers/new/",
    "/customers/{customer}/",
    "/customers/{customer}/edit/",
    "/customers/{customer}/notes/",
    "/customers/{customer}/addresses/",
    "/customers/organizations/",
    "/customers/organizations/new/",
    "/customers/organizations/{organization}/",
    "/customers/organizations/{organization}/edit/",
    "/customers/organizations/{organization}/domains/",
    "/settings/profile/",
    "/settings/security/",
    "/settings/tokens/",
    "/accounts/password/change/",
    "/dev/outbox/",
    "/dev/outbox/write/",
    "/tickets/999999/",
]
ADMIN = [
    "/settings/",
    "/settings/teams/",
    "/settings/teams/new/",
    "/settings/teams/{team}/",
    "/settings/teams/{team}/routing/",
    "/settings/agents/{agent}/work/",
    "/settings/agents/",
    "/settings/agents/new/",
    "/settings/agents/{agent}/",
    "/settings/roles/",
    "/settings/audit/",
    "/settings/tokens/services/",
    "/settings/tokens/services/{service}/",
    "/settings/calendars/",
    "/settings/calendars/new/",
    "/settings/calendars/{calendar}/",
    "/settings/sla/",
    "/settings/sla/counts/",
    "/settings/sla/new/",
    "/settings/sla/{policy}/",
    "/settings/sla/{policy}/versions/",
    "/settings/sla/changes/{change}/",
    "/settings/sla/changes/{carried}/",
    "/settings/chat/",
    "/settings/chat/new/",
    "/settings/chat/{chat}/",
    "/settings/webhooks/",
    "/settings/webhooks/new/",
    "/settings/webhooks/{webhook}/",
    "/settings/webhooks/{webhook}/deliveries/",
    "/settings/webhooks/{webhook}/deliveries/?state=failed&ticket=999999",
    "/settings/webhooks/{webhook}/deliveries/{delivery}/",
    "/surveys/of-customer/{customer}/",
    "/settings/surveys/",
    "/settings/surveys/texts/da/",
    "/surveys/",
    "/surveys/?state=suppressed",
    "/surveys/of-agent/{agent}/",
    "/settings/texts/",
    "/settings/texts/new/",
    "/settings/texts/{canned}/",
    "/settings/macros/",
    "/settings/macros/new/",
    "/settings/macros/{macro}/",
    "/settings/fields/",
    "/settings/fields/new/",
    "/settings/fields/{field}/",
    "/settings/mailboxes/",
    "/settings/mailboxes/new/",
    "/settings/mailboxes/{mailbox}/",
    "/settings/mail/",
    "/settings/mail/?state=held",
    "/settings/mail/{letter}/",
    "/settings/mail/try/",
    "/settings/mail/outgoing/",
    "/supervise/",
    "/supervise/teams/",
    "/supervise/teams/?team={team}",
    "/supervise/teams/{team}/agents/{busy}/spread/",
    "/supervise/tickets/{escalated}/reassign/",
    "/supervise/causes/",
    "/supervise/causes/?range=7d&team={team}",
    "/supervise/causes/tickets/?cause=none",
    "/supervise/causes/tickets/?cause=workload",
    "/tickets/{late}/breach-cause/",
    "/customers/{customer}/merge/",
    "/customers/{customer}/merge/?with={twin}",
    "/dev/outbox/{local}/",
    "/reports/?range=28d",
    "/reports/volume/?range=7d",
    "/reports/times/?range=7d",
    "/reports/sla/?range=7d",
    "/reports/csat/?range=28d",
    "/reports/agents/?range=7d",
    "/reports/customers/?range=7d",
    "/reports/channels/?range=7d",
    "/reports/created/tickets/?range=28d&channel=email",
    "/reports/targets/",
    "/reports/schedules/",
    "/reports/schedules/new/?page=volume&range=28d",
    "/reports/schedules/{schedule}/",
    "/reports/files/",
    "/reports/files/{export}/",
    "/reports/live/?theme=light",
]

# Pages whose tests below lead there by hand.
BY_HAND = {
    "surveys:page",
    "surveys:score",
    "surveys:stop",
    "agents:choose-password",
    "agents:link",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
}


def _look(page: Page, name: str) -> list[str]:
    """What axe finds on the page as it stands, wide and narrow, light and dark."""
    wrong: list[str] = []
    page.evaluate(STILL)
    for width, height, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        wrong += [f"{name}, {width} px, {theme}: {line}" for line in axe(page)]
    return wrong


def _walk(page: Page, paths: list[str], scene: dict[str, int]) -> list[str]:
    wrong: list[str] = []
    for path in paths:
        address = path.format(**scene)
        answered = page.goto(address)
        assert answered
        assert answered.status == (404 if path in MISSING else 200), f"{path}: {answered.status}"
        settle(page)
        wrong += _look(page, address)
    return wrong


def test_pages_before_the_sign_in_keep_nobody_out(visit, scene):
    page = visit("", "/accounts/login/")
    wrong = _walk(page, OUTSIDE, scene)

    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_selector("[aria-invalid=true]")
    wrong += _look(page, "a refused sign-in")

    assert wrong == [], "\n".join(wrong)


def test_pages_of_an_agent_keep_nobody_out(visit, scene):
    page = visit("ana", "/tickets/")
    wrong = _walk(page, AGENT, scene)

    page.goto(f"/tickets/{scene['full']}/")
    page.get_by_label("Internal note").check()
    page.get_by_label("Your words").fill("For colleagues.")
    wrong += _look(page, "the composer on a note")
    page.get_by_label("Your words").fill("")

    assert wrong == [], "\n".join(wrong)


def test_settings_pages_keep_nobody_out(visit, scene):
    wrong = _walk(visit("root", "/settings/"), ADMIN, scene)
    assert wrong == [], "\n".join(wrong)


def test_what_opens_over_a_page_keeps_nobody_out(visit, scene):
    page = visit("ana", f"/tickets/{scene['full']}/")
    wrong: list[str] = []

    for key in ("?", "s", "p", "a", "t", "h"):
        page.keyboard.press(key)
        opened = page.locator("dialog[open], details.menu[open]")
        expect(opened).to_have_count(1)
        settle(page)
        wrong += _look(page, f"opened by {key}")
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)

    page.goto("/tickets/?view=all")
    page.locator("summary", has_text="Filter").click()
    expect(page.locator(".menu__panel select").first).to_be_visible()
    wrong += _look(page, "the filter")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.type(" te")
    expect(page.get_by_role("option").first).to_be_visible()
    wrong += _look(page, "what may be typed")
    assert wrong == [], "\n".join(wrong)


def test_a_page_that_refuses_keeps_nobody_out(product, chromium, signed_in):
    context = chromium.new_context(base_url=product.url, locale="en-GB", storage_state=signed_in("ana"))
    page = context.new_page()
    answered = page.goto("/settings/audit/")
    wrong = _look(page, "a refusal")
    context.close()
    assert answered.status == 403
    assert wrong == [], "\n".join(wrong)


def test_setting_up_and_using_the_second_factor_keeps_nobody_out(product, visit):
    email = product.ask("hire", name="Axel Two")
    page = visit("", "/accounts/login/")
    sign_in(page, email)
    page.goto("/accounts/2fa/totp/activate/")
    expect(page.locator("img.qr")).to_be_visible()
    wrong = _look(page, "two-factor set-up")
    secret = page.locator("code.key").inner_text().strip()
    page.get_by_label("Code").fill(fresh_code(secret))
    page.get_by_role("button", name="Switch on").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/**")
    wrong += _look(page, "recovery codes")
    for path in ("/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/totp/deactivate/", "/settings/security/"):
        page.goto(path)
        assert path in page.url
        wrong += _look(page, path)
    for path in ("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/"):
        answered = page.goto(path)
        assert answered.status == 200, path
        wrong += _look(page, path)

    page.context.clear_cookies()
    give_password(page, email)
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    wrong += _look(page, "the question for the code")
    assert wrong == [], "\n".join(wrong)


def test_choosing_a_password_by_a_link_keeps_nobody_out(product, visit):
    page = visit("", product.ask("password_link", agent="Sam"))
    page.wait_for_url("**/accounts/choose-password/")
    expect(page.locator("input[type=password]").first).to_be_visible()
    wrong = _look(page, "choosing a password")
    assert page.goto("/accounts/link/no-such-link/").status == 410
    wrong += _look(page, "a link that is over")
    assert wrong == [], "\n".join(wrong)


def test_a_customers_survey_keeps_nobody_out(product, visit, scene):
    link = product.ask("survey_link", ticket=scene["closed"])
    page = visit("", f"{link}4/")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    wrong = _look(page, "a survey")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("button", name="Change the answer")).to_be_visible()
    wrong += _look(page, "a survey that was answered")
    page.goto(f"{link}stop/")
    wrong += _look(page, "asking for no more surveys")
    assert wrong == [], "\n".join(wrong)
