"""What a source's pages look like, and what a browser brings back from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
