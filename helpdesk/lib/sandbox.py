"""Run a pure function in a child process that can be killed: for native code that no soft limit can interrupt."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

ROOT = str(Path(__file__).resolve().parents[2])
IDLE_CHILDREN = 2
CALLS_PER_CHILD = 200
MEMORY = 768 * 1024 * 1024
START_ALLOWANCE = 10.0
"""Seconds that a fresh child may take to start on a busy machine before it is given up."""


class SandboxError(Exception):
    """The child was killed for taking too long, died, or its function raised."""


class _Child:
    def __init__(self) -> None:
        code = f"import sys; sys.path.insert(0, {ROOT!r}); from helpdesk.lib.sandbox import serve; serve()"
        self.calls = 0
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONHASHSEED": "random"},
        )
        self.ask(["ready"], START_ALLOWANCE)

    def ask(self, message: list[Any], timeout: float) -> Any:
        if self.process.stdin is None or self.process.stdout is None:
            raise SandboxError("died")
        watch = threading.Timer(timeout, self.process.kill)
        watch.daemon = True
        watch.start()
        try:
            _send(self.process.stdin, message)
            answer = _receive(self.process.stdout)
        except OSError as error:
            raise SandboxError("died") from error
        finally:
            watch.cancel()
        self.calls += 1
        if answer is None:
            raise SandboxError("killed")
        if "error" in answer:
            raise SandboxError(str(answer["error"]))
        return answer["value"]

    def end(self) -> None:
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.wait()


class _Pool:
    """Idle children of this process; safe for threads, and forgotten (not shared) by a forked process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.idle: list[_Child] = []

    def take(self) -> _Child | None:
        with self.lock:
            return self.idle.pop() if self.idle else None

    def give_back(self, child: _Child) -> None:
        with self.lock:
            if child.calls < CALLS_PER_CHILD and len(self.idle) < IDLE_CHILDREN:
                self.idle.append(child)
                return
        child.end()


_pool = _Pool()


def _forget() -> None:
    global _pool
    _pool = _Pool()


os.register_at_fork(after_in_child=_forget)


def call(function: str, *arguments: Any, timeout: float = 2.0) -> Any:
    """Call "module:name" of this project with JSON values; raises SandboxError after `timeout` seconds."""
    pool, child = _pool, _pool.take()
    if child is not None and child.process.poll() is not None:
        child.end()
        child = None
    child = child or _Child()
    try:
        value = child.ask([function, *arguments], timeout)
    except SandboxError as error:
        if str(error) in ("killed", "died"):
            child.end()
        else:
            pool.give_back(child)
        raise
    except BaseException:
        child.end()
        raise
    pool.give_back(child)
    return value


def serve() -> None:
    """The child's side: answer calls until the parent closes the pipe; memory is capped."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    stdin, stdout = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (message := _receive(stdin)) is not None:
        try:
            name, *arguments = message
            answer = {"value": True if name == "ready" else _function(name)(*arguments)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        _send(stdout, answer)


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    if not module.startswith(("helpdesk.lib.", "channels.")):
        raise ValueError(f"{name} may not run in the sandbox")
    return getattr(importlib.import_module(module), function)


def _send(pipe: IO[bytes], message: Any) -> None:
    data = json.dumps(message).encode()
    pipe.write(struct.pack(">I", len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(4)
    if len(head) < 4:
        return None
    size = struct.unpack(">I", head)[0]
    data = pipe.read(size)
    return json.loads(data) if len(data) == size else None
