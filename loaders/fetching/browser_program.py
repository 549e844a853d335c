"""The browser that the machine has, and whether it has a screen."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from common.errors import UsageError

NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "microsoft-edge", "msedge", "chrome")
MAC_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_PLACES = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)


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
    if Path(bundled).exists():
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
