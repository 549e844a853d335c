"""Logging in: a window, a person, once; the session is kept."""

from __future__ import annotations

from loaders import logs
from loaders.browser import has_screen
from loaders.commands import refuse_demo_data
from loaders.errors import PersonNeededError, UsageError
from loaders.landing import Landing
from loaders.pull import Pull
from loaders.runs import recorded
from loaders.settings import settings
from loaders.sources import SOURCES


def log_in(source: str, account: str | None) -> None:
    """Open a window at a source's login page, wait for a person, make sure that it worked, keep the session.

    Raises UsageError for a source without pages or a machine without a screen, PersonNeededError when nobody logs in.
    """
    config = settings()
    logs.configure(config.debug)
    refuse_demo_data(config)
    module = SOURCES.get(source)
    portal = getattr(module, "PORTAL", None)
    if not portal:
        listed = ", ".join(name for name, one in SOURCES.items() if hasattr(one, "PORTAL"))
        raise UsageError(f"login {source}: it has no pages to log in to. These have: {listed}.")
    missing = {name for feed in module.FEEDS if feed.via == "browser" for name in feed.needs if not config.value(name)}
    if missing:
        raise UsageError(f"login {source}: it needs {', '.join(sorted(missing))} in .env; see .env.example.")
    if not has_screen():
        raise UsageError(f"login {source}: there is no screen here. Run it in a desktop session, or over `ssh -X`.")
    listed = getattr(module, "accounts", lambda _: ("main",))(config)
    resolve = getattr(module, "resolve_account", str)
    if not account and len(listed) > 1 and not portal.one_session:
        raise UsageError(f"login {source}: for which account? Say --account with one of {', '.join(listed)}.")
    chosen = resolve(account) if account else listed[0]
    with recorded(config, "login", source=source, account=chosen), Landing(config) as landing:
        with Pull(config, module, chosen, landing, headed=True, for_login=True) as pull:
            browser = pull.browser
            print(
                f"A window opens at {source}. Log in there as a person does, second factor and all; it closes by itself "
                f"when you are in (within {config.login_minutes:g} minutes)."
            )
            browser.wait_for_person(config.login_minutes)
            browser.open(module.home(pull) if hasattr(module, "home") else portal.home, portal.marker)
            stored = browser.page.evaluate("() => ({...window.localStorage})")
            browser.session.worked(browser.lapses_at(stored, pull.moment), logged_in=True)
            state = browser.session.state
    if not state or state.state != "ok":
        raise PersonNeededError(f"login {source}: the session was not kept. Try again.")
    lapses = f" It lapses on {state.lapses_at[:16].replace('T', ' ')} UTC." if state.lapses_at else ""
    print(f"Logged in to {source}{'' if chosen == 'main' or portal.one_session else f' as {chosen}'}.{lapses}")
