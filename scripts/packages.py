"""The Debian packages that the tests need: installed when missing and permitted, else told in the line to type."""

import os
import shutil
import subprocess
from collections.abc import Callable

from scripts.services import Missing, chromium, postgres_programs, redis_program

# By stage: how to find the program, and which package brings it.
NEEDS: dict[str, list[tuple[Callable[[], object], str]]] = {
    "postgres": [(postgres_programs, "postgresql"), (redis_program, "redis-server")],
    "sqlite": [(postgres_programs, "postgresql"), (redis_program, "redis-server")],
    "browser": [(chromium, "chromium")],
}


def missing(stages: list[str]) -> list[str]:
    """List the packages that the stages lack here."""
    found = []
    for stage in stages:
        for get, package in NEEDS.get(stage, []):
            try:
                get()
            except Missing:
                found.append(package)
    return list(dict.fromkeys(found))


def installer() -> list[str] | None:
    """Return how we may call apt-get: as root, by sudo that asks for no password, or not at all."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and quiet(["sudo", "-n", "true"]):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def line(packages: list[str]) -> str:
    """The line that somebody with the rights types."""
    by_hand = "apt-get" if os.geteuid() == 0 else "sudo apt-get"
    return f"{by_hand} install --no-install-recommends {' '.join(packages)}"


def install_missing(stages: list[str], say: Callable[[str], None]) -> None:
    """Install what the stages lack, or say what to install and go on with what can run."""
    packages = missing(stages)
    if not packages:
        return
    command = installer()
    if command is None:
        say(f"Missing here: {', '.join(packages)}. What needs them will not run. To install them:\n  {line(packages)}")
        return
    say(f"Installing the Debian packages {', '.join(packages)}; the tests start servers of their own from them …")
    install = [*command, "install", "-y", "-qq", "--no-install-recommends", *packages]
    if not quiet(install):
        quiet([*command, "update", "-qq"])  # a new machine has no package lists yet
        quiet(install)
    if still := missing(stages):
        say(f"apt-get could not install {', '.join(still)}. To see why:\n  {line(still)}")


def quiet(command: list[str]) -> bool:
    """Run a command without its words; say whether it went well."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    null = subprocess.DEVNULL
    return subprocess.run(command, env=env, stdin=null, stdout=null, stderr=null, check=False).returncode == 0
