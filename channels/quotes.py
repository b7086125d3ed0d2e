"""Fold away what a mail repeats, so that the new words stand alone; nothing is ever thrown away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from channels.languages import (
    CLOCK,
    DATED_SENDER,
    ENDS_WITH_SENDER,
    HEADER_ROLES,
    OPENER,
    SENT_FROM,
    SEPARATOR,
    WROTE,
    YEAR,
)

REPLY_MARKER = "##- Please write your answer above this line -##"
"""Stands on top of the history in mails that we send; `##-` and `-##` make it findable in any translation."""

MAX_LINES = 20_000
MAX_CHARS = 1_000_000
LINE_HEAD = 400
ATTRIBUTION_LINES = 4


@dataclass(frozen=True)
class Folded:
    """The parts of a text; every line of the original is in exactly one of them. `folded_by` names the rule."""

    visible: str
    quoted: str = ""
    signature: str = ""
    folded_by: str = "none"
    warning: str = ""


def fold(text: str, markers: Iterable[str] = ()) -> Folded:
    """Part a text into new words, history and signature; linear, and too big a text is shown whole with a warning."""
    if len(text) > MAX_CHARS or text.count("\n") > MAX_LINES:
        return Folded(text, warning="too_long_to_fold")
    lines = text.split("\n")
    hidden, rule = _history(lines, [REPLY_MARKER, *markers])
    kept = [index for index in range(len(lines)) if index not in hidden]
    if not any(lines[index].strip() for index in kept):
        return Folded(text)
    signature_from = _signature(lines, kept)
    visible = [lines[index] for index in kept if index < signature_from]
    if not any(line.strip() for line in visible):
        visible, signature_from = [lines[index] for index in kept], len(lines)
    signature = [lines[index] for index in kept if index >= signature_from]
    quoted = [lines[index] for index in sorted(hidden)]
    return Folded(
        "\n".join(visible).strip("\n").rstrip(),
        "\n".join(quoted).strip("\n"),
        "\n".join(signature).strip("\n"),
        rule if hidden else ("signature" if signature else "none"),
    )


def _history(lines: list[str], markers: list[str]) -> tuple[set[int], str]:
    """The indices of the lines that repeat older mail, and the rule that found the first of them."""
    hidden: set[int] = set()
    rule, said = "", False
    index, total = 0, len(lines)
    while index < total:
        line = lines[index][:LINE_HEAD]
        stripped = line.strip()
        if not stripped:
            index += 1
            continue
        found = _cut(lines, index, stripped, markers)
        if found and not said:
            hidden.update([index] if found == "marker" else [])
            index += _top_block(lines, index, found)
            continue
        if found:
            hidden.update(range(_up_over_rules(lines, index), total))
            return hidden, rule or found
        attribution = _attribution(lines, index)
        if attribution:
            after = _skip_blank(lines, index + attribution)
            if after < total and lines[after].lstrip().startswith((">", "|")):
                end = _end_of_quote(lines, after)
                hidden.update(range(index, end))
                rule, index = rule or "attribution", end
                continue
            if not said:
                hidden.update(range(index, index + attribution))
                rule, index = rule or "attribution", index + attribution
                continue
            hidden.update(range(index, total))
            return hidden, rule or "attribution"
        if _is_quoted(stripped):
            end = _end_of_quote(lines, index)
            hidden.update(range(index, end))
            rule, index = rule or "quote_signs", end
            continue
        said = True
        index += 1
    return hidden, rule


def _top_block(lines: list[str], index: int, found: str) -> int:
    """The lines to step over when history would start before anything was said: a forward is all there is to show."""
    if found != "headers":
        return 1
    count = 1
    while index + count < len(lines) and lines[index + count].strip():
        count += 1
    return count


def _cut(lines: list[str], index: int, stripped: str, markers: list[str]) -> str:
    """The rule by which everything from here on is history, or ""."""
    if stripped.lstrip("> *").startswith("##-") and stripped.rstrip("* ").endswith("-##"):
        return "marker"
    if any(marker and marker in stripped for marker in markers):
        return "marker"
    if SEPARATOR.fullmatch(stripped):
        return "separator"
    return "headers" if _is_header_block(lines, index) else ""


def _is_header_block(lines: list[str], index: int) -> bool:
    """Three of From, Date, To, Subject in successive lines, or two after a rule or a blank line that name a sender."""
    if not any(pattern.match(lines[index][:LINE_HEAD]) for role, pattern in HEADER_ROLES if role != "other"):
        return False
    roles: set[str] = set()
    has_address = False
    misses = 0
    for line in lines[index : index + 12]:
        head = line[:LINE_HEAD]
        role = next((name for name, pattern in HEADER_ROLES if pattern.match(head)), "")
        misses = 0 if role else misses + 1
        if misses > 1 or (not head.strip() and len(roles) >= 2):
            break
        if role:
            roles.add(role)
            has_address = has_address or "@" in head
    before = lines[index - 1].strip() if index else ""
    apart = not before or set(before) <= set("_-=*")
    if "from" not in roles:
        return len(roles) >= 3 and apart
    return len(roles) >= 3 or (len(roles) == 2 and apart and index > 0 and (has_address or "date" in roles))


def _attribution(lines: list[str], index: int, *, may_start_later: bool = True) -> int:
    """How many lines from here are an introduction such as "On Monday Kim wrote:"; 0 when they are none."""
    first = lines[index][:LINE_HEAD].strip()
    if not first or first.startswith(">") or len(lines[index]) > LINE_HEAD:
        return 0
    joined = ""
    for count in range(1, ATTRIBUTION_LINES + 1):
        if index + count > len(lines):
            return 0
        piece = lines[index + count - 1][:LINE_HEAD].strip()
        if not piece:
            return 0
        joined = f"{joined} {piece}".strip()
        if len(joined) > LINE_HEAD:
            return 0
        if _introduces(joined, lines, index + count):
            return 0 if may_start_later and count > 1 and _starts_later(lines, index, count) else count
        if not (OPENER.match(first) or "@" in first):
            return 0
    return 0


def _starts_later(lines: list[str], index: int, count: int) -> bool:
    """Whether the introduction begins on a later line, and this one is the last of the new words."""
    later = (at for at in range(index + 1, index + count) if _opens(lines[at]))
    return any(_attribution(lines, at, may_start_later=False) for at in later)


def _opens(line: str) -> bool:
    return bool(OPENER.match(line[:LINE_HEAD])) and not line.lstrip().startswith("<")


def _introduces(joined: str, lines: list[str], after: int) -> bool:
    joined = joined.rstrip("* ")
    if DATED_SENDER.fullmatch(joined):
        return True
    if OPENER.match(joined) and CLOCK.search(joined) and YEAR.search(joined) and _names_a_writer(joined):
        return True
    if not joined.endswith((":", "：")) or not WROTE.search(joined):
        return False
    opened = bool(OPENER.match(joined))
    if (any(char.isdigit() for char in joined) and opened) or ("@" in joined and len(joined) < 250):
        return True
    follows = _skip_blank(lines, after)
    return follows < len(lines) and lines[follows].lstrip().startswith(">")


def _names_a_writer(joined: str) -> bool:
    """The end of an introduction that has no verb, or no colon: `… <name@host>:`, `… <name@host> wrote`."""
    ending = joined.rsplit(">", 1)
    return (bool(ENDS_WITH_SENDER.search(joined[-260:])) and joined.endswith((":", "："))) or (
        len(ending) == 2 and "@" in ending[0] and bool(WROTE.fullmatch(ending[1].strip(" :")))
    )


def _is_quoted(stripped: str) -> bool:
    return stripped.startswith(">") and not stripped.startswith(">>>>>>> ")


def _end_of_quote(lines: list[str], index: int) -> int:
    """Just behind the last quoted line of a run; blank lines belong to it when more quoted lines follow."""
    end = index
    while index < len(lines):
        stripped = lines[index].strip()
        if stripped.startswith((">", "|")):
            end = index + 1
        elif stripped and not (end == index and index > 0 and _is_lazy(lines, index)):
            break
        index += 1
    return end


def _is_lazy(lines: list[str], index: int) -> bool:
    """A line that a mail program broke without repeating the quote sign: it goes on in lower case."""
    line, before = lines[index].strip(), lines[index - 1]
    follows = index + 1 < len(lines) and lines[index + 1].lstrip().startswith(">")
    return follows and len(before) >= 66 and line[:1].islower() and len(line) < 60


def _skip_blank(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _up_over_rules(lines: list[str], index: int) -> int:
    """Take the ruled line (and blank lines) above a cut along."""
    at = index
    while at > 0 and (not lines[at - 1].strip() or set(lines[at - 1].strip()) <= set("_-=*")):
        at -= 1
    return at


def _signature(lines: list[str], kept: list[int]) -> int:
    """The index from which the kept lines are a signature: "-- ", a rule before the end, or a phone's own line."""
    last_text = next((index for index in reversed(kept) if lines[index].strip()), -1)
    for index in reversed(kept[-40:]):
        stripped = lines[index].strip()
        if stripped in ("--", "- --", "__") and index < last_text:
            return index
    for index in reversed(kept[-6:]):
        if len(lines[index].split()) <= 8 and SENT_FROM.match(lines[index][:200]):
            return index
    return len(lines)
