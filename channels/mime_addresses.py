"""Who is named in an address header: every addr-spec in it, told apart from the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.mime_headers import decode_words
from helpdesk.lib.text import one_line

_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*|\[[0-9A-Za-z:.]+\]")
_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\]:;,@\\\"]+")
_QUOTED_LOCAL = re.compile(r"\"(?:[^\"\\\x00-\x1f]|\\.)*\"")
_INSIDE = re.compile(r"[^\s<>()\[\]:;,@\\\"]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class Address:
    """A name as the sender wrote it (it proves nothing) and the address in lower case."""

    name: str
    email: str

    @property
    def name_claims_other(self) -> bool:
        """Whether the name shows an address that is not the one the mail came from."""
        return any(found.lower() != self.email for found in _INSIDE.findall(self.name[:500]))


@dataclass(frozen=True)
class AddressList:
    """The addresses of one header and what was wrong with it ("", "group", "malformed")."""

    addresses: tuple[Address, ...]
    problem: str = ""


def parse_addresses(value: str, limit: int = 1000) -> AddressList:
    """Read an unfolded address header; linear, never raises; what is no address is left out and told as a problem."""
    found: list[Address] = []
    problem = ""
    in_group = False
    for chunk, ended_by in _chunks(_whole_words(value)):
        if ended_by == ":":
            problem, in_group = "group", True
            continue
        words, angles, broken = _pieces(chunk)
        if broken:
            problem = problem or "malformed"
        candidates = angles or ([_unquoted(words)] if "@" in words else [])
        if not candidates and words and not in_group:
            problem = problem or "malformed"
        for candidate in candidates:
            email = normal_email(candidate)
            if not email:
                problem = problem or "malformed"
                continue
            name = words if angles else _comment_name(chunk)
            found.append(Address(_name(name), email))
        if len(candidates) > 1:
            problem = problem or "malformed"
        if ended_by == ";":
            in_group = False
        if len(found) >= limit:
            break
    return AddressList(tuple(found), problem)


def _unquoted(words: str) -> str:
    """A whole address in quotes, as some scripts send it."""
    return words[1:-1] if words.count('"') == 2 and words[0] == words[-1] == '"' else words


def normal_email(candidate: str) -> str:
    """The address in lower case, "" when it is not exactly one addr-spec."""
    candidate = candidate.strip().removeprefix("mailto:")
    if candidate.startswith("@") and ":" in candidate:  # an old source route: <@relay:name@host>
        candidate = candidate.split(":", 1)[1]
    local, at, domain = candidate.rpartition("@")
    local, domain = local.strip(), domain.strip().rstrip(".")
    if not at or len(candidate) > 254 or not _DOMAIN.fullmatch(domain) or ".." in domain:
        return ""
    if not (_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        return ""
    return f"{local}@{domain}".lower()


def _whole_words(value: str) -> str:
    """Some clients encode a whole `name <address>` as one encoded word: no address is visible until it is decoded."""
    return decode_words(value) if "=?" in value and "@" not in value else value


def _chunks(value: str) -> list[tuple[str, str]]:
    """Split at commas, semicolons and group colons that stand outside quotes, comments and angles."""
    out: list[tuple[str, str]] = []
    start, depth, quoted, angle, skip, grouped = 0, 0, False, False, False, False
    closable = '"' in value
    for index, char in enumerate(value):
        if skip:
            skip = False
        elif char == "\\" and (quoted or depth):
            skip = True
        elif quoted:
            quoted = char != '"'
        elif char == '"' and closable and not depth:
            quoted = '"' in value[index + 1 : index + 2000]
        elif char == "(":
            depth += ")" in value[index + 1 : index + 2000]
        elif char == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif char == "<":
            angle = True
        elif char == ">":
            angle = False
        elif (char == "," and not angle) or char == ";" or (char == ":" and not angle and not grouped):
            if char == ":" and ("@" in value[start:index] or value[start:index].strip().lower() in ("mailto", "")):
                continue
            grouped = char == ":" or (grouped and char != ";")
            out.append((value[start:index], char))
            start, angle = index + 1, False
    out.append((value[start:], ""))
    return [(chunk, ended) for chunk, ended in out if chunk.strip()]


def _pieces(chunk: str) -> tuple[str, list[str], bool]:
    """The words outside, the contents of each <…>, and whether parentheses or angles do not pair up."""
    words: list[str] = []
    angles: list[str] = []
    depth, quoted, skip, broken = 0, False, False, False
    inside: list[str] | None = None
    for char in chunk:
        target = words if inside is None else inside
        if skip:
            skip = False
            target.append(char)
        elif char == "\\" and (quoted or depth):
            skip = True
        elif depth:
            depth += (char == "(") - (char == ")")
        elif char == '"' and inside is None:
            quoted = not quoted
            target.append('"')
        elif quoted:
            target.append(char)
        elif char == "(" and inside is None:
            depth += 1
        elif char == ")" and inside is None:
            broken = True
            target.append(char)
        elif char == "<":
            if inside is not None:
                broken = broken or bool("".join(inside).strip())
            inside = []
        elif char == ">" and inside is not None:
            angles.append("".join(inside))
            inside = None
        elif char != ">":
            target.append(char)
    if inside is not None:
        angles.append("".join(inside))
        broken = True
    return "".join(words).strip(), [a for a in angles if a.strip()], broken or depth > 0


def _comment_name(chunk: str) -> str:
    """`name@host (A Name)`: the comment is the name."""
    start, end = chunk.find("("), chunk.rfind(")")
    return chunk[start + 1 : end] if 0 <= start < end else ""


def _name(words: str) -> str:
    words = words.strip()
    if words.startswith('"') and words.endswith('"') and len(words) > 1:
        words = words[1:-1]
    words = decode_words(words.replace('"', "") if words.count('"') > 1 else words)
    return one_line(words.strip().strip('"').strip("'") if words.count("'") != 1 else words.strip(' "'), 200)
