"""One question in a process of its own: `python -m warehouse.asking.query_process`, the question as JSON on standard input.

DuckDB's own limits bound neither the time nor the memory of every statement, so the kernel's do. The process ends with
the one that started it, which holds the other end of its standard input.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

from common.failures import report

OVERHEAD_BYTES = 2 << 30  # of address space, beside what DuckDB may take: the interpreter, libraries, threads


def limit(memory_bytes: int, seconds: float) -> None:
    """Bound the memory and processor time of this process. Windows has no such limits: there only the clock ends it."""
    try:
        import resource
    except ImportError:
        return
    space = memory_bytes + OVERHEAD_BYTES
    seconds = int(seconds * (os.cpu_count() or 1)) + 1
    for kind, most in ((resource.RLIMIT_AS, space), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> int:
    """Answer the question; return the exit code."""
    question: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_the_other, daemon=True).start()
    limit(question.pop("memory_bytes"), question.pop("seconds"))
    from warehouse.asking.query import answer

    try:
        answer(**question)
    except Exception as error:
        return report(error)
    except KeyboardInterrupt:
        return 130
    return 0


def end_with_the_other() -> None:
    """Wait until standard input is closed, then end at once."""
    sys.stdin.read(1)
    os._exit(1)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
