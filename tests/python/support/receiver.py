"""A place that takes messages: a real HTTP server on loopback, told by apprise's `json://`."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "tok3n-0f-the-label"


@dataclass
class Receiver:
    """A real HTTP server that takes apprise's JSON messages; what it answers, and what it does first, can be set."""

    server: ThreadingHTTPServer
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    first: Any = None

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/{TOKEN}"

    def told(self) -> list[str]:
        """The titles that came since the last look."""
        titles = [one["title"] for one in self.messages]
        self.messages.clear()
        return titles


def listening() -> Iterator[Receiver]:
    """Serve on a free port until the test is over."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.messages.append(message)
            if found.first:
                found.first()
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
