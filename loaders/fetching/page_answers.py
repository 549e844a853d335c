"""What a page gets and what it saves: whole answers and whole files, or an error."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from common.errors import TransientError, UnavailableError
from loaders.fetching.portal import Captured, Downloaded
from loaders.fetching.sessions import Session, login_needed
from loaders.fetching.traffic import IsWanted, Traffic

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

    from common.settings import Settings

LOOK_SECONDS = 0.1
QUIET_SECONDS = 1.5
DOWNLOAD_LIMIT_BYTES = 4 << 30
SLOWEST_BYTES_PER_SECOND = 16_384


class OpenPage(Protocol):
    """What is needed of a browser with a page open; `loaders.fetching.browser.Browser` is one."""

    page: Page
    traffic: Traffic
    session: Session
    settings: Settings
    source: str
    download_folder: Path

    def judge(self, status: int, headers: dict[str, str], path: str) -> None:
        """Raise what a status means; nothing for one that is well."""

    def until(self, look: Callable[[], Any], seconds: float | None = None) -> Any:
        """Look again and again until something is found."""

    def refuse_foreign(self) -> None:
        """Raise UnavailableError where a request went to another host."""


def captured(
    browser: OpenPage,
    wanted: IsWanted,
    steps: Callable[[], object],
    at_least: int,
    needed: IsWanted,
) -> list[Captured]:
    """Take the steps; return every wanted answer, once there are `at_least` so many and no more come.

    Raises TransientError when they do not come whole in time.
    """
    steps()
    deadline = time.monotonic() + browser.settings.answer_seconds
    quiet_since = time.monotonic()
    ended = 0
    while time.monotonic() < deadline:
        found = browser.traffic.matching(wanted)
        done = [one for one in found if one.request in browser.traffic.ended]
        if len(done) != ended:
            ended, quiet_since = len(done), time.monotonic()
        is_quiet = time.monotonic() - quiet_since > QUIET_SECONDS or len(done) == at_least == 1
        if len(done) >= at_least and len(done) == len(found) and is_quiet:
            bodies = (body_if_needed(browser, one, needed) for one in done)
            return [one for one in bodies if one]
        browser.page.wait_for_timeout(LOOK_SECONDS * 1000)
    raise TransientError(f"no whole answer within {browser.settings.answer_seconds:.0f} s")


def body_if_needed(browser: OpenPage, response: Response, needed: IsWanted) -> Captured | None:
    """Return an answer; None for one that failed and is not needed."""
    if needed(response.url, response.request.post_data):
        return body_of(browser, response)
    if response.status >= 400 or browser.traffic.ended.get(response.request):
        return None
    with contextlib.suppress(TransientError):
        return body_of(browser, response)
    return None


def body_of(browser: OpenPage, response: Response) -> Captured:
    """Return an answer with its whole body.

    Raises what its status means, TransientError for one that is not whole.
    """
    path = urlsplit(response.url).path
    browser.judge(response.status, response.headers, path)
    if response.status in (401, 403):
        browser.session.lost()
        raise login_needed(browser.session, f"{path} is not allowed ({response.status})")
    if response.status >= 400:
        raise UnavailableError(f"{browser.source}: {path}: refused ({response.status}).")
    if browser.traffic.ended.get(response.request):
        raise TransientError(f"the connection failed ({browser.traffic.ended[response.request]})")
    body = response.body()
    if not body.strip():
        raise TransientError("an empty answer")
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        raise TransientError("an answer that is no whole JSON") from error
    return Captured(body, response.url, response.request.post_data)


def downloaded(browser: OpenPage, steps: Callable[[], object], is_whole: Callable[[Path], bool]) -> Downloaded:
    """Take the steps; return the file that the page saves.

    Raises TransientError when none starts in time, or it does not come whole.
    """
    from playwright.sync_api import TimeoutError as Late

    before = set(browser.download_folder.iterdir()) if browser.download_folder.exists() else set()
    with contextlib.suppress(Late):  # the click itself waits for what it starts
        steps()
        browser.until(lambda: browser.traffic.downloads, browser.settings.answer_seconds)
    if not browser.traffic.downloads:
        browser.refuse_foreign()
        raise TransientError(f"no download started within {browser.settings.answer_seconds:.0f} s")
    download, started = browser.traffic.downloads[0], time.monotonic()
    while True:
        new = [path for path in browser.download_folder.iterdir() if path not in before]
        if not new or any(path.suffix != ".crdownload" for path in new):
            break
        seconds, received = time.monotonic() - started, sum(size_of(path) for path in new)
        too_slow = seconds > browser.settings.answer_seconds and received < seconds * SLOWEST_BYTES_PER_SECOND
        if too_slow or received > DOWNLOAD_LIMIT_BYTES:
            download.cancel()
            raise TransientError("a download too slow to end" if too_slow else "a download without an end")
        browser.page.wait_for_timeout(LOOK_SECONDS * 1000)
    if download.failure():
        raise TransientError(f"the download failed ({download.failure()})")
    path = Path(download.path())
    if not path.stat().st_size:
        raise TransientError("an empty download")
    if not is_whole(path):
        raise TransientError("a download that ends in the middle")
    return Downloaded(path, download.suggested_filename)


def size_of(path: Path) -> int:
    """The size of a file that may be renamed at any moment."""
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return 0
