"""A platform on loopback: routes, cookies, a log of what was asked, and faults to order."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

DRIP_SECONDS = 0.5
ENDLESS_SECONDS = 60


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes
    host: str

    @property
    def form(self) -> dict[str, str]:
        """The body's fields."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Reply:
    """What is answered."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    delay: float = 0.0


Handler = Callable[..., Reply]


def page(html: str, status: int = 200, **headers: str) -> Reply:
    """A page."""
    return Reply(html.encode(), status, {"Content-Type": "text/html; charset=utf-8"} | headers)


def answer(document: Any, status: int = 200, indent: int | None = None, **headers: str) -> Reply:
    """A JSON answer; a text is sent as it is."""
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False, indent=indent)
    return Reply(text.encode(), status, {"Content-Type": "application/json; charset=utf-8"} | headers)


def redirect(location: str, *cookies: str) -> Reply:
    """A redirect."""
    return Reply(b"", 302, {"Location": location}, list(cookies))


def download(content: bytes, name: str, kind: str = "application/octet-stream") -> Reply:
    """A file that a browser saves."""
    return Reply(content, 200, {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'})


@dataclass
class Fault:
    """What goes wrong with the next `times` requests whose path and query match."""

    pattern: re.Pattern[str]
    kind: str
    times: int
    options: dict[str, Any]


class Portal:
    """A platform. Register routes with `on`, order faults with `fail`, run it in `with`; `requests` is the log."""

    def __init__(self) -> None:
        self.routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.lock = threading.Lock()

    def on(self, method: str, pattern: str) -> Callable[[Handler], Handler]:
        """Register a handler for a path; what the pattern's groups catch is passed on."""

        def register(handler: Handler) -> Handler:
            self.routes.append((method, re.compile(pattern), handler))
            return handler

        return register

    def fail(self, pattern: str, kind: str, times: int = 1_000_000, **options: Any) -> None:
        """Order a fault: status, throttle, throttle_date, reset, cut, cut_gzip, drip, endless, redirect, page, empty, hang."""
        self.faults.append(Fault(re.compile(pattern), kind, times, options))

    def heal(self) -> None:
        """Order no faults any more."""
        self.faults.clear()

    def asked(self, pattern: str) -> list[Request]:
        """The requests so far whose path matches."""
        return [one for one in self.requests if re.search(pattern, one.path)]

    @property
    def url(self) -> str:
        """The portal's base address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Portal:
        portal = self

        class OneHandler(PortalHandler):
            pass

        OneHandler.portal = portal
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), OneHandler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def reply(self, request: Request) -> Reply:
        """What the routes answer."""
        for method, pattern, handler in self.routes:
            found = pattern.fullmatch(request.path)
            if method == request.method and found:
                return handler(request, *found.groups())
        return page("<h1>Not found</h1>", 404)

    def fault_for(self, request: Request) -> Fault | None:
        """The fault ordered for this request, counted down."""
        target = request.path + ("?" + "&".join(f"{k}={v}" for k, v in request.query.items()) if request.query else "")
        with self.lock:
            for one in self.faults:
                if one.times > 0 and one.pattern.search(target):
                    one.times -= 1
                    return one
        return None


class PortalHandler(BaseHTTPRequestHandler):
    """Reads a request, answers it or fails it as ordered."""

    protocol_version = "HTTP/1.1"
    portal: Portal

    def handle_one(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        cookies = dict(one.strip().split("=", 1) for one in (self.headers.get("Cookie") or "").split(";") if "=" in one)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            self.command, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, cookies,
            self.rfile.read(length), self.headers.get("Host", ""),
        )  # fmt: skip
        with self.portal.lock:
            self.portal.requests.append(request)
        fault = self.portal.fault_for(request)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if fault:
                self.fail(fault, request)
            else:
                reply = self.portal.reply(request)
                time.sleep(reply.delay)
                self.send(reply)

    do_GET = do_POST = do_HEAD = do_PUT = handle_one

    def send(self, reply: Reply, length: int | None = None) -> None:
        """Send an answer whole."""
        self.start(reply, len(reply.content) if length is None else length)
        if self.command != "HEAD":
            self.wfile.write(reply.content)

    def start(self, reply: Reply, length: int | None) -> None:
        """Send the status and the headers."""
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        for cookie in reply.cookies:
            self.send_header("Set-Cookie", cookie)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def fail(self, fault: Fault, request: Request) -> None:
        """Fail in the ordered way."""
        options = fault.options
        if fault.kind == "status":
            self.send(Reply(options.get("content", b"error"), options["status"], options.get("headers", {})))
        elif fault.kind == "throttle":
            self.send(Reply(b"slow down", 429, {"Retry-After": str(options.get("seconds", 1))}))
        elif fault.kind == "throttle_date":
            self.send(
                Reply(b"slow down", 429, {"Retry-After": formatdate(time.time() + options.get("seconds", 1) + 1, usegmt=True)})
            )
        elif fault.kind == "redirect":
            self.send(redirect(options["to"]))
        elif fault.kind == "page":
            self.send(page(options["html"]))
        elif fault.kind == "empty":
            self.send(Reply(b"", 200, {"Content-Type": options.get("type", "application/json")}))
        elif fault.kind == "hang":
            time.sleep(options.get("seconds", ENDLESS_SECONDS))
            self.close_connection = True
        elif fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        else:
            self.fail_body(fault.kind, self.portal.reply(request))

    def fail_body(self, kind: str, reply: Reply) -> None:
        """Send a body that is cut short, slow, or without an end."""
        self.close_connection = True
        if kind == "cut":
            self.start(reply, len(reply.content) + 1)
            self.wfile.write(reply.content[: len(reply.content) // 2])
        elif kind == "cut_gzip":
            packed = gzip.compress(reply.content)[:-12]
            reply.headers["Content-Encoding"] = "gzip"
            self.start(reply, len(packed))
            self.wfile.write(packed)
        elif kind == "drip":
            self.start(reply, len(reply.content))
            for position in range(len(reply.content)):
                self.wfile.write(reply.content[position : position + 1])
                time.sleep(DRIP_SECONDS)
        elif kind == "endless":
            reply.headers["Transfer-Encoding"] = "chunked"
            self.start(reply, None)
            filler = b" " * 65536
            until = time.monotonic() + ENDLESS_SECONDS
            while time.monotonic() < until:
                self.wfile.write(f"{len(filler):x}\r\n".encode() + filler + b"\r\n")
                time.sleep(0.01)
        else:
            raise ValueError(f"no such fault: {kind}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on stderr."""
