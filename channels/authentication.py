"""Did our border host vouch for the sender? Only its own verdict header counts, and only when it stands alone."""

from __future__ import annotations

import re

from channels.mime import ParsedMail

PASS, FAIL, NONE = "pass", "fail", "none"
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*=\s*([a-z]+)", re.I)
_PROPERTY = re.compile(r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)", re.I)


def verdict_on_sender(mail: ParsedMail, trusted_id: str) -> str:
    """ "pass", "fail" or "none" for the one address in From, as `trusted_id` (our border's authserv-id) tells it.

    The border must strip headers that claim its name (RFC 8601). Should it not, a forged one stands beside its own:
    two of them, or one that is not the first of its kind, count as none.
    """
    lines = mail.authentication_results
    ours = [raw for author, raw in lines if author == trusted_id.lower()]
    if not trusted_id or mail.sender is None or len(ours) != 1 or lines[0][0] != trusted_id.lower():
        return NONE
    return _read(ours[0], mail.sender.email.rpartition("@")[2])


def _read(raw: str, domain: str) -> str:
    for _depth in range(5):
        raw = _COMMENT.sub(" ", raw)
    verdicts: dict[str, list[tuple[str, str]]] = {}
    for clause in raw.split(";")[1:]:
        result = _RESULT.match(clause)
        if result:
            named = {name.lower(): value.lower() for name, value in _PROPERTY.findall(clause)}
            identity = named.get("header.from") or named.get("header.d") or named.get("header.i") or ""
            identity = identity or named.get("smtp.mailfrom", "")
            verdicts.setdefault(result.group(1).lower(), []).append((result.group(2).lower(), identity))
    dmarc = verdicts.get("dmarc", [])
    if any(outcome in ("fail", "reject", "quarantine") for outcome, _ in dmarc):
        return FAIL
    if len(dmarc) == 1 and dmarc[0][0] == "pass":
        return PASS if _same_domain(dmarc[0][1], domain) else NONE
    signed = any(outcome == "pass" and _same_domain(identity, domain) for outcome, identity in verdicts.get("dkim", []))
    return PASS if signed and not dmarc else NONE


def _same_domain(identity: str, domain: str) -> bool:
    """Whether a verdict speaks about the sender's own domain; a verdict about a parent or a neighbour does not."""
    return bool(identity) and identity.rpartition("@")[2].strip(".") == domain.strip(".")
