"""What kind of install this is, and what it may therefore not do: the guards that refuse an unsafe start."""

import ipaddress
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import SplitResult

from helpdesk.settings import env
from helpdesk.settings.env import BadSetting

KEY_LENGTH = 50
# Keys that were published somewhere: in Django's template, in our example file, in the suite.
KNOWN_KEYS = ("django-insecure", "insecure", "changeme", "change-me", "example", "secret", "the-suite-needs")


def is_loopback(host: str) -> bool:
    """Tell whether a host name can only mean this machine."""
    bare = host.strip("[]").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def is_embedded(base: SplitResult, allowed: list[str]) -> bool:
    """Tell whether the install is embedded: reachable under names of this machine only.

    Everything else is production, whatever it calls itself, and must bring its own secrets.
    """
    return all(is_loopback(host) for host in (base.hostname or "", *allowed))


def refuse_unsafe(*, embedded: bool, debug: bool, base: SplitResult, plain_http: bool) -> None:
    """Stop the start of a production install that shows its insides or sends sign-ins unencrypted."""
    if embedded:
        return
    if debug:
        raise BadSetting("DEBUG must be off when the site is reachable from outside (see BASE_URL and ALLOWED_HOSTS).")
    if base.scheme != "https" and not plain_http:
        raise BadSetting(
            "BASE_URL must start with https:// when the site is reachable from outside; "
            "set ALLOW_PLAIN_HTTP=true if the network in between is trusted."
        )


def secret_key(*, embedded: bool, folder: Path) -> str:
    """Return the signing key: the given one, or in an embedded install one made at the first start and kept."""
    given = env.secret("SECRET_KEY")
    if not given:
        if not embedded:
            raise BadSetting(
                "SECRET_KEY is not set; give it, or SECRET_KEY_FILE, at least 50 random characters "
                "(python -c 'import secrets; print(secrets.token_urlsafe(50))')."
            )
        return _kept_key(folder / "secret_key")
    if not embedded and (len(given) < KEY_LENGTH or len(set(given)) < 10):
        raise BadSetting("SECRET_KEY must be at least 50 characters that were drawn at random.")
    if not embedded and given.lower().startswith(KNOWN_KEYS):
        raise BadSetting("SECRET_KEY looks like an example that others know too; draw one of your own.")
    return given


def _kept_key(path: Path) -> str:
    """Return the key in the file, making it when it is missing; two processes that start at once agree on one."""
    try:
        if not path.exists():
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # mode 0600
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(64))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)  # fails when the other process was first, and its key counts
            except FileExistsError:
                pass
            finally:
                Path(draft).unlink()
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSetting(f"DATA_DIR cannot keep the secret key ({type(problem).__name__}: {path}).") from None
    if len(key) < KEY_LENGTH:
        raise BadSetting(
            f"The secret key in DATA_DIR is damaged; delete {path} to sign everybody out and make a new one."
        )
    return key


def data_dir(path: str) -> Path:
    """Return the folder of everything that this install keeps on disk, made for its owner alone."""
    folder = Path(path).expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise BadSetting(f"DATA_DIR cannot be made ({type(problem).__name__}: {folder}).") from None
    return folder
