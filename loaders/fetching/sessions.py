"""Browser sessions: one private profile per source and account (docs/how-it-works.md, "Personal data")."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from common.durable_files import write_durably
from common.errors import PersonNeededError, UsageError
from common.locks import hold_lock
from common.private_files import private_files
from common.settings import Settings, utc_now
from loaders.fetching.portal import Portal

STATE_FILE = "session.json"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class State:
    """What is known of a session: when a person logged in, when it last worked, when it will lapse if that is known.

    state: `ok`, or `lost` where a person must log in again.
    """

    logged_in_at: str
    last_ok_at: str
    lapses_at: str | None
    state: str
    state_at: str


@dataclass(frozen=True)
class Session:
    """Where one account's session lies."""

    source: str
    account: str
    folder: Path

    @property
    def profile(self) -> Path:
        """The browser's own folder."""
        return self.folder / "profile"

    @property
    def state(self) -> State | None:
        """What is known of it; None before the first login."""
        try:
            return State(**json.loads((self.folder / STATE_FILE).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def worked(self, lapses_at: datetime | None, logged_in: bool = False) -> None:
        """Note that the session works, and when it will lapse."""
        now, known = utc_now().isoformat(), self.state
        since = now if logged_in or not known else known.logged_in_at
        self._write(State(since, now, lapses_at.isoformat() if lapses_at else None, "ok", now))

    def lost(self) -> None:
        """Note that a person must log in again."""
        known = self.state
        if known and known.state != "lost":
            self._write(State(known.logged_in_at, known.last_ok_at, known.lapses_at, "lost", utc_now().isoformat()))

    def _write(self, state: State) -> None:
        with private_files():
            write_durably(self.folder / STATE_FILE, json.dumps(asdict(state), indent=1).encode())


def session_of(settings: Settings, source: str, account: str) -> Session:
    """Return the session of a source's account, whether it exists or not."""
    name = quote(account, safe="@ ") if account.strip(".") else quote(account, safe="").replace(".", "%2E")
    return Session(source, account, settings.sessions_dir / source / name)


def session_for(settings: Settings, source: str, portal: Portal, account: str) -> Session:
    """Return the session that an account of a source is seen with; one login may see them all."""
    return session_of(settings, source, "main" if portal.one_session else account)


@contextlib.contextmanager
def opened(settings: Settings, session: Session) -> Iterator[Session]:
    """Hold a session: its folder made private, its lock taken.

    Raises BusyError while another run holds it, UsageError when others can read it.
    """
    with private_files():
        for folder in (settings.sessions_dir, session.folder.parent, session.folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = session.folder.parent / f".{session.folder.name}.lock"
    busy = f"{session.source} {session.account}: another run uses this session. Try again when that run has ended."
    with hold_lock(path, settings.lock_wait_seconds, busy, mode=0o600):
        refuse_readable(settings, session)
        yield session


def refuse_readable(settings: Settings, session: Session) -> None:
    """Raise UsageError when anybody but the owner can read a session: it may have been copied."""
    if os.name == "nt":
        return
    inside = (Path(folder) / name for folder, *names in os.walk(session.folder) for name in (*names[0], *names[1]))
    for path in (settings.sessions_dir, session.folder.parent, session.folder, *inside):
        with contextlib.suppress(FileNotFoundError):
            found = path.lstat()
            if not stat.S_ISLNK(found.st_mode) and found.st_mode & OTHERS:
                raise UsageError(
                    f"{session.source} {session.account}: the session can be read by others ({path} is "
                    f"{stat.filemode(found.st_mode)}), so it may have been copied. Close it at the platform, remove "
                    f"{session.folder}, and log in again: `python cli.py login {session.source}`."
                )


def login_needed(session: Session, why: str) -> PersonNeededError:
    """Return the error that asks a person to log in."""
    account = "" if session.account == "main" else f" --account {session.account}"
    return PersonNeededError(
        f"{session.source} {session.account}: {why}. Log in again: `python cli.py login {session.source}{account}`."
    )
