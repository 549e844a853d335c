"""Logging in: a window, a person, once; the session is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from common import logs
from common.errors import PersonNeededError, UsageError
from common.run_records import recorded
from common.settings import settings
from loaders.commands.land import refuse_demo_data
from loaders.fetching.browser_program import has_screen
from loaders.fetching.context import Pull
from loaders.landing.extracts import Landing
from loaders.registry import SOURCES, no_such_source

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from loaders.fetching.browser import Browser


def log_in(source: str, account: str | None) -> None:
    """Open a window at a source's login page, wait for a person, make sure that it worked, keep the session.

    Raises UsageError for a source without pages or a machine without a screen, PersonNeededError when nobody logs in.
    """
    config = settings()
    logs.configure(config.debug)
    refuse_demo_data(config)
    declared = SOURCES.get(source)
    with_pages = [name for name, one in SOURCES.items() if one.portal]
    if not declared:
        raise no_such_source(f"login {source}", source, with_pages)
    portal = declared.portal
    if not portal:
        raise UsageError(f"login {source}: it has no pages to log in to. These have: {', '.join(with_pages)}.")
    missing = {name for feed in declared.feeds if feed.via == "browser" for name in feed.needs if not config.value(name)}
    if missing:
        raise UsageError(f"login {source}: it needs {', '.join(sorted(missing))} in .env; see .env.example.")
    if not has_screen():
        raise UsageError(f"login {source}: there is no screen here. Run it in a desktop session, or over `ssh -X`.")
    listed = declared.accounts_to_fetch(config)
    if not account and len(listed) > 1 and not portal.one_session:
        raise UsageError(f"login {source}: for which account? Say --account with one of {', '.join(listed)}.")
    chosen = declared.accounts_to_fetch(config, account)[0]
    with (
        recorded(config, "login", source=source, account=chosen),
        Landing(config) as landing,
        Pull(config, declared, chosen, landing, headed=True, for_login=True) as pull,
    ):
        browser = pull.browser
        print(
            f"A window opens at {source}. Log in there as a person does, second factor and all; it closes by itself "
            f"when you are in (within {config.login_minutes:g} minutes)."
        )
        wait_for_person(browser, config.login_minutes)
        browser.open(declared.home(pull) if declared.home else portal.home, portal.marker)
        stored = browser.page.evaluate("() => ({...window.localStorage})")
        browser.session.worked(browser.lapses_at(stored, pull.moment), logged_in=True)
        state = browser.session.state
    if not state or state.state != "ok":
        raise PersonNeededError(f"login {source}: the session was not kept. Try again.")
    lapses = f" It lapses on {state.lapses_at[:16].replace('T', ' ')} UTC." if state.lapses_at else ""
    print(f"Logged in to {source}{'' if chosen == 'main' or portal.one_session else f' as {chosen}'}.{lapses}")


def wait_for_person(browser: Browser, minutes: float) -> None:
    """Wait until a person has logged in, in the window that is open.

    Raises PersonNeededError when the window is closed or the time is up before that.
    """
    from playwright.sync_api import Error

    deadline = time.monotonic() + minutes * 60
    prefilled: set[str] = set()
    browser.page.goto(urljoin(browser.base + "/", browser.portal.login), wait_until="domcontentloaded")
    while time.monotonic() < deadline:
        try:
            for page in browser.context.pages:
                if is_in(browser, page):
                    return
                prefill(browser, page, prefilled)
            if not browser.context.pages:
                break
            browser.context.pages[-1].wait_for_timeout(500)
        except Error as error:
            if "closed" in str(error):
                break
    raise PersonNeededError(
        f"{browser.source} {browser.session.account}: nobody was logged in when the window closed or the time was up. "
        f"Run `python cli.py login {browser.source}` again."
    )


def prefill(browser: Browser, page: Page, prefilled: set[str]) -> None:
    """Write the e-mail address that is set into the login field, once a page; never a password."""
    field = page.locator(browser.portal.email_field).first
    address = page.url.partition("?")[0]
    if browser.email and address not in prefilled and browser.is_own(page.url) and field.is_visible():
        prefilled.add(address)
        if field.is_editable() and not field.input_value():
            field.fill(browser.email)


def is_in(browser: Browser, page: Page) -> bool:
    """Say whether a page is the platform's own and shows what only a person who is logged in sees."""
    is_outside = not browser.is_own(page.url) or browser.is_at_login(page.url)
    return not is_outside and page.locator(browser.portal.marker).first.is_visible()
