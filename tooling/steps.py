"""Steps of the set-up: each one idempotent, stamped, logged and told in one line."""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from . import layout

# A line of progress now and then where the output is no terminal (CI, a pipe).
QUIET_SECONDS = 20

# How a traceback, apt, pip and npm name what was wrong.
_REASON = re.compile(r"^([A-Za-z_.]*(Error|Exception|Exit|Failed)\b.*:|E:|npm error)")
_ODOO_PREFIX = re.compile(r"^[\d-]+ [\d:,]+ \d+ [A-Z]+ \S+ [\w.]+: ")


class Failure(Exception):
    """Something went wrong; the message is the one line the user reads."""


class CommandFailed(Exception):
    """A program ended with an error; the message is its last word."""


@dataclass(frozen=True)
class Step:
    """One part of the set-up.

    It is done when its stamp equals the hash of `inputs` and `present()` agrees.
    `work(log)` must cope with what an interrupted run left behind.
    """

    name: str
    title: str
    work: Callable
    advice: str
    inputs: Callable = tuple
    present: Callable = lambda: True

    @property
    def stamp(self):
        return layout.STAMPS / self.name

    def key(self):
        """The hash of everything this step's result depends on."""
        return digest(*self.inputs())

    def done(self):
        """Whether nothing needs doing."""
        return read(self.stamp) == self.key() and self.present()


def digest(*parts):
    """A short hash of some texts, which cannot run into each other."""
    whole = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()[:12]


def read(path):
    """The text of a small file, or nothing when there is none."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def write(path, text, mode=0o644):
    """Write a small file at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(path)


def say(text):
    """One line to the user, at once even in a pipe."""
    print(text, flush=True)


class Log:
    """The log file of a step, and the programs that write into it."""

    def __init__(self, name):
        self.path = layout.LOG / f"{name}.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"")

    def note(self, text):
        """Write a line of our own."""
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(text.rstrip() + "\n")

    def call(self, *command, **options):
        """Run a program into the log; an error is raised with its last word."""
        command = [str(part) for part in command]
        self.note("$ " + " ".join(command))
        options.setdefault("stdin", subprocess.DEVNULL)
        with self.path.open("ab") as stream:
            try:
                code = subprocess.run(
                    command, stdout=stream, stderr=subprocess.STDOUT, **options
                ).returncode
            except FileNotFoundError:
                raise CommandFailed(f"{command[0]} is not installed") from None
        if code:
            name = os.path.basename(command[0])
            raise CommandFailed(f"{name} ended with {code}: {self.reason()}")

    def last_word(self, width=160):
        """The last line that says something, without Odoo's time and logger."""
        return next(self._backwards(), "no output")[:width]

    def reason(self, width=200):
        """The last line that names an error, or else the last line."""
        found = (line for line in self._backwards() if _REASON.match(line))
        return next(found, self.last_word())[:width]

    def _backwards(self, size=65536):
        """The lines at the end of the log, last first, without empty ones."""
        with self.path.open("rb") as stream:
            stream.seek(max(0, self.path.stat().st_size - size))
            lines = stream.read().decode(errors="replace").splitlines()
        stripped = (_ODOO_PREFIX.sub("", line.strip()) for line in reversed(lines))
        return filter(None, stripped)


def ensure(*steps):
    """Do those of `steps` that are not done, in order."""
    pending = [step for step in steps if not step.done()]
    if not pending:
        return
    with locked("setup"):
        for number, step in enumerate(steps, 1):
            if not step.done():  # another ./pm may have done it meanwhile
                _perform(step, f"[{number}/{len(steps)}] {step.title}")


def _perform(step, title):
    step.stamp.unlink(missing_ok=True)
    with task(step.name, title, step.advice) as log:
        step.work(log)
    write(step.stamp, step.key())


@contextmanager
def task(name, title, advice):
    """Log and time one piece of work; what goes wrong becomes a one-line failure."""
    log = Log(name)
    try:
        with progress(title, log):
            yield log
    except (CommandFailed, OSError) as error:
        what = " ".join(str(error).split())
        raise Failure(
            f"{title} failed: {what}; {advice} (details: {layout.shown(log.path)})"
        ) from error


@contextmanager
def progress(title, log):
    """Show the time that passes and the last line of the log, until done."""
    started = time.monotonic()
    ended = threading.Event()
    terminal = sys.stdout.isatty()
    if not terminal:
        say(f"{title} …")

    def show():
        while not ended.wait(1 if terminal else QUIET_SECONDS):
            seconds = time.monotonic() - started
            line = f"{title} … {seconds:.0f} s · {log.last_word(60)}"
            if terminal:
                print(f"\r\033[K{line}", end="", flush=True)
            else:
                say(line)

    watcher = threading.Thread(target=show, daemon=True)
    watcher.start()
    word = "stopped"
    try:
        yield
        word = "done"
    finally:
        ended.set()
        watcher.join()
        seconds = time.monotonic() - started
        if terminal:
            print("\r\033[K", end="")
        say(f"{title}: {word} in {seconds:.1f} s")


@contextmanager
def locked(name):
    """Hold a lock that ends with this process, however it ends."""
    path = layout.HOME / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            say(f"waiting for another ./pm (process {stream.read().strip() or '?'})")
            fcntl.flock(stream, fcntl.LOCK_EX)
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
