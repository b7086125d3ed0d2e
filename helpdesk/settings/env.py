"""Strict readers of the environment: a value that cannot be right stops the start with one sentence that names it."""

import ipaddress
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
HOST = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")

_env = Env()


class BadSetting(ImproperlyConfigured):
    """A setting from the environment that cannot be used; the message names the variable and what it wants."""


def read_file(path: Path) -> None:
    """Load KEY=value lines from a file, if there is one; what the process environment already holds wins."""
    if path.is_file():
        _env.read_env(str(path), recurse=False)


def is_set(name: str) -> bool:
    """Tell whether the variable holds anything; an empty variable counts as absent, as Compose files leave them."""
    return bool(os.environ.get(name, "").strip())


def text(name: str, default: str = "") -> str:
    """Return one line of text without surrounding space."""
    value = os.environ.get(name, "").strip() or default
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise BadSetting(f"{name} must be one line of text without control characters.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return a yes or no, written as true/false, yes/no, on/off or 1/0."""
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise BadSetting(f"{name} must be true or false, not {value!r}.")
    return value in TRUE


def number(name: str, default: int, least: int = 0, most: int = 2**31) -> int:
    """Return a whole number between two bounds, both included."""
    value = text(name)
    if not value:
        return default
    if not re.fullmatch("[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise BadSetting(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def choice(name: str, options: Sequence[str], default: str) -> str:
    """Return one of the options."""
    value = text(name, default).lower()
    if value not in options:
        raise BadSetting(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone that this machine knows."""
    value = text(name, default)
    if value not in available_timezones():
        raise BadSetting(f"{name} must be a time zone like Europe/Copenhagen, not {value!r}.")
    return value


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return the parts of a comma-separated list, without empty ones."""
    if not is_set(name):
        return list(default)
    return [word.strip() for word in text(name).split(",") if word.strip()]


def words_from(name: str, options: Sequence[str]) -> list[str]:
    """Return the parts of a comma-separated list, each of which must be one of the options."""
    found = [word.lower() for word in words(name)]
    for word in found:
        if word not in options:
            raise BadSetting(f"{name} must be a list of {', '.join(options)}; {word!r} is none of them.")
    return found


def networks(name: str) -> list[str]:
    """Return a list of IP addresses or networks (10.0.0.0/8)."""
    found = words(name)
    for word in found:
        try:
            ipaddress.ip_network(word)
        except ValueError:
            raise BadSetting(
                f"{name} must list IP addresses or networks like 10.0.0.0/8; {word!r} is neither."
            ) from None
    return found


def host(name: str, default: str) -> str:
    """Return one host or domain name in lower case."""
    value = text(name, default).lower()
    if not HOST.match(value):
        raise BadSetting(f"{name} must be a host name like help.example.com, not {value!r}.")
    return value


def refuse_half_smtp(server: str, port: int, security: str, user: str, password: str) -> None:
    """Refuse SMTP settings that contradict each other; a wrong pair fails at the first mail, or sends it in clear."""
    if not server:
        if user or password:
            raise BadSetting("SMTP_HOST is not set, although SMTP_USER or SMTP_PASSWORD is.")
        return
    if "://" in server or not (HOST.match(server.lower()) or re.fullmatch(r"[0-9a-fA-F:.]+", server)):
        raise BadSetting("SMTP_HOST must be a host name alone, without a scheme, port or path.")
    if bool(user) != bool(password):
        raise BadSetting("SMTP_USER and SMTP_PASSWORD must be set together.")
    if password and security == "none":
        raise BadSetting("SMTP_SECURITY=none would send SMTP_PASSWORD unencrypted; use starttls or tls.")
    if (port, security) in {(465, "starttls"), (587, "tls")}:
        raise BadSetting("SMTP_PORT 465 speaks tls and 587 starttls; SMTP_SECURITY says the other one.")


def file_pair(first: str, second: str) -> tuple[str, str] | None:
    """Return the paths of two files that make sense together only; None when neither is set."""
    paths = {name: text(name) for name in (first, second)}
    if not any(paths.values()):
        return None
    for name, path in paths.items():
        if not path:
            other = first if name == second else second
            raise BadSetting(f"{other} needs {name} beside it.")
        try:
            with Path(path).open("rb"):
                pass
        except OSError as problem:
            raise BadSetting(f"{name} points to a file that cannot be read ({type(problem).__name__}).") from None
    return paths[first], paths[second]


def secret(name: str) -> str:
    """Return a secret from NAME or from the file that NAME_FILE points to; empty when neither is set."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    if is_set(name):
        raise BadSetting(f"{name} and {name}_FILE are both set; keep one of them.")
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSetting(f"{name}_FILE points to a file that cannot be read ({type(problem).__name__}).") from None
    if not value:
        raise BadSetting(f"{name}_FILE points to an empty file.")
    return value


def _split(name: str, value: str, schemes: Sequence[str]) -> SplitResult:
    """Split a URL; the message never repeats the value, which may hold a password."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is what raises on a port that is no number
    except ValueError:
        raise BadSetting(f"{name} is not a URL.") from None
    if parts.scheme not in schemes:
        raise BadSetting(f"{name} must start with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return parts


def base_url(name: str, default: str) -> SplitResult:
    """Return the public address of the site: http(s), a host, perhaps a port, and nothing after it."""
    parts = _split(name, text(name, default).rstrip("/"), ("http", "https"))
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
        raise BadSetting(f"{name} must be an address like https://help.example.com, without a path or a name.")
    return parts


def hosts(name: str, default: Sequence[str]) -> list[str]:
    """Return host names that may be asked for; the wildcard that switches the protection off is refused."""
    found = [word.lower() for word in words(name, default)]
    for host in found:
        if "*" in host:
            raise BadSetting(f"{name} must list the host names by name; {host!r} would accept any.")
        bare = host.removeprefix(".").strip("[]")
        if not HOST.match(bare) and not re.fullmatch(r"[0-9a-f:]+", bare):
            raise BadSetting(f"{name} must be a comma-separated list of host names; {host!r} is not one.")
    return found


def redis_url(name: str) -> str:
    """Return the Redis address, or an empty string when the install runs without Redis."""
    value = secret(name)
    if value:
        parts = _split(name, value, ("redis", "rediss"))
        if not parts.hostname:
            raise BadSetting(f"{name} names no host; write redis://host:6379/0.")
    return value


def database(name: str, sqlite: Path) -> dict[str, Any]:
    """Return Django's description of the database; SQLite in the data folder when nothing is set.

    A unix socket stands percent-encoded in the host: postgres://app@%2Frun%2Fpostgresql/app.
    """
    value = secret(name) or f"sqlite:///{sqlite}"
    parts = _split(name, value, ("sqlite", "postgres", "postgresql"))
    if not parts.path.strip("/"):
        raise BadSetting(f"{name} names no database; write postgres://user:password@host/name or sqlite:////path.")
    one = Env()
    os.environ["_HELPDESK_DATABASE"] = value
    try:
        return dict(one.dj_db_url("_HELPDESK_DATABASE"))
    except EnvError:
        raise BadSetting(f"{name} is not a database URL.") from None
    finally:
        del os.environ["_HELPDESK_DATABASE"]
