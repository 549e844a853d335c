"""Writing files whose bytes are the same in every run."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

BOM = "\ufeff"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, line ends as given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def write_json(path: Path, document: Any, indent: int | None = None) -> None:
    """Write JSON: indented with a last newline, or on a single line without one."""
    separators = None if indent else (",", ":")
    text = json.dumps(document, ensure_ascii=False, indent=indent, separators=separators)
    write_text(path, text + "\n" if indent else text)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]], **dialect: Any) -> str:
    """CSV text, quoted only where needed unless the dialect says otherwise."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, **({"lineterminator": "\n"} | dialect))
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def write_zip(path: Path, stored_at: datetime, members: dict[str, str]) -> None:
    """Write a zip whose entries bear a fixed time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as bundle:
        for name, text in members.items():
            entry = zipfile.ZipInfo(name, stored_at.timetuple()[:6])
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            bundle.writestr(entry, text.encode())


def pages_text(answers: Sequence[Any]) -> str:
    """One answer as it is, several as a list of them: pages merged into one file, each as received."""
    texts = [json.dumps(one, ensure_ascii=False, indent=2) for one in answers]
    return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"
