"""The main job on real input: mails become tickets, an agent answers, the customer gets it and answers back."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.channels.corpus import FOLDER
from tests.plugin_services import Received, wait_until

MAILS = {
    "zam-mail030": "Antragswesen in TesT abbilden",
    "hun-008": "Test message from Microsoft Outlook 00",
    "hun-031": "Test message from PINE",
    "stw-016-fc757e": "25 HTML + embedded image",
    "zb-m3002": "Die Hasen und die Frösche",
    "wkx-plain-text-attachment": "Plain text attachment",
}


@pytest.fixture
def corpus() -> dict[str, tuple[bytes, dict]]:
    folder = Path(FOLDER)
    if not (folder / "manifest.jsonl").exists():
        pytest.skip("the mail corpus is not beside this checkout")
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    return {row["id"]: ((folder / row["file"]).read_bytes(), row["expect"]) for row in rows if row["id"] in MAILS}


def test_the_main_job_from_mail_to_answer_and_back(product, visit, corpus, tmp_path):
    ana = visit("ana", "/tickets/")
    bea = visit("bea", "/tickets/")
    expect(ana.get_by_role("link", name="25 HTML + embedded image")).to_have_count(0)

    # Real mails arrive while both look at their inbox; nobody reloads.
    for mail_id, subject in MAILS.items():
        raw, facts = corpus[mail_id]
        product.send(raw, facts["from_address"])
        for page in (ana, bea):
            row = page.locator("[data-ticket]", has=page.get_by_role("link", name=subject)).first
            expect(row).to_be_visible()
            sender = facts.get("from_name") or facts["from_address"].lower()
            expect(row.locator(".ticket-row__who")).to_contain_text(sender)

    # Ana opens the one that is HTML only and reads it safely; Bea opens it too.
    raw, facts = corpus["zam-mail030"]
    ana.get_by_role("link", name=MAILS["zam-mail030"]).click()
    expect(ana.get_by_role("heading", name=MAILS["zam-mail030"])).to_be_visible()
    words = facts["text_contains"][0]
    expect(ana.frame_locator("iframe.mail-frame").first.get_by_text(words).first).to_be_visible()
    frame = ana.locator("iframe.mail-frame").first
    assert "allow-scripts" not in (frame.get_attribute("sandbox") or "allow-scripts")
    bea.goto(ana.url)

    # Ana answers with an attachment and solves.
    file = tmp_path / "Anleitung æøå.txt"
    file.write_text("Schritt 1: einschalten.\n")
    ana.get_by_label("Your words").fill("Guten Tag,\n\ndas geht mit **Formularen**.\n\nAna")
    ana.locator("#composer input[type=file]").set_input_files(file)
    expect(ana.locator("#composer").get_by_text("Anleitung")).to_be_visible()
    ana.get_by_label("Send and set the state").click()
    ana.get_by_role("button", name="Send as Solved").click()
    for page in (ana, bea):
        expect(page.get_by_text("das geht mit Formularen")).to_be_visible()
    expect(bea.locator("#conversation, main").first).to_contain_text("Solved")

    # The answer leaves by SMTP, with the headers that bring the next one back.
    answer = wait_until(lambda: _answer(product.sink.received, facts["from_address"]), 40, "the answer's arrival")
    original = message_from_bytes(raw, policy=policy.default)
    message = answer.message
    assert answer.recipients == [facts["from_address"].lower()]
    assert "support@desk.example" in message["From"]
    assert "Ana Holm" in message["From"]
    assert message["Subject"].startswith("Re: ")
    assert MAILS["zam-mail030"] in message["Subject"]
    assert message["Reply-To"].addresses[0].domain == "desk.example"
    assert message["Message-ID"].strip("<> ").endswith("desk.example")
    if original["Message-ID"]:
        assert message["In-Reply-To"] == original["Message-ID"].strip()
        assert original["Message-ID"].strip() in message["References"]
    assert "das geht mit" in message.get_body(("plain",)).get_content()
    assert "<strong>Formularen</strong>" in message.get_body(("html",)).get_content()
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert {name: str(text).strip() for name, text in attached.items()} == {
        "Anleitung æøå.txt": "Schritt 1: einschalten."
    }

    # The customer answers that mail, as a mail client writes answers; both agents see it come, with the new words only.
    product.send(
        _reply_to(answer, facts["from_address"], "Das hilft leider nicht, der Knopf fehlt."),
        facts["from_address"],
        message["Reply-To"].addresses[0].addr_spec,
    )
    for page in (ana, bea):
        said = page.locator("article.message", has_text="der Knopf fehlt")
        expect(said).to_be_visible()
        expect(said.get_by_text("das geht mit Formularen")).to_be_hidden()
        expect(page.locator("article.message--customer")).to_have_count(2)
        expect(page.get_by_text("reopened the ticket by answering")).to_be_visible()

    # It landed in this ticket, and in no new one.
    ana.goto("/tickets/")
    expect(ana.get_by_role("link", name=MAILS["zam-mail030"])).to_have_count(1)


def _answer(received: list[Received], recipient: str) -> Received | None:
    """The agent's answer, not an acknowledgement of one of the mails."""
    found = [r for r in received if r.recipients == [recipient.lower()] and r.message["Auto-Submitted"] is None]
    return found[-1] if found else None


def _reply_to(answer: Received, sender: str, words: str) -> bytes:
    reply = EmailMessage()
    reply["From"] = f"Kunde <{sender}>"
    reply["To"] = answer.message["Reply-To"]
    reply["Subject"] = answer.message["Subject"]
    reply["In-Reply-To"] = answer.message["Message-ID"]
    reply["References"] = f"{answer.message['References'] or ''} {answer.message['Message-ID']}".strip()
    reply["Message-ID"] = "<answer-1@customer.example>"
    reply["Date"] = answer.message["Date"]
    quoted = "\n".join(f"> {line}" for line in answer.message.get_body(("plain",)).get_content().splitlines())
    reply.set_content(f"{words}\n\nAm 22.11.2026 um 10:12 schrieb Ana Holm:\n{quoted}\n")
    return reply.as_bytes()
