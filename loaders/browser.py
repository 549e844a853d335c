"""A platform's own pages in a real browser: positively the page that is wanted, or an error; never a password that isn't set."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from loaders.errors import MissingError, PersonNeededError, ThrottledError, TransientError, UnavailableError, UsageError
from loaders.limits import Patience, retry_after
from loaders.private import private_files, private_folder
from loaders.secrets import register, strike
from loaders.sessions import Session, login_needed
from loaders.settings import utc_now

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Download, Locator, Page, Request, Response

Result = TypeVar("Result")
LOOK_SECONDS = 0.05
QUIET_SECONDS = 1.5
START_AGAIN_SECONDS = 4.0
SETTLED_SECONDS = 0.5
DOWNLOAD_LIMIT_BYTES = 4 << 30
SLOWEST_BYTES_PER_SECOND = 16_384
NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "microsoft-edge", "msedge", "chrome")
MAC_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_PLACES = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)


@dataclass(frozen=True)
class Portal:
    """What a source's pages look like: how to tell that one is logged in, and how a person logs in.

    home: a page that only a logged-in person sees; marker: a selector that is only there.
    domains: hosts, with all below them, that the browser may ask; no other is ever resolved.
    login_domains: further ones, for a captcha say, while a person logs in and never else.
    login_signs: parts of an address, wall: a selector, that mean that the session is lost. challenge: a captcha.
    email_from, password_from: environment names; a password is typed only where both are set.
    token: a pattern of names in the pages' local storage under which a JWT lies, whose end is the session's.
    session_days: how long a login lasts, where the platform's sessions end by themselves.
    one_session: one login sees every account of the source.
    shown: the platform distrusts browsers without a window, so one is shown wherever there is a screen.
    """

    home: str
    marker: str
    domains: tuple[str, ...]
    login_domains: tuple[str, ...] = ()
    login: str = "/login"
    login_signs: tuple[str, ...] = ("login", "signin")
    wall: str = "input[type=password], a[href*='login'], a[href*='signin']"
    challenge: str = (
        "iframe[src*='captcha']:not([src*='size=invisible']), [id*='captcha'], "
        "[class*='captcha']:not(.grecaptcha-badge, .grecaptcha-badge *)"
    )
    email_field: str = "input[type=email]"
    password_field: str = "input[type=password]"
    submit: str = "button[type=submit]"
    email_from: str = ""
    password_from: str = ""
    token: str = ""
    session_days: float | None = None
    one_session: bool = False
    shown: bool = False


@dataclass(frozen=True)
class Captured:
    """One answer that a page got: its whole body, its address, and what was posted for it."""

    body: bytes
    url: str
    posted: str | None


@dataclass(frozen=True)
class Downloaded:
    """One file that a page saved, under the name it suggested."""

    path: Path
    name: str


class Browser:
    """One account's browser. Use it in `with`; every try has a page of its own."""

    def __init__(
        self,
        session: Session,
        portal: Portal,
        base: str,
        patience: Patience,
        headed: bool,
        email: str = "",
        password: str = "",
        for_login: bool = False,
    ) -> None:
        self.session, self.portal, self.base, self.patience, self.headed = session, portal, base.rstrip("/"), patience, headed
        self.email, self.password, self.for_login = email, password, for_login
        self.source, self.settings = session.source, patience.settings
        self.page: Page
        self._requests: list[Request] = []
        self._responses: list[Response] = []
        self._ended: dict[Request, str | None] = {}
        self._started: list[Download] = []
        self._prefilled: set[str] = set()
        self._trying = False
        self._signed_in = False

    def __enter__(self) -> Browser:
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def _start(self, stack: contextlib.ExitStack) -> None:
        from playwright.sync_api import Error, sync_playwright

        self._downloads = stack.enter_context(private_folder(self.settings))
        with private_files():
            self.session.profile.mkdir(mode=0o700, exist_ok=True)
            playwright = stack.enter_context(sync_playwright())
            program = find_browser(self.settings.browser, playwright.chromium.executable_path)
            hosts = ", ".join(f"EXCLUDE {name}" for one in self._allowed() for name in (one, f"*.{one}"))
            start = functools.partial(
                playwright.chromium.launch_persistent_context, self.session.profile, executable_path=program,
                headless=not self.headed, service_workers="block", accept_downloads=True, downloads_path=self._downloads,
                chromium_sandbox=not runs_as_root(), locale="en-US", viewport={"width": 1400, "height": 1000},
                args=["--disable-gpu", "--disable-background-networking", f"--host-resolver-rules=MAP * ~NOTFOUND, {hosts}"],
            )  # fmt: skip
            try:
                self.context: BrowserContext = start()
            except Error:
                time.sleep(START_AGAIN_SECONDS)  # the browser of a killed run may still be closing this profile
                try:
                    self.context = start()
                except Error as error:
                    raise UsageError(
                        f"{program}: the browser does not start ({first_line(error)}). Set BEDROT_BROWSER."
                    ) from error
        self.context.set_default_timeout(self.settings.answer_seconds * 1000)
        self.context.on("request", lambda request: self._requests.append(request))
        self.context.on("response", lambda response: self._responses.append(response))
        self.context.on("requestfinished", lambda request: self._ended.__setitem__(request, None))
        self.context.on("requestfailed", lambda request: self._ended.__setitem__(request, request.failure or "failed"))
        self.context.on("page", lambda page: page.on("download", lambda download: self._started.append(download)))
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # a browser that died closes with an error; what it got has landed
            self.context.close()
        self._stack.close()

    # ------------------------------------------------------------------ steps

    def open(self, address: str, marker: str) -> Page:
        """Open a page and make sure that it is the one with this marker.

        Raises PersonNeededError at a login wall or a captcha, UnavailableError for another page.
        """
        return self.tried(f"page {urlsplit(address).path}", lambda: self._opened(urljoin(self.base + "/", address), marker))

    def press(self, what: str, selectors: tuple[str, ...]) -> None:
        """Click the first of these that is there.

        Raises UnavailableError when none is: the page has changed.
        """
        self.page.locator(self.expect(what, selectors)).first.click()

    def captures(
        self,
        what: str,
        wanted: Callable[[str, str | None], bool],
        steps: Callable[[], object],
        at_least: int = 1,
        needed: Callable[[str, str | None], bool] = lambda *_: True,
    ) -> list[Captured]:
        """Take the steps and return every answer that the page got and that is wanted (by address and posted text).

        It waits for `at_least` of them, and then until no more come. One that failed and is not `needed` is left out.
        Raises as `open` does.
        """
        return self.tried(what, lambda: self._captured(wanted, steps, at_least, needed))

    def capture(self, what: str, wanted: Callable[[str, str | None], bool], steps: Callable[[], object]) -> Captured:
        """Take the steps and return the last wanted answer, as `captures` does."""
        return self.captures(what, wanted, steps)[-1]

    def download(self, what: str, steps: Callable[[], object], is_whole: Callable[[Path], bool] = lambda _: True) -> Downloaded:
        """Take the steps and return the file that the page saves; `is_whole` tells whether it ends as it should.

        Raises UnavailableError when none starts, or it does not come whole.
        """
        return self.tried(what, lambda: self._downloaded(steps, is_whole))

    def expect(self, what: str, selectors: tuple[str, ...]) -> str:
        """Wait until one of these is there, and return it.

        Raises UnavailableError when none is: the page has changed.
        """
        deadline = time.monotonic() + self._settle_seconds
        while time.monotonic() < deadline:
            for selector in selectors:
                if self._is_visible(selector):
                    return selector
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        raise self.changed(f"{what} is not there (looked for {', '.join(selectors)})")

    def settle(self) -> None:
        """Wait until the page has got all that it asked for, and asks for nothing more for a moment; only so long."""
        deadline = time.monotonic() + self._settle_seconds
        asked, quiet_since = len(self._requests), time.monotonic()
        while time.monotonic() < deadline:
            if asked != len(self._requests) or any(one not in self._ended for one in self._requests):
                asked, quiet_since = len(self._requests), time.monotonic()
            elif time.monotonic() - quiet_since > SETTLED_SECONDS:
                return
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)

    def shows(self, selectors: tuple[str, ...]) -> bool:
        """Say whether one of these is there, or comes in a moment."""
        deadline = time.monotonic() + QUIET_SECONDS
        while not any(self._is_visible(selector) for selector in selectors):
            if time.monotonic() > deadline:
                return False
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        return True

    def choose(self, label: str) -> bool:
        """Choose an option by its label in the page's pull-down that offers it; say whether one does."""
        menu = self.page.locator(f"select:has(option:text-is({json.dumps(label)}))").first
        if not menu.count():
            return False
        menu.select_option(label=label)
        return True

    def pick(self, what: str, menu: tuple[str, ...], labels: tuple[str, ...]) -> str | None:
        """Open a pull-down that the page draws by itself and choose the first of these labels that it offers.

        Returns the label; None where it offers none of them. Raises UnavailableError when the pull-down is not there.
        """
        opener = self.expect(what, menu)
        shown = [self._labelled(label).count() for label in labels]
        self.page.locator(opener).locator("visible=true").first.click()
        deadline = time.monotonic() + self._settle_seconds
        offered: list[str] = []
        while time.monotonic() < deadline:
            was_offered = bool(offered)
            offered = [one for one, before in zip(labels, shown, strict=True) if self._labelled(one).count() > before]
            if offered and was_offered:
                self._labelled(offered[0]).last.click()
                return offered[0]
            self.page.wait_for_timeout((SETTLED_SECONDS if offered else LOOK_SECONDS) * 1000)  # it may still be opening
        return None

    def content(self) -> str:
        """The page as it is shown, once everything of it is loaded."""
        self.page.wait_for_load_state("load")
        return self.page.content()

    # ------------------------------------------------------------------ one try

    def tried(self, what: str, once: Callable[[], Result]) -> Result:
        """Call `once`, on a fresh page for each try, until it answers; within another try, just call it."""
        if self._trying:
            return once()
        self._trying = True
        try:
            return self.patience.tried(what, lambda: self._once(once))
        finally:
            self._trying = False

    def _once(self, once: Callable[[], Result]) -> Result:
        from playwright.sync_api import Error

        try:
            self._fresh_page()
            return once()
        except (Error, TransientError, UnavailableError) as error:
            self._refuse_lost(error)
            if isinstance(error, Error):
                raise TransientError(f"the page failed ({first_line(error)})") from error
            raise

    def _refuse_lost(self, error: Exception) -> None:
        """Where a try failed because the page has turned into a wall or a captcha, raise what says so.

        Where the password is set it is typed, and TransientError says that another try is worth it; else PersonNeededError.
        """
        from playwright.sync_api import Error

        seen = ""
        with contextlib.suppress(Error):  # a page that is gone shows neither
            self.context.new_cdp_session(self.page).send("Page.stopLoading")  # else looking waits for a page that hangs
            if not self._is_own(self.page.url):
                return
            if self._is_at_login(self.page.url) or self._is_visible(self.portal.password_field):
                seen = "wall"
            elif self._is_visible(self.portal.challenge):
                seen = "challenge"
            if seen == "wall":
                seen = self._sign_in(urljoin(self.base + "/", self.portal.home), self.portal.marker)
        if seen == "page":
            raise TransientError("the session ended, and was begun again") from error
        if seen:
            raise self._not_the_page(seen, self.page.url, self.portal.marker) from error

    def _fresh_page(self) -> None:
        old = list(self.context.pages)
        self.page = self.context.new_page()
        self._requests.clear()
        self._responses.clear()
        self._ended.clear()
        self._started.clear()
        for one in old:
            one.close()

    def _opened(self, url: str, marker: str) -> Page:
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as Late

        try:
            response = self.page.goto(url, wait_until="domcontentloaded")
        except Late as error:
            raise TransientError(f"no whole page within {self.settings.answer_seconds:.0f} s") from error
        except Error as error:
            self._refuse_foreign()
            raise TransientError(f"the connection failed ({first_line(error)})") from error
        self.patience.log.debug("page", path=urlsplit(url).path, status=response.status if response else None)
        if response:
            self._judge(response.status, response.headers, urlsplit(url).path)
        seen = self._what_is_shown(marker)
        if seen == "wall":
            seen = self._sign_in(url, marker)
        if seen != "page":
            raise self._not_the_page(seen, url, marker)
        self._remember()
        return self.page

    def _judge(self, status: int, headers: dict[str, str], path: str) -> None:
        if status == 429 or (status == 503 and "retry-after" in headers):
            raise ThrottledError(retry_after(headers))
        if status == 404:
            raise MissingError(f"{self.source}: {path}: not found (404). It may have moved: mend it in loaders/{self.source}.py.")
        if status >= 500 or status == 408:
            raise TransientError(f"answered with {status}")

    def _what_is_shown(self, marker: str) -> str:
        """Look until the page shows its marker, a challenge or a wall; say which, or `other` when it has settled on none."""
        started = settled = time.monotonic()
        while time.monotonic() - started < self.settings.answer_seconds:
            if not self._is_own(self.page.url):
                return "foreign"
            if self._is_at_login(self.page.url):
                return "wall"
            if self._is_visible(marker):
                return "page"
            if self._is_visible(self.portal.challenge):
                return "challenge"
            if self._is_visible(self.portal.password_field):
                return "wall"
            if self.page.evaluate("document.readyState") != "complete":
                settled = time.monotonic()
            elif time.monotonic() - settled > self._settle_seconds:
                break
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        return "wall" if self._is_visible(self.portal.wall) else "other"

    def _not_the_page(self, seen: str, url: str, marker: str) -> Exception:
        if seen == "foreign":
            return self._foreign(self.page.url)
        if seen in ("wall", "challenge", "second step"):
            self.session.lost()
            why = {"wall": "the session is lost", "challenge": "a captcha is asked for", "second step": "a code is asked for"}
            return login_needed(self.session, why[seen])
        return self.changed(f"{urlsplit(url).path} shows another page ({self.page.title()[:60]!r}, without {marker})")

    def _sign_in(self, url: str, marker: str) -> str:
        """Type the password where it is set, once; return what is shown then."""
        if not (self.email and self.password) or self._signed_in:
            return "wall"
        self._signed_in = True
        if not self._is_visible(self.portal.password_field):
            self.page.goto(urljoin(self.base + "/", self.portal.login), wait_until="domcontentloaded")
        if not self._comes(lambda: self._is_visible(self.portal.password_field)):
            return "wall"
        self.page.locator(self.portal.email_field).first.fill(self.email)
        self.page.locator(self.portal.password_field).first.fill(self.password)
        self.page.locator(self.portal.submit).first.click()
        self._comes(lambda: not self._is_visible(self.portal.password_field))
        self.page.wait_for_load_state("domcontentloaded")
        if self._is_visible(self.portal.password_field):
            return "wall"
        self.page.goto(url, wait_until="domcontentloaded")
        seen = self._what_is_shown(marker)
        return "second step" if seen == "wall" else seen

    def _captured(
        self,
        wanted: Callable[[str, str | None], bool],
        steps: Callable[[], object],
        at_least: int,
        needed: Callable[[str, str | None], bool],
    ) -> list[Captured]:
        steps()
        deadline = time.monotonic() + self.settings.answer_seconds
        quiet_since = time.monotonic()
        ended = 0
        while time.monotonic() < deadline:
            matching = self._matching(wanted)
            done = [one for one in matching if one.request in self._ended]
            if len(done) != ended:
                ended, quiet_since = len(done), time.monotonic()
            is_quiet = time.monotonic() - quiet_since > QUIET_SECONDS or len(done) == at_least == 1
            if len(done) >= at_least and len(done) == len(matching) and is_quiet:
                return [found for one in done if (found := self._body_if_needed(one, needed))]
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        raise TransientError(f"no whole answer within {self.settings.answer_seconds:.0f} s")

    def _matching(self, wanted: Callable[[str, str | None], bool]) -> list[Response]:
        return [
            one for one in self._responses
            if one.request.method != "OPTIONS" and wanted(one.url, one.request.post_data)
        ]  # fmt: skip

    def _body_if_needed(self, response: Response, needed: Callable[[str, str | None], bool]) -> Captured | None:
        """Return an answer; None for one that failed and is not needed."""
        if needed(response.url, response.request.post_data):
            return self._body_of(response)
        if response.status >= 400 or self._ended.get(response.request):
            return None
        with contextlib.suppress(TransientError):
            return self._body_of(response)
        return None

    def _body_of(self, response: Response) -> Captured:
        path = urlsplit(response.url).path
        self._judge(response.status, response.headers, path)
        if response.status in (401, 403):
            self.session.lost()
            raise login_needed(self.session, f"{path} is not allowed ({response.status})")
        if response.status >= 400:
            raise UnavailableError(f"{self.source}: {path}: refused ({response.status}).")
        if self._ended.get(response.request):
            raise TransientError(f"the connection failed ({self._ended[response.request]})")
        body = response.body()
        if not body.strip():
            raise TransientError("an empty answer")
        try:
            json.loads(body)
        except (ValueError, RecursionError) as error:
            raise TransientError("an answer that is no whole JSON") from error
        return Captured(body, response.url, response.request.post_data)

    def _downloaded(self, steps: Callable[[], object], is_whole: Callable[[Path], bool]) -> Downloaded:
        from playwright.sync_api import TimeoutError as Late

        before = set(self._downloads.iterdir()) if self._downloads.exists() else set()
        with contextlib.suppress(Late):  # the click itself waits for what it starts
            steps()
            deadline = time.monotonic() + self.settings.answer_seconds
            while not self._started and time.monotonic() < deadline:
                self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        if not self._started:
            self._refuse_foreign()
            raise TransientError(f"no download started within {self.settings.answer_seconds:.0f} s")
        download, started = self._started[0], time.monotonic()
        while True:
            new = [path for path in self._downloads.iterdir() if path not in before]
            if not new or any(path.suffix != ".crdownload" for path in new):
                break
            seconds, received = time.monotonic() - started, sum(size_of(path) for path in new)
            too_slow = seconds > self.settings.answer_seconds and received < seconds * SLOWEST_BYTES_PER_SECOND
            if too_slow or received > DOWNLOAD_LIMIT_BYTES:
                download.cancel()
                raise TransientError(
                    "a download without an end" if received > DOWNLOAD_LIMIT_BYTES else "a download too slow to end"
                )
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        if download.failure():
            raise TransientError(f"the download failed ({download.failure()})")
        path = Path(download.path())
        if not path.stat().st_size:
            raise TransientError("an empty download")
        if not is_whole(path):
            raise TransientError("a download that ends in the middle")
        return Downloaded(path, download.suggested_filename)

    # ------------------------------------------------------------------ looking

    def _comes(self, it: Callable[[], bool]) -> bool:
        """Wait until something is so, as long as a page may take to settle; say whether it came."""
        deadline = time.monotonic() + self._settle_seconds
        while time.monotonic() < deadline:
            if it():
                return True
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        return False

    @property
    def _settle_seconds(self) -> float:
        return self.settings.answer_seconds / 3

    def _is_visible(self, selector: str) -> bool:
        return bool(selector) and self.page.locator(selector).first.is_visible()

    def _is_at_login(self, url: str) -> bool:
        return any(sign in urlsplit(url).path.lower() for sign in self.portal.login_signs)

    def _labelled(self, label: str) -> Locator:
        return self.page.locator(f":text-is({json.dumps(label)}):visible")

    def _allowed(self) -> list[str]:
        for_person = self.portal.login_domains if self.for_login else ()
        return list(dict.fromkeys([urlsplit(self.base).hostname or "", *self.portal.domains, *for_person]))

    def _is_own(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return not host or any(host == one or host.endswith(f".{one}") for one in self._allowed())

    def _refuse_foreign(self) -> None:
        """Raise UnavailableError where a failed request went to another host: it was stopped there."""
        for request in self._ended:
            if request.is_navigation_request() and not self._is_own(request.url):
                raise self._foreign(request.url)

    def _foreign(self, url: str) -> UnavailableError:
        return UnavailableError(
            f"{self.source}: sent to another host ({urlsplit(url).hostname}), which is none of the platform's; stopped. "
            f"If it is the platform's, add it to `domains` in loaders/{self.source}.py."
        )

    def changed(self, what: str) -> UnavailableError:
        """Return the error for a page that is not as it was."""
        where = f"loaders/{self.source}.py"
        return UnavailableError(
            f"{self.source}: {strike(what)}. If the page has changed, mend the selectors at the top of {where}."
        )

    def _remember(self) -> None:
        """Note that the session works and when it lapses; strike its cookies and tokens out of everything from now on."""
        for cookie in self.context.cookies():
            if len(cookie["value"]) >= 12:
                register(cookie["value"])
        stored: dict[str, str] = self.page.evaluate("() => ({...window.localStorage})")
        tokens = [found for text in stored.values() for found in re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", text)]
        for token in tokens:
            register(token)
        self.session.worked(self.lapses_at(stored))

    def lapses_at(self, stored: dict[str, Any], logged_in_at: datetime | None = None) -> datetime | None:
        """Return when the session will end by itself, in UTC; None where nothing says so."""
        for name, text in stored.items():
            if self.portal.token and re.search(self.portal.token, name):
                for token in re.findall(r"eyJ[\w-]+\.([\w-]+)\.[\w-]+", text):
                    with contextlib.suppress(ValueError, KeyError, TypeError):
                        stated = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["exp"]
                        return datetime.fromtimestamp(stated, UTC).replace(tzinfo=None)
        known = self.session.state
        since = logged_in_at or (datetime.fromisoformat(known.logged_in_at) if known else utc_now())
        return since + timedelta(days=self.portal.session_days) if self.portal.session_days else None

    def wait_for_person(self, minutes: float) -> None:
        """Wait until a person has logged in, in the window that is open.

        Raises PersonNeededError when the window is closed or the time is up before that.
        """
        from playwright.sync_api import Error

        deadline = time.monotonic() + minutes * 60
        self.page.goto(urljoin(self.base + "/", self.portal.login), wait_until="domcontentloaded")
        while time.monotonic() < deadline:
            try:
                for page in self.context.pages:
                    if self._is_in(page):
                        return
                    self._prefill(page)
                if not self.context.pages:
                    break
                self.context.pages[-1].wait_for_timeout(500)
            except Error as error:
                if "closed" in str(error):
                    break
        raise PersonNeededError(
            f"{self.source} {self.session.account}: nobody was logged in when the window closed or the time was up. "
            f"Run `python cli.py login {self.source}` again."
        )

    def _prefill(self, page: Page) -> None:
        """Write the e-mail address that is set into the login field, once a page; never a password."""
        field = page.locator(self.portal.email_field).first
        address = page.url.partition("?")[0]
        if self.email and address not in self._prefilled and self._is_own(page.url) and field.is_visible():
            self._prefilled.add(address)
            if field.is_editable() and not field.input_value():
                field.fill(self.email)

    def _is_in(self, page: Page) -> bool:
        is_outside = not self._is_own(page.url) or self._is_at_login(page.url)
        return not is_outside and page.locator(self.portal.marker).first.is_visible()


def find_browser(chosen: Path | None, bundled: str) -> str:
    """Return the browser to start: the one that is set, else one that the machine has, else Playwright's own.

    Raises UsageError when there is none.
    """
    if chosen:
        found = shutil.which(str(chosen.expanduser()))
        if not found:
            raise UsageError(f"BEDROT_BROWSER: {chosen} is no program. Name Chrome, Chromium or Edge, or leave it out.")
        return found
    for place in candidates():
        found = shutil.which(place)
        if found:
            return found
    if os.path.exists(bundled):
        return bundled
    raise UsageError(
        "no browser found. Install Chrome, Chromium or Edge (Debian: `apt install chromium`), set BEDROT_BROWSER, "
        "or run `python -m playwright install chromium`."
    )


def candidates() -> Iterator[str]:
    """Yield where browsers usually are."""
    yield from NAMES
    if sys.platform == "darwin":
        yield from (f"/Applications/{name}.app/Contents/MacOS/{name}" for name in MAC_APPS)
    if os.name == "nt":
        for root in filter(None, (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))):
            yield from (str(Path(root) / place) for place in WINDOWS_PLACES)


def has_screen() -> bool:
    """Say whether a window can be shown."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def runs_as_root() -> bool:
    """Say whether this is root, for whom Chromium has no sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def size_of(path: Path) -> int:
    """The size of a file that may be renamed at any moment."""
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def first_line(error: Exception) -> str:
    """An error's first line, without addresses' parameters."""
    return strike(re.sub(r"\?\S*", "", str(error).splitlines()[0]))[:160]
