"""An admin makes a webhook, presses Test and sees what was sent and answered."""

from __future__ import annotations

import http.server
import json
import threading

from playwright.sync_api import Page, expect

expect.set_options(timeout=20_000)


def test_a_webhook_is_made_tested_and_its_delivery_seen(visit):
    taken: list[dict[str, object]] = []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()
            self.wfile.write(b"Thank you for the news")

        def log_message(self, *args: object) -> None:
            pass

    receiver = http.server.ThreadingHTTPServer(("127.0.0.2", 0), Door)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        page: Page = visit("root", "/settings/")
        page.get_by_role("link", name="Webhooks").first.click()
        page.get_by_role("link", name="New webhook").first.click()
        page.get_by_label("Name", exact=True).fill("Mirror of the desk")
        page.get_by_label("Address", exact=True).fill(f"http://127.0.0.2:{receiver.server_address[1]}/hook")
        page.get_by_label("Only tickets that match").fill("tag:nothing-has-this")
        page.locator("summary", has_text="Only these events").press("Enter")
        page.get_by_label("message_added").check()
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.get_by_role("status").get_by_text("whsec_")).to_be_visible()

        page.get_by_role("button", name="Send a test").press("Enter")

        expect(page.get_by_text("The receiver accepted the test.")).to_be_visible()
        expect(page.get_by_role("heading", name="Attempt 1")).to_be_visible()
        expect(page.get_by_text("Thank you for the news")).to_be_visible()
        expect(page.get_by_text('"kind": "webhook_test"')).to_be_visible()
        assert [body["kind"] for body in taken] == ["webhook_test"]
        # The secret is not shown again.
        page.get_by_role("link", name="Mirror of the desk").click()
        expect(page.get_by_role("heading", name="Mirror of the desk")).to_be_visible()
        expect(page.get_by_text("whsec_")).to_have_count(0)
    finally:
        receiver.shutdown()
        receiver.server_close()
