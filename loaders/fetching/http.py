"""HTTP with a platform's API: whole answers or an error, within bounded tries, time and size, from its own hosts alone."""

from __future__ import annotations

import gzip
import io
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from common.errors import MissingError, PersonNeededError, ThrottledError, TransientError, UnavailableError
from common.secrets import strike
from loaders.fetching.retries import Patience, retry_after
from loaders.landing.exports import DOCUMENT_LIMIT_BYTES
from loaders.landing.records import RawFloat

if TYPE_CHECKING:
    import httpx

REDIRECTS = 5
PAGES = 10_000
USER_AGENT = "bedrot-warehouse"
Params = dict[str, Any] | None
Judge = Callable[["Answer"], Exception | None]
Authorize = Callable[[bool], dict[str, str]]


@dataclass(frozen=True)
class Answer:
    """One whole answer: its status, headers and decoded body. `path` is the address without host and parameters."""

    status: int
    headers: httpx.Headers
    content: bytes
    path: str

    @cached_property
    def document(self) -> Any:
        """The body as JSON; a number with a fraction keeps its digits.

        Raises ValueError when it is none.
        """
        return json.loads(self.content, parse_float=RawFloat)

    @property
    def fields(self) -> dict[str, Any]:
        """The body's fields; none where it is no JSON object, as a judge meets answers before they are known to be whole."""
        try:
            found = self.document
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def said(self) -> str:
        """What the body says of an error, as short text."""
        for name in ("error_description", "detail", "error", "message"):
            one = self.fields.get(name)
            one = one.get("message") if isinstance(one, dict) else one
            if isinstance(one, str) and one:
                return strike(one)[:200]
        return ""


class Api:
    """One platform's API: `get` and `post` return whole JSON answers."""

    def __init__(
        self,
        base: str,
        hosts: Iterable[str],
        patience: Patience,
        authorize: Authorize | None = None,
        judge: Judge | None = None,
        pace: Callable[[Answer], float | None] | None = None,
    ) -> None:
        self.base = base.rstrip("/") + "/"
        self.hosts = {origin_of(self.base), *(origin_of(host) for host in hosts)}
        self.patience, self.authorize, self.judge, self.pace = patience, authorize, judge, pace
        self.source, self.settings = patience.source, patience.settings
        import asyncio  # with httpx, a fifth of a second that only fetching should cost

        self._runner = asyncio.Runner()
        self._client: httpx.AsyncClient | None = None

    def close(self) -> None:
        """Close the connections."""
        if self._client:
            self._runner.run(self._client.aclose())
        self._runner.close()

    def get(self, address: str, params: Params = None, headers: dict[str, str] | None = None) -> Answer:
        """Return one answer, trying again where that may help.

        Raises UnavailableError, MissingError (404), PersonNeededError, or what the source's judge says.
        """
        return self._call("GET", address, params, headers, None)

    def post(self, address: str, data: Params = None, params: Params = None) -> Answer:
        """Send a form and return the answer, as `get` does."""
        return self._call("POST", address, params, None, data)

    def pages(
        self, address: str, params: dict[str, Any], following: Callable[[Answer], str | dict[str, Any] | None]
    ) -> Iterator[Answer]:
        """Yield every page of a list: `following` tells the next one's address, or what changes in the parameters.

        Raises UnavailableError for a page that was there before, or that names another host.
        """
        seen = set()
        for _ in range(PAGES):
            key = (address, tuple(sorted((name, str(value)) for name, value in params.items())))
            if key in seen:
                raise UnavailableError(f"{self.source}: {self._path(address)}: a page that was there before; stopped. Try later.")
            seen.add(key)
            answer = self.get(address, params)
            yield answer
            step = following(answer)
            if step is None:
                return
            address, params = (step, {}) if isinstance(step, str) else (address, params | step)
        raise UnavailableError(f"{self.source}: {self._path(address)}: more than {PAGES:,} pages; stopped.")

    # ------------------------------------------------------------------ one call

    def _call(
        self,
        method: str,
        address: str,
        params: Params,
        headers: dict[str, str] | None,
        data: Params,
    ) -> Answer:
        url = self._allowed(address if "://" in address else self.base + address.lstrip("/"))
        what = f"{method} {self._path(url)}"
        authorize = self.authorize
        may_renew = authorize is not None

        def once() -> Answer:
            nonlocal may_renew
            sent = (headers or {}) | (authorize(False) if authorize else {})
            answer = self._within_time(method, url, params, sent, data)
            if answer.status == 401 and authorize and may_renew:
                may_renew = False
                renewed = (headers or {}) | authorize(True)
                if renewed != sent:
                    answer = self._within_time(method, url, params, renewed, data)
            problem = (self.judge(answer) if self.judge else None) or by_status(answer, self.source, what)
            if problem:
                raise problem
            return whole(answer, self.source, what)

        answer = self.patience.tried(what, once)
        seconds = self.pace(answer) if self.pace else None
        if seconds:
            self.patience.pause(seconds, what)
        return answer

    def _within_time(self, method: str, url: str, params: Params, headers: dict[str, str], data: Params) -> Answer:
        """Return one answer of one try, after redirects.

        Raises TransientError when it does not come whole within the time of an answer.
        """
        import httpx

        started = time.monotonic()
        try:
            answer = self._runner.run(self._fetch(method, url, params, headers, data))
        except TimeoutError as error:
            raise TransientError(f"no whole answer within {self.settings.answer_seconds:.0f} s") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise TransientError(f"the connection failed ({type(error).__name__})") from error
        self.patience.log.debug(
            "asked", method=method, host=urlsplit(url).hostname, path=answer.path, status=answer.status,
            bytes=len(answer.content), seconds=round(time.monotonic() - started, 2),
        )  # fmt: skip
        return answer

    async def _fetch(self, method: str, url: str, params: Params, headers: dict[str, str], data: Params) -> Answer:
        import asyncio

        import httpx

        if not self._client:
            self._client = httpx.AsyncClient(timeout=self.settings.answer_seconds, follow_redirects=False)
        sent = {"Accept-Encoding": "gzip", "User-Agent": USER_AGENT, "Accept": "application/json"} | headers
        async with asyncio.timeout(self.settings.answer_seconds):
            for _ in range(REDIRECTS):
                async with self._client.stream(method, url, params=params or None, headers=sent, data=data) as response:
                    if response.is_redirect and "location" in response.headers:
                        url = self._allowed(urljoin(str(response.url), response.headers["location"]))
                        if any(sign in urlsplit(url).path.lower() for sign in ("login", "signin")):
                            raise PersonNeededError(f"{self.source}: sent to a login page. Renew the credentials in .env.")
                        params = None
                        continue
                    raw = bytearray()
                    async for chunk in response.aiter_raw():
                        raw += chunk
                        if len(raw) > DOCUMENT_LIMIT_BYTES:
                            raise UnavailableError(f"{self.source}: {self._path(url)}: an answer without an end; stopped.")
                    return Answer(response.status_code, response.headers, decoded(bytes(raw), response.headers), self._path(url))
        raise UnavailableError(f"{self.source}: {self._path(url)}: redirects in a circle.")

    def _allowed(self, url: str) -> str:
        """Return an address of the platform's own hosts.

        Raises UnavailableError for any other.
        """
        if origin_of(url) not in self.hosts:
            raise UnavailableError(
                f"{self.source}: an answer names another host ({urlsplit(url).hostname}), not one of the platform's; stopped."
            )
        return url

    @staticmethod
    def _path(address: str) -> str:
        return strike(urlsplit(address).path)


def by_status(answer: Answer, source: str, what: str) -> Exception | None:
    """Return the error that an answer's status means; None for a good one."""
    status, said = answer.status, f": {answer.said}" if answer.said else ""
    if 200 <= status < 300:
        return None
    if status == 429:
        return ThrottledError(retry_after(answer.headers))
    if status == 503 and "retry-after" in answer.headers:
        return ThrottledError(retry_after(answer.headers))
    if status == 408 or status >= 500:
        return TransientError(f"answered with {status}")
    if status == 401:
        return PersonNeededError(f"{source}: {what}: the credentials are not accepted (401{said}). Renew them in .env.")
    if status == 403:
        return PersonNeededError(f"{source}: {what}: not allowed (403{said}). Check the permissions of the credentials.")
    if status == 404:
        return MissingError(f"{source}: {what}: not found (404{said}).")
    return UnavailableError(f"{source}: {what}: refused ({status}{said}).")


def whole(answer: Answer, source: str, what: str) -> Answer:
    """Return an answer that is whole JSON.

    Raises PersonNeededError for a page, which asks somebody to log in or to solve a captcha; TransientError for an empty
    answer and for JSON that ends in the middle.
    """
    if not answer.content.strip():
        raise TransientError("an empty answer")
    try:
        answer.document  # noqa: B018
    except (ValueError, RecursionError) as error:
        if answer.content.lstrip()[:1] == b"<":
            raise PersonNeededError(
                f"{source}: {what}: answered with a page instead of data: a login or a captcha. "
                "Open the platform in a browser, and renew the credentials in .env."
            ) from error
        raise TransientError("an answer that is no whole JSON") from error
    return answer


def decoded(raw: bytes, headers: httpx.Headers) -> bytes:
    """Return a body without its compression.

    Raises TransientError when it was cut short or damaged, UnavailableError when it unpacks without an end.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return raw
    if encoding not in ("gzip", "x-gzip"):
        raise UnavailableError(f"an answer packed as {encoding}, which was not asked for.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            content = file.read(DOCUMENT_LIMIT_BYTES + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise TransientError("a packed answer that ends in the middle") from error
    if len(content) > DOCUMENT_LIMIT_BYTES:
        raise UnavailableError("an answer that unpacks beyond what an answer can be; stopped.")
    return content


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def joined(bodies: Iterable[bytes]) -> bytes:
    """Return pages as one JSON list, each as it was received."""
    return b"[" + b",\n".join(bodies) + b"]"
