"""docs/adding-a-source.md, followed in a copy of the checkout: its files and edits, then the commands that it ends with."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.commands import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "adding-a-source.md"
BLOCK = re.compile(r"^(?P<text>[^\n]+(?:\n[^\n]+)*)\n\n```\w+\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
EDIT = re.compile(r".*\bIn `([^`]+)`.*?(below|in place of) `([^`]+)`:$")
END = re.compile(r".*\bAt the end of `([^`]+)` and `([^`]+)`")
FILE = re.compile(r"^`([^`]+)`|.*`([^`]+)` becomes:$")
TEXT = {"encoding": "utf-8", "newline": "\n"}
SERVED = """
import os, subprocess, sys
from fake_platforms.deezer import Deezer
with Deezer() as portal:
    sys.exit(subprocess.run(sys.argv[1], shell=True, env=os.environ | {"BEDROT_DEEZER_BASE_URL": portal.url}).returncode)
"""


@dataclass(frozen=True)
class Step:
    """One block of the page: the text above it, and what goes into a file."""

    text: str
    content: str

    def apply(self, checkout: Path) -> None:
        """Write the block into the file that the text names, or fail."""
        if found := EDIT.match(self.text):
            name, where, anchor = found.groups()
            lines = (checkout / name).read_text(encoding="utf-8").split("\n")
            assert lines.count(anchor) == 1, f"{name} has the line {anchor!r} {lines.count(anchor)} times"
            place = lines.index(anchor)
            lines[place : place + 1] = [*([anchor] if where == "below" else []), self.content.removesuffix("\n")]
            (checkout / name).write_text("\n".join(lines), **TEXT)
        elif found := END.match(self.text):
            for name in found.groups():
                with (checkout / name).open("a", **TEXT) as file:
                    file.write(self.content)
        elif found := FILE.match(self.text):
            path = checkout / (found[1] or found[2])
            assert path.exists() == bool(found[2]), f"{path.name} is said to be {'there' if found[2] else 'new'}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.content, **TEXT)
        else:
            pytest.fail(f"a block without a place: {self.text}")


def steps() -> Iterator[Step]:
    """Yield the page's blocks in order."""
    for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        yield Step(" ".join(found["text"].split("\n")), found["content"])


def commands() -> list[str]:
    """Return the commands that the page ends with, without what is said of them."""
    block = PAGE.read_text(encoding="utf-8").split("## 6. See it all pass\n\n")[1].split("\n\n")[0]
    return [
        " ".join(shlex.quote(word) if " " in word else word for word in shlex.split(line, comments=True))
        for line in block.splitlines()
    ]


@pytest.mark.slow
def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    left_out = shutil.ignore_patterns(".git", ".venv", "data", "target", "logs", "__pycache__", ".*_cache")
    shutil.copytree(PROJECT_DIR, checkout, ignore=left_out)
    every = list(steps())
    assert len(every) == PAGE.read_text(encoding="utf-8").count("\n```") // 2
    for step in every:
        step.apply(checkout)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BEDROT_SEEDS", "PYTEST_"))}
    environment = own | {
        "BEDROT_DATA_DIR": str(tmp_path / "data"), "BEDROT_THREADS": "1", "COLUMNS": "160",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(checkout / "tests" / "python"),
    }  # fmt: skip

    def run(command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", SERVED, command],
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    run("ruff check . && ruff format --check .")
    run("python -m pytest tests/python/building -p no:cacheprovider -k 'list_the_columns or depend_on_what'")
    *shown, last = commands()
    assert last == "make lint test"  # of which the lines above are what this page could break
    tests, extract, models, build, mart, artists = [run(command) for command in shown]
    assert "3 passed" in tests and "landed 1 row" in extract
    assert "Completed successfully" in models and "deezer_artists_are_found_by_name" in models
    assert "Published" in build
    assert re.search(r"\b27\b.*PIG1987.*\b41\b", mart)
    assert re.search(r"PIG1987\W+41\b", artists)
