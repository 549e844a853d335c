"""What a browser asks and gets while a page is tried: requests, responses, and downloads that began."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Download, Page, Request, Response

IsWanted = Callable[[str, str | None], bool]


class Traffic:
    """The traffic of one try.

    requests, responses: in the order in which they began. ended: each request that ended, with why it failed, or None.
    downloads: those that began.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.ended: dict[Request, str | None] = {}
        self.downloads: list[Download] = []

    def listen(self, context: BrowserContext) -> None:
        """Record everything that the pages of a browser ask and get from now on."""
        context.on("request", lambda request: self.requests.append(request))
        context.on("response", lambda response: self.responses.append(response))
        context.on("requestfinished", lambda request: self.ended.__setitem__(request, None))
        context.on("requestfailed", lambda request: self.ended.__setitem__(request, request.failure or "failed"))
        context.on("page", self._listen_to_page)

    def _listen_to_page(self, page: Page) -> None:
        page.on("download", lambda download: self.downloads.append(download))

    def clear(self) -> None:
        """Forget everything, for the next try."""
        for record in (self.requests, self.responses, self.ended, self.downloads):
            record.clear()

    def is_quiet(self) -> bool:
        """Say whether every request has ended."""
        return all(one in self.ended for one in self.requests)

    def matching(self, wanted: IsWanted) -> list[Response]:
        """Return the responses that have begun and that are wanted, by address and posted text."""
        return [
            one for one in self.responses
            if one.request.method != "OPTIONS" and wanted(one.url, one.request.post_data)
        ]  # fmt: skip
