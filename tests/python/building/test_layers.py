"""Which layer of dbt's models may read which: the arrows of README's picture, on every `ref` and `source`."""

from __future__ import annotations

import re
from pathlib import Path

from support.commands import PROJECT_DIR

READS = {
    "staging": {"source"},
    "intermediate": {"seed", "staging", "intermediate"},
    "facts": {"seed", "staging", "intermediate", "facts"},
    "sums": {"seed", "intermediate", "facts", "sums"},
    "kpis": {"seed", "intermediate", "facts", "sums", "kpis"},
    "monitoring": {"source", "seed", "staging", "intermediate", "facts", "sums", "kpis", "monitoring"},
}
NAMED = re.compile(r"\bref\(\s*'(\w+)'|\bby_month\(\s*'\w+',\s*'(\w+)'")
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(.*?(?=\{%-?\s*endmacro)", re.DOTALL)


def models() -> dict[str, Path]:
    """Return the file of every model."""
    return {path.stem: path for path in (PROJECT_DIR / "models").rglob("*.sql")}


def layer(path: Path) -> str:
    """Return the layer that a model's folder means; marts are facts or KPIs."""
    first, second = path.relative_to(PROJECT_DIR / "models").parts[:2]
    return first if first != "marts" else ("kpis" if second == "kpis" else "facts")


def names(text: str) -> set[str]:
    """Return every model or seed that SQL names."""
    return {first or second for first, second in NAMED.findall(text)}


def read_through_macros() -> dict[str, set[str]]:
    """Return the models that each macro names: whoever calls it reads them."""
    found = {
        macro[1]: names(macro[0])
        for path in (PROJECT_DIR / "macros").rglob("*.sql")
        for macro in MACRO.finditer(path.read_text(encoding="utf-8"))
    }
    return {name: read for name, read in found.items() if read}


def test_every_layer_reads_only_the_layers_below_it() -> None:
    files, macros = models(), read_through_macros()
    against, arrows = [], set()
    for name, path in sorted(files.items()):
        text = path.read_text(encoding="utf-8")
        read = names(text).union(*(read for macro, read in macros.items() if re.search(rf"\b{macro}\(", text)))
        below = {other: layer(files[other]) if other in files else "seed" for other in read}
        if "source(" in text:
            below["source()"] = "source"
        arrows |= {(layer(path), other) for other in below.values()}
        against += [f"{name} reads {other}" for other, of in sorted(below.items()) if of not in READS[layer(path)]]
    assert against == []
    assert {("intermediate", "staging"), ("sums", "facts"), ("kpis", "sums"), ("staging", "source")} <= arrows


def test_groups_are_of_marts_alone() -> None:
    """A group below the marts would say who owns a step, and no step has an owner other than its mart's."""
    stated = re.compile(r"^\s*\+?group:|\bgroup\s*=", re.MULTILINE)
    files = [path for path in (PROJECT_DIR / "models").rglob("*") if path.suffix in (".sql", ".yml")]
    assert [str(path) for path in files if "marts" not in path.parts and stated.search(path.read_text("utf-8"))] == []
    by_folder = re.search(r"^models:\n(.*?)^\S", (PROJECT_DIR / "dbt_project.yml").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert by_folder and "+group:" in by_folder[1]
    outside_marts = re.sub(r"^    marts:\n(?:      .*\n)+", "", by_folder[1], flags=re.MULTILINE)
    assert "group:" not in outside_marts
