"""One record a run, failures too: what was asked, what came of it (docs/how-it-works.md, "Data folder")."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from common.durable_files import write_durably
from common.failures import mendable
from common.secrets import strike
from common.settings import Settings, utc_now


@contextlib.contextmanager
def recorded(settings: Settings, command: str, **asked: Any) -> Iterator[dict[str, Any]]:
    """Keep a record of a run; what the caller puts in the dictionary is kept with it."""
    started = utc_now()
    record: dict[str, Any] = {"command": command, "asked": asked, "started_at": started.isoformat(), "exit_code": 0}
    try:
        yield record
    except BaseException as error:
        mended = mendable(error)
        record |= {"exit_code": mended.exit_code if mended else 1, "error": str(mended or repr(error))}
        raise
    finally:
        record["ended_at"] = utc_now().isoformat()
        folder = settings.runs_dir / f"{started:%Y}" / f"{started:%m}"
        problem = sys.exc_info()[0]
        with contextlib.suppress(OSError) if problem else contextlib.nullcontext():
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{started:%Y%m%dT%H%M%SZ}_{command}_{os.getpid()}.json"
            text = json.dumps(record, ensure_ascii=False, indent=1, default=str)
            write_durably(folder / name, strike(text).encode())


def read_records(settings: Settings, command: str = "*", since: datetime = datetime.min) -> Iterator[dict[str, Any]]:
    """Yield the whole records of a command's runs that began after a moment, newest first; a damaged one is left out."""
    for path in sorted(settings.runs_dir.glob(f"*/*/*_{command}_*.json"), key=lambda path: path.name, reverse=True):
        if since > datetime.min and path.name < f"{since:%Y%m%dT%H%M%SZ}":
            return
        with contextlib.suppress(OSError, ValueError, RecursionError):
            record = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(record, dict):
                yield record
