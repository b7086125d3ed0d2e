"""Reply addresses and Message-IDs that only this installation can make."""

from __future__ import annotations

from typing import Any

import pytest

from channels import secrets, signing
from channels.models import Mailbox

SUPPORT = Mailbox(address="support@desk.example", aliases=["Help@desk.example"])
SHORT = 2 + 1 + signing.MAC_LENGTH


def token_of(address: str) -> str:
    return address.partition("@")[0].rpartition("+")[2]


def test_a_reply_address_names_its_ticket() -> None:
    address = signing.reply_address(SUPPORT, 7)

    assert address.startswith("support+t7-")
    assert address.endswith("@desk.example")
    assert len(token_of(address)) == SHORT
    assert signing.read_reply_address(address, [SUPPORT]) == 7


def test_a_reply_address_survives_upper_case_and_comes_in_by_an_alias() -> None:
    token = token_of(signing.reply_address(SUPPORT, 7))

    assert signing.read_reply_address(f"SUPPORT+{token.upper()}@DESK.EXAMPLE", [SUPPORT]) == 7
    assert signing.read_reply_address(f"help+{token}@desk.example", [SUPPORT]) == 7


def test_every_altered_character_of_a_reply_token_is_refused() -> None:
    """A03: each position of the token, with each other character of the alphabet."""
    token = token_of(signing.reply_address(SUPPORT, 7))
    for position in range(len(token)):
        for other in "abcdefghijklmnopqrstuvwxyz0123456789-":
            if other != token[position]:
                forged = token[:position] + other + token[position + 1 :]
                assert signing.read_reply_address(f"support+{forged}@desk.example", [SUPPORT]) is None, forged


def test_shortened_lengthened_and_strange_tokens_are_refused() -> None:
    """A03."""
    token = token_of(signing.reply_address(SUPPORT, 7))
    mac = token[3:]
    strange = [token[:n] for n in range(len(token))] + [
        token + "a", f"t07-{mac}", f"t7-{mac}=", f"t-{mac}", f"t7 -{mac}", f"t٧-{mac}", f"t7-{'K' + mac[1:]}",
        f"t{10**30}-{mac}", "t7-" + "a" * 20, "",
    ]  # fmt: skip
    for forged in strange:
        assert signing.read_reply_address(f"support+{forged}@desk.example", [SUPPORT]) is None, forged


def test_the_signature_of_another_ticket_or_purpose_is_refused() -> None:
    """A03: a MAC belongs to one number and one use."""
    seven, eight = (token_of(signing.reply_address(SUPPORT, n)) for n in (7, 8))
    header_mac = signing.new_header_id(7).partition("@")[0].rpartition(".")[2]

    assert signing.read_reply_address(f"support+t8-{seven[3:]}@desk.example", [SUPPORT]) is None
    assert signing.read_reply_address(f"support+t7-{eight[3:]}@desk.example", [SUPPORT]) is None
    assert signing.read_reply_address(f"support+t7-{header_mac}@desk.example", [SUPPORT]) is None


@pytest.mark.parametrize(
    "address", ["other+{}@desk.example", "support+{}@evil.example", "support{}@desk.example", "{}"]
)
def test_a_right_token_at_an_address_that_is_not_ours_is_refused(address: str) -> None:
    token = token_of(signing.reply_address(SUPPORT, 7))

    assert signing.read_reply_address(address.format(token), [SUPPORT]) is None


def test_a_long_mailbox_name_keeps_its_plain_address() -> None:
    long = Mailbox(address=f"{'a' * 60}@desk.example")

    assert signing.reply_address(long, 7) == long.address


def test_a_message_id_names_its_ticket_and_no_two_are_alike() -> None:
    first, second = signing.new_header_id(7), signing.new_header_id(7)

    assert first != second
    assert first.endswith("@ticket.helpdesk.localhost")
    assert signing.read_header_id(first) == 7
    assert signing.read_header_id(f"<{first.upper()}>") == 7


def test_every_altered_character_of_a_message_id_is_refused() -> None:
    """A03: the number, the random part and the MAC are all signed."""
    local, _, domain = signing.new_header_id(7).partition("@")
    for position in range(len(local)):
        for other in "abcxyz278.":
            if other != local[position]:
                forged = local[:position] + other + local[position + 1 :]
                assert signing.read_header_id(f"{forged}@{domain}") is None, forged
    assert signing.read_header_id(f"{local[:-1]}@{domain}") is None
    assert signing.read_header_id(local) is None
    assert signing.read_header_id("") is None


def test_what_was_signed_with_the_previous_key_counts_until_it_is_dropped(settings: Any) -> None:
    address, header_id, marker = signing.reply_address(SUPPORT, 7), signing.new_header_id(7), signing.loop_marker()
    old = settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 60, [old]
    assert signing.read_reply_address(address, [SUPPORT]) == 7
    assert signing.read_header_id(header_id) == 7
    assert marker in signing.own_ids()

    settings.SECRET_KEY_FALLBACKS = []
    assert signing.read_reply_address(address, [SUPPORT]) is None
    assert signing.read_header_id(header_id) is None
    assert marker not in signing.own_ids()


def test_a_plus_address_is_the_mailbox_itself() -> None:
    assert signing.plain_address("Support+t7-abc@Desk.example") == "support@desk.example"
    assert signing.own_addresses([SUPPORT]) == {"support@desk.example", "help@desk.example"}


def test_a_secret_is_unreadable_at_rest_and_survives_a_key_rotation(settings: Any) -> None:
    stored = secrets.encrypt("hunter2")
    old = settings.SECRET_KEY
    assert "hunter2" not in stored
    assert secrets.decrypt(stored) == "hunter2"

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 60, [old]
    rotated = secrets.rotate(stored)
    settings.SECRET_KEY_FALLBACKS = []

    assert secrets.decrypt(rotated) == "hunter2"
    with pytest.raises(secrets.SecretLost):
        secrets.decrypt(stored)
    assert secrets.encrypt("") == secrets.decrypt("") == ""
