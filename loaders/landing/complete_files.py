"""Say whether a file is whole for its kind: a browser, a network share or a slow disk may still be writing it."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

from loaders.landing.exports import DOCUMENT_LIMIT_BYTES, Export

LINE_SECONDS = 60  # some exports end without a line end
REST_SECONDS = 600
TAIL_BYTES = 1024


def lack_of(path: Path) -> tuple[str, int] | None:
    """Return what a file lacks to be whole, and for how many seconds it may still come; None where nothing shows.

    Raises OSError where it can't be read.
    """
    export = Export(path, path.name)
    kind = export.kind
    if kind == "empty":
        return "it is empty", LINE_SECONDS
    if kind in ("zip", "workbook"):
        return None if zipfile.is_zipfile(path) else ("its end, the zip's directory, is not there", REST_SECONDS)
    if kind == "json":
        return None if export.size > DOCUMENT_LIMIT_BYTES or is_json(path) else ("its JSON does not close", REST_SECONDS)
    end = tail_of(path)
    if kind == "html":
        return None if b"</html" in end.lower() else ("its page does not close", REST_SECONDS)
    return None if end.endswith((b"\n", b"\r")) else ("its last line is not ended", LINE_SECONDS)


def is_json(path: Path) -> bool:
    """Say whether a file is JSON to its end."""
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return True


def tail_of(path: Path) -> bytes:
    """Return a file's last bytes."""
    with path.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - TAIL_BYTES, 0))
        return file.read()
