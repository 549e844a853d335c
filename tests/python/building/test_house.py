"""The house stays in order: modules that fit in a head, and references that a reader of the repository can follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from common.settings import PROJECT_DIR

CODE = ("common", "loaders", "warehouse", "demo", "bench")
TEXTS = (*CODE, "models", "macros", "seeds", "tests", "docs")
SUFFIXES = {".py", ".sql", ".md", ".yml", ".toml", ".csv"}
MOST_LINES = 450
PAGE = re.compile(r"\bdocs/[a-z-]+\.md")
PART = re.compile(r'docs/how-it-works\.md, "([^"]+)"')
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def texts_in(*folders: str) -> Iterator[tuple[Path, str]]:
    paths = [path for folder in folders for path in (PROJECT_DIR / folder).rglob("*")]
    for path in (*paths, *PROJECT_DIR.glob("*")):
        if path.suffix in SUFFIXES and path != Path(__file__):
            yield path.relative_to(PROJECT_DIR), path.read_text(encoding="utf-8")


def test_no_module_is_longer_than_a_reader_takes_in() -> None:
    lengths = {path: len(text.splitlines()) for path, text in texts_in(*CODE) if path.suffix == ".py"}
    assert Path("loaders/spotify/api.py") in lengths and Path("cli.py") in lengths
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_reference_is_to_something_in_the_repository() -> None:
    found = dict(texts_in(*TEXTS))
    assert Path("README.md") in found and Path("docs/how-it-works.md") in found
    named = {(path, page) for path, text in found.items() for page in PAGE.findall(text)}
    assert len(named) > 40
    assert sorted(f"{path}: {page}" for path, page in named if not (PROJECT_DIR / page).exists()) == []
    headings = set(HEADING.findall(found[Path("docs/how-it-works.md")]))
    parts = {(path, part) for path, text in found.items() for part in PART.findall(text)}
    assert len(parts) > 10
    assert sorted(f"{path}: {part}" for path, part in parts if part not in headings) == []
