"""How long a source may keep us: time for an answer, for failing calls, for throttle waits; bounded tries."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from common.errors import ThrottledError, TransientError, UnavailableError
from common.settings import Settings, utc_now

Result = TypeVar("Result")
THROTTLE_FIRST_SECONDS = 60.0
THROTTLES = 20
WAIT_LIMIT_SECONDS = 20.0


class Patience:
    """What is left of one source's time. Waits that a platform asks for are counted apart from failing calls."""

    def __init__(self, settings: Settings, source: str) -> None:
        import structlog

        self.settings, self.source = settings, source
        self.failing = settings.failing_seconds
        self.throttled = settings.throttle_seconds
        self.log = structlog.get_logger().bind(source=source)

    def require_time(self, what: str) -> None:
        """Raise UnavailableError when failing calls have used up the source's time: nothing more is asked of it."""
        if self.failing <= 0:
            limit = self.settings.failing_seconds
            raise UnavailableError(
                f"{self.source}: {what}: not asked; failing calls have used up their {limit:.0f} s. Try again later."
            )

    def tried(self, what: str, once: Callable[[], Result]) -> Result:
        """Call `once` until it answers: again after a failing try or a throttle wait, within tries and time.

        Raises UnavailableError when tries or time are used up; any other error goes through.
        """
        import stamina.instrumentation

        stamina.instrumentation.set_on_retry_hooks([])  # tries are told by this log alone
        throttles = 0
        while True:
            self.require_time(what)
            started = time.monotonic()
            try:
                retries = stamina.retry_context(
                    on=TransientError, attempts=self.settings.tries, timeout=max(self.failing, 0.001),
                    wait_initial=self.settings.retry_seconds, wait_jitter=self.settings.retry_seconds / 2,
                    wait_max=WAIT_LIMIT_SECONDS,
                )  # fmt: skip
                for attempt in retries:
                    with attempt:
                        started_try = time.monotonic()
                        try:
                            result = once()
                        except TransientError as error:
                            self.log.debug("failed", what=what, why=str(error), attempt=attempt.num)
                            raise
                self.failing -= started_try - started
                return result
            except TransientError as error:
                self.failing -= time.monotonic() - started
                raise UnavailableError(f"{self.source}: {what}: {error}, {attempt.num} times. Try again later.") from error
            except ThrottledError as error:
                self.failing -= started_try - started
                self._wait(what, error, throttles)
                throttles += 1

    def _wait(self, what: str, error: ThrottledError, throttles: int) -> None:
        """Wait as long as the platform asks, or 60 s, 120 s, … where it doesn't say.

        Raises UnavailableError where that is longer than there is time for.
        """
        seconds = error.seconds if error.seconds is not None else THROTTLE_FIRST_SECONDS * 2**throttles
        if seconds > self.throttled or throttles >= THROTTLES:
            moment = utc_now() + timedelta(seconds=seconds)
            raise UnavailableError(
                f"{self.source}: {what}: asks to wait {told(seconds)}; nothing more is asked before {moment:%Y-%m-%d %H:%M} UTC. "
                "Run it again after that.",
                not_before=moment,
            ) from error
        self.pause(seconds, what)

    def pause(self, seconds: float, what: str) -> None:
        """Wait, on the account of throttle waits, but never longer than there is time for."""
        seconds = max(min(seconds, self.throttled), 0.0)
        self.throttled -= seconds
        self.log.warning("waiting", what=what, seconds=round(seconds, 1))
        time.sleep(seconds + random.uniform(0, min(0.05, seconds)))


def told(seconds: float) -> str:
    """A wait as a person reads it."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` asks for, given as seconds or as a date; None where it says neither."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(float(text), 0.0)
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max((until - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
