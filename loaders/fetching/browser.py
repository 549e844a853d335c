"""A platform's own pages in a real browser: positively the page that is wanted, or an error; never a password that isn't set."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from common.errors import MissingError, ThrottledError, TransientError, UnavailableError, UsageError
from common.private_files import private_files, private_folder
from common.secrets import register, strike
from common.settings import utc_now
from loaders.fetching.browser_program import find_browser, runs_as_root
from loaders.fetching.page_answers import LOOK_SECONDS, QUIET_SECONDS, captured, downloaded
from loaders.fetching.portal import Captured, Downloaded, Portal
from loaders.fetching.retries import Patience, retry_after
from loaders.fetching.sessions import Session, login_needed
from loaders.fetching.traffic import IsWanted, Traffic

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

Result = TypeVar("Result")
Found = TypeVar("Found")
START_AGAIN_SECONDS = 4.0
SETTLED_SECONDS = 0.5


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
        self.traffic = Traffic()
        self._trying = False
        self._signed_in = False

    def __enter__(self) -> Browser:
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def _start(self, stack: contextlib.ExitStack) -> None:
        from playwright.sync_api import Error, sync_playwright

        self.download_folder = stack.enter_context(private_folder(self.settings))
        with private_files():
            self.session.profile.mkdir(mode=0o700, exist_ok=True)
            playwright = stack.enter_context(sync_playwright())
            program = find_browser(self.settings.browser, playwright.chromium.executable_path)
            hosts = ", ".join(f"EXCLUDE {name}" for one in self._allowed() for name in (one, f"*.{one}"))
            start = functools.partial(
                playwright.chromium.launch_persistent_context, self.session.profile, executable_path=program,
                headless=not self.headed, service_workers="block", accept_downloads=True, downloads_path=self.download_folder,
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
        self.traffic.listen(self.context)
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
        wanted: IsWanted,
        steps: Callable[[], object],
        at_least: int = 1,
        needed: IsWanted = lambda *_: True,
    ) -> list[Captured]:
        """Take the steps and return every answer that the page got and that is wanted (by address and posted text).

        It waits for `at_least` of them, and then until no more come. One that failed and is not `needed` is left out.
        Raises as `open` does.
        """
        return self.tried(what, lambda: captured(self, wanted, steps, at_least, needed))

    def capture(self, what: str, wanted: IsWanted, steps: Callable[[], object]) -> Captured:
        """Take the steps and return the last wanted answer, as `captures` does."""
        return self.captures(what, wanted, steps)[-1]

    def download(self, what: str, steps: Callable[[], object], is_whole: Callable[[Path], bool] = lambda _: True) -> Downloaded:
        """Take the steps and return the file that the page saves; `is_whole` tells whether it ends as it should.

        Raises UnavailableError when none starts, or it does not come whole.
        """
        return self.tried(what, lambda: downloaded(self, steps, is_whole))

    def expect(self, what: str, selectors: tuple[str, ...]) -> str:
        """Wait until one of these is there, and return it.

        Raises UnavailableError when none is: the page has changed.
        """
        found = self.until(lambda: next(filter(self._is_visible, selectors), None))
        if not found:
            raise self.changed(f"{what} is not there (looked for {', '.join(selectors)})")
        return found

    def settle(self) -> None:
        """Wait until the page has got all that it asked for, and asks for nothing more for a moment; only so long."""
        deadline = time.monotonic() + self._settle_seconds
        asked, quiet_since = len(self.traffic.requests), time.monotonic()
        while time.monotonic() < deadline:
            if asked != len(self.traffic.requests) or not self.traffic.is_quiet():
                asked, quiet_since = len(self.traffic.requests), time.monotonic()
            elif time.monotonic() - quiet_since > SETTLED_SECONDS:
                return
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)

    def shows(self, selectors: tuple[str, ...]) -> bool:
        """Say whether one of these is there, or comes in a moment."""
        return self.until(lambda: any(map(self._is_visible, selectors)), QUIET_SECONDS)

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
            if isinstance(error, UnavailableError):
                self._refuse_answered(error)
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
            if not self.is_own(self.page.url):
                return
            if self.is_at_login(self.page.url) or self._is_visible(self.portal.password_field):
                seen = "wall"
            elif self._is_visible(self.portal.challenge):
                seen = "challenge"
            if seen == "wall":
                seen = self._sign_in(urljoin(self.base + "/", self.portal.home), self.portal.marker)
        if seen == "page":
            raise TransientError("the session ended, and was begun again") from error
        if seen:
            raise self._not_the_page(seen, self.page.url, self.portal.marker) from error

    def _refuse_answered(self, error: Exception) -> None:
        """Where a page was not as expected because it did not come well (a click may have led to it), raise what that means."""
        asked = next((one for one in reversed(self.traffic.requests) if one.is_navigation_request()), None)
        if asked and self.is_own(asked.url) and self.traffic.ended.get(asked):
            raise TransientError(f"the connection failed ({self.traffic.ended[asked]})") from error
        shown = next((one for one in self.traffic.responses if one.request == asked), None)
        if shown:
            try:
                self.judge(shown.status, shown.headers, urlsplit(shown.url).path)
            except (TransientError, ThrottledError, MissingError) as meant:
                raise meant from error

    def _fresh_page(self) -> None:
        old = list(self.context.pages)
        self.page = self.context.new_page()
        self.traffic.clear()
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
            self.refuse_foreign()
            raise TransientError(f"the connection failed ({first_line(error)})") from error
        self.patience.log.debug("page", path=urlsplit(url).path, status=response.status if response else None)
        if response:
            self.judge(response.status, response.headers, urlsplit(url).path)
        seen = self._what_is_shown(marker)
        if seen == "wall":
            seen = self._sign_in(url, marker)
        if seen != "page":
            raise self._not_the_page(seen, url, marker)
        self._remember()
        return self.page

    def judge(self, status: int, headers: dict[str, str], path: str) -> None:
        """Raise the error that a response's status means; a good one raises nothing."""
        if status == 429 or (status == 503 and "retry-after" in headers):
            raise ThrottledError(retry_after(headers))
        if status == 404:
            raise MissingError(f"{self.source}: {path}: not found (404). It may have moved: mend it in loaders/{self.source}.")
        if status >= 500 or status == 408:
            raise TransientError(f"answered with {status}")

    def _what_is_shown(self, marker: str) -> str:
        """Look until the page shows its marker, a challenge or a wall; say which, or `other` when it has settled on none."""
        started = settled = time.monotonic()
        while time.monotonic() - started < self.settings.answer_seconds:
            if not self.is_own(self.page.url):
                return "foreign"
            if self.is_at_login(self.page.url):
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
        if not self.page.evaluate("document.body ? document.body.innerHTML : ''").strip():
            return TransientError("an empty page")
        return self.changed(f"{urlsplit(url).path} shows another page ({self.page.title()[:60]!r}, without {marker})")

    def _sign_in(self, url: str, marker: str) -> str:
        """Type the password where it is set, once; return what is shown then."""
        if not (self.email and self.password) or self._signed_in:
            return "wall"
        self._signed_in = True
        if not self._is_visible(self.portal.password_field):
            self.page.goto(urljoin(self.base + "/", self.portal.login), wait_until="domcontentloaded")
        if not self.until(lambda: self._is_visible(self.portal.password_field)):
            return "wall"
        self.page.locator(self.portal.email_field).first.fill(self.email)
        self.page.locator(self.portal.password_field).first.fill(self.password)
        self.page.locator(self.portal.submit).first.click()
        self.until(lambda: not self._is_visible(self.portal.password_field))
        self.page.wait_for_load_state("domcontentloaded")
        if self._is_visible(self.portal.password_field):
            return "wall"
        self.page.goto(url, wait_until="domcontentloaded")
        seen = self._what_is_shown(marker)
        return "second step" if seen == "wall" else seen

    # ------------------------------------------------------------------ looking

    def until(self, look: Callable[[], Found], seconds: float | None = None) -> Found:
        """Look again and again until something is found, as long as a page may take to settle; return what was seen last."""
        deadline = time.monotonic() + (self._settle_seconds if seconds is None else seconds)
        while not (found := look()) and time.monotonic() < deadline:
            self.page.wait_for_timeout(LOOK_SECONDS * 1000)
        return found

    @property
    def _settle_seconds(self) -> float:
        return self.settings.answer_seconds / 3

    def _is_visible(self, selector: str) -> bool:
        return bool(selector) and self.page.locator(selector).first.is_visible()

    def is_at_login(self, url: str) -> bool:
        """Say whether an address is one of the login pages."""
        return any(sign in urlsplit(url).path.lower() for sign in self.portal.login_signs)

    def _labelled(self, label: str) -> Locator:
        return self.page.locator(f":text-is({json.dumps(label)}):visible")

    def _allowed(self) -> list[str]:
        for_person = self.portal.login_domains if self.for_login else ()
        return list(dict.fromkeys([urlsplit(self.base).hostname or "", *self.portal.domains, *for_person]))

    def is_own(self, url: str) -> bool:
        """Say whether an address is on one of the platform's own hosts."""
        host = urlsplit(url).hostname or ""
        return not host or any(host == one or host.endswith(f".{one}") for one in self._allowed())

    def refuse_foreign(self) -> None:
        """Raise UnavailableError where a request went to another host: it was stopped there."""
        for request in self.traffic.requests:
            if request.is_navigation_request() and not self.is_own(request.url):
                raise self._foreign(request.url)

    def _foreign(self, url: str) -> UnavailableError:
        return UnavailableError(
            f"{self.source}: sent to another host ({urlsplit(url).hostname}), which is none of the platform's; stopped. "
            f"If it is the platform's, add it to `domains` in loaders/{self.source}."
        )

    def changed(self, what: str) -> UnavailableError:
        """Return the error for a page that is not as it was."""
        where = f"loaders/{self.source}"
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


def first_line(error: Exception) -> str:
    """An error's first line, without addresses' parameters."""
    return strike(re.sub(r"\?\S*", "", str(error).splitlines()[0]))[:160]
