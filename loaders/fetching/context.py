"""What a source's fetch functions are given: the clock, the window to ask for, credentials, an API, a browser."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from common.errors import UsageError
from common.secrets import register
from common.settings import Settings, utc_now
from loaders.fetching.browser import Browser
from loaders.fetching.http import Answer, Api, Authorize, Judge
from loaders.fetching.portal import Portal
from loaders.fetching.retries import Patience
from loaders.fetching.sessions import Session, opened, session_for
from loaders.landing.extracts import Landing
from loaders.landing.tables import Table
from loaders.landing.timeline import read_timeline

if TYPE_CHECKING:
    from loaders.source import Source


class Pull:
    """One account of one source, being fetched. Use it in `with`; the browser and the connections close with it."""

    def __init__(
        self,
        settings: Settings,
        declared: Source,
        account: str,
        landing: Landing,
        since: date | None = None,
        headed: bool = False,
        for_login: bool = False,
        patience: Patience | None = None,
    ) -> None:
        self.settings, self.declared, self.source, self.account = settings, declared, declared.name, account
        self.landing, self.since, self.headed, self.for_login = landing, since, headed, for_login
        self.moment: datetime = utc_now()
        self.today: date = settings.today
        self.patience = patience or Patience(settings, self.source)
        self._stack = contextlib.ExitStack()
        self._session: Session | None = None
        self._browser: Browser | None = None

    def __enter__(self) -> Pull:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def stamp(self) -> str:
        """Now, as it stands in the names of files."""
        return f"{self.moment:%Y%m%d_%H%M%S}"

    # ------------------------------------------------------------------ what is set

    def base(self, name: str = "") -> str:
        """A base address of the source: what BEDROT_<SOURCE>[_<NAME>]_BASE_URL says, else what it declares.

        Where a credential states the host, it declares a function of the pull.
        """
        middle = f"{self.source}_{name}" if name else self.source
        stated, host = self.value(f"BEDROT_{middle.upper()}_BASE_URL"), self.declared.hosts[name]
        return stated or (host(self) if callable(host) else host)

    def value(self, name: str) -> str | None:
        """A setting of the source, by its environment name."""
        return self.settings.value(name)

    def secret(self, name: str) -> str:
        """A credential, by its environment name; from now on it is struck out of everything that is written.

        Raises UsageError when it is not set.
        """
        found = self.value(name)
        if not found:
            raise UsageError(f"{self.source}: {name} is not set. Put it in .env; see .env.example.")
        return register(found)

    # ------------------------------------------------------------------ what has landed

    def newest_day(self, table: Table, account: str | None = None) -> date | None:
        """The newest observation day that has landed of a table; None before the first."""
        timeline = read_timeline(self.landing.con, self.settings, table, account or self.account)
        return max((entry.covers_to for entry in timeline if entry.covers_to), default=None)

    def window(self, table: Table, reread: int = 28, reach: int = 1095, account: str | None = None) -> tuple[date, date]:
        """The days to ask for: up to yesterday, from --since, else `reread` days before the newest that landed.

        With nothing landed yet, from `reach` days ago, which is as far back as the platform keeps.
        """
        last = self.today - timedelta(days=1)
        earliest = self.today - timedelta(days=reach)
        newest = self.newest_day(table, account)
        first = self.since or (newest - timedelta(days=reread) if newest else earliest)
        return min(max(first, earliest), last), last

    # ------------------------------------------------------------------ how to ask

    def api(
        self,
        base: str = "",
        authorize: Authorize | None = None,
        judge: Judge | None = None,
        pace: Callable[[Answer], float | None] | None = None,
    ) -> Api:
        """The source's API at one of its base addresses."""
        made = Api(self.base(base), [self.base(base)], self.patience, authorize, judge, pace)
        self._stack.callback(made.close)
        return made

    @property
    def portal(self) -> Portal:
        """The source's pages; only a feed through the browser asks for them."""
        assert self.declared.portal
        return self.declared.portal

    @property
    def session(self) -> Session:
        """The browser session that this account is seen with."""
        return session_for(self.settings, self.source, self.portal, self.account)

    @property
    def browser(self) -> Browser:
        """The browser, open on this account's session until the pull ends."""
        if not self._browser:
            portal = self.portal
            if not self._session:
                self._session = self._stack.enter_context(opened(self.settings, self.session))
            email, password = (self.value(name) or "" if name else "" for name in (portal.email_from, portal.password_from))
            if password:
                register(password)
            made = Browser(self._session, portal, self.base(), self.patience, self.headed, email, password, self.for_login)
            self._browser = self._stack.enter_context(made)
        return self._browser
