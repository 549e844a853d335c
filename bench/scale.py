"""How far one machine goes: a whole build, one percent more, and nothing new, at 1, 10 and 100 million statement lines.

    python bench/scale.py [--lines 1000000 10000000 100000000] [--spark 1000000 10000000] [--memory 5GB] [--folder F]

prints a table and writes it into bench/README.md. The ledger goes straight into landing (`landing.py`), and stays in
`F/ledger-LINES` for the next time. Every measurement is a process of its own; after each build the lines and their sum
are compared with the generator's, and Spark's with DuckDB's, mart by mart.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT_DIR), str(PROJECT_DIR / "tests" / "python")]

from bench.run import AS_OF, BENCH_DIR, MIB, Took, cli, job, machine, write_between

BEGIN, END = "<!-- scale: begin -->", "<!-- scale: end -->"
FULL_SECONDS, FULL_BYTES, MORE_SHARE, NOTHING_SECONDS, PLAIN_RATIO = 300, 6 << 30, 0.05, 10, 1.2
SLOWEST = 6
AIMED_AT, COMPARED_AT = 100_000_000, 10_000_000


@dataclass(frozen=True)
class Row:
    """One measurement: what it took, the bytes of its database, and where dbt spent its time."""

    name: str
    took: Took
    bytes: int
    nodes: str = ""


def measure(lines: int, folder: Path, with_spark: bool) -> list[Row]:
    """Measure one size."""
    ledger, data, plain = folder / f"ledger-{lines}", folder / "data", folder / "plain.duckdb"
    landed = made(lines, ledger)
    cli("build", data_dir=data)  # fills dbt's parse cache
    shutil.rmtree(data / "landing")
    shutil.copytree(ledger / "landing", data / "landing", copy_function=os.link)
    full = cli("build", "--full-refresh", data_dir=data)
    rows = [Row("full build", full, checked(data, landed), nodes(data))]
    manifest = data / "warehouse" / ".dbt" / "target" / "manifest.json"
    took = job("plain", manifest, data, plain).inner
    rows.append(Row("plain DuckDB", took, plain.stat().st_size))
    plain.unlink()
    if with_spark:
        rows.append(on_spark(data))
    more = job("land_newest_month", data, str(lines), str(lines // 100)).answer
    total = {"lines": landed["lines"] + more["lines"], "net_usd": str(Decimal(landed["net_usd"]) + Decimal(more["net_usd"]))}
    rows.append(Row("+1 %", cli("build", data_dir=data), checked(data, total), nodes(data)))
    rows.append(Row("nothing new", cli("build", data_dir=data), checked(data, total)))
    shutil.rmtree(data)
    return rows


def made(lines: int, ledger: Path) -> dict:
    """Land a ledger of so many lines in a folder, where none is yet; return what it holds."""
    told = ledger / "landed.json"
    if not told.exists():
        shutil.rmtree(ledger, ignore_errors=True)
        landed = job("land_ledger", ledger, str(lines)).answer
        told.write_text(json.dumps(landed), encoding="utf-8")
    return json.loads(told.read_text(encoding="utf-8"))


def nodes(data: Path) -> str:
    """Say where the last build spent its time: the slowest models, and all the rest; two run at a time."""
    told = json.loads((data / "warehouse" / ".dbt" / "target" / "run_results.json").read_text(encoding="utf-8"))
    took = {"model": [], "test": []}
    for one in told["results"]:
        kind, _, *name = one["unique_id"].split(".")
        if kind in took:
            took[kind].append((one["execution_time"], name[0]))
    slowest = sorted(took["model"], reverse=True)[:SLOWEST]
    others = sum(seconds for seconds, _ in took["model"]) - sum(seconds for seconds, _ in slowest)
    tests = sum(seconds for seconds, _ in took["test"])
    return (
        f"{told['elapsed_time']:.0f} s in dbt, two threads: "
        + ", ".join(f"`{name}` {seconds:.1f} s" for seconds, name in slowest)
        + f", {len(took['model']) - len(slowest)} other models {others:.1f} s, {len(took['test'])} tests {tests:.1f} s."
    )


def on_spark(data: Path) -> Row:
    """Build on Spark, from nothing, and compare every mart with DuckDB's."""
    import psutil

    started, processor, peak = time.perf_counter(), {}, 0
    command = [sys.executable, str(BENCH_DIR.parent / "cli.py"), "build", "--target", "spark", "--full-refresh"]
    environment = os.environ | {"BEDROT_AS_OF": AS_OF, "BEDROT_DATA_DIR": str(data)}
    with tempfile.TemporaryFile("w+") as told:
        process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=told, env=environment)
        while process.poll() is None:  # nobody waits for the JVM, so its parents' figures lack it
            time.sleep(0.2)
            for one in (process, *process.children(recursive=True)):
                with contextlib.suppress(psutil.Error), one.oneshot():
                    processor[one.pid] = sum(one.cpu_times()[:2])
                    peak = max(peak, one.memory_info().rss)
        seconds = time.perf_counter() - started
        if process.returncode:
            told.seek(0)
            raise SystemExit(f"Spark ended with {process.returncode}: {told.read()[-2000:]}")
    cli("compare", "duckdb", "spark", "--no-build", data_dir=data)
    tables = sum(path.stat().st_size for path in (data / "warehouse" / "spark").rglob("*.parquet"))
    return Row("Spark", Took(seconds, sum(processor.values()), peak), tables)


def checked(data: Path, landed: dict) -> int:
    """Compare the published build with what was landed; return the bytes of its file."""
    published = database(data)
    stated = job("totals", published).answer
    if (stated["lines"], Decimal(stated["net_usd"])) != (landed["lines"], Decimal(landed["net_usd"])):
        raise SystemExit(f"{published}: {stated}, but {landed} was landed")
    return published.stat().st_size


def database(data: Path) -> Path:
    """The published database of a data folder."""
    return data / "warehouse" / json.loads((data / "warehouse" / "current.json").read_text(encoding="utf-8"))["path"]


def aims(lines: int, rows: dict[str, Row]) -> dict[str, str]:
    """What each measurement was to be, and whether it is."""
    full, plain, more, nothing = (rows[name].took for name in ("full build", "plain DuckDB", "+1 %", "nothing new"))
    told = {"plain DuckDB": "", "full build": f"{full.seconds / plain.seconds:.2f} × plain"}
    if "Spark" in rows:
        told["Spark"] = f"{rows['Spark'].took.seconds / full.seconds:.1f} × full build; every mart equal"
    if lines == COMPARED_AT:
        told["full build"] += verdict(full.seconds <= PLAIN_RATIO * plain.seconds, f"{PLAIN_RATIO} ×")
    if lines == AIMED_AT:
        told["full build"] += verdict(full.seconds <= FULL_SECONDS, f"{FULL_SECONDS} s")
        told["full build"] += verdict((full.peak_bytes or 0) <= FULL_BYTES, f"{FULL_BYTES >> 30} GiB")
    share = more.seconds / full.seconds
    told["+1 %"] = f"{share:.1%} of a full build" + (
        verdict(share <= MORE_SHARE, f"{MORE_SHARE:.0%}") if lines == AIMED_AT else ""
    )
    told["nothing new"] = verdict(nothing.seconds <= NOTHING_SECONDS, f"{NOTHING_SECONDS} s").removeprefix("; ")
    return told


def verdict(is_met: bool, aim: str) -> str:
    """Return whether an aim is met, as the table shows it."""
    return f"; aim {aim}: {'met' if is_met else 'missed'}"


def table(lines: int, measured: list[Row]) -> str:
    """The measurements of one size as Markdown."""
    told = aims(lines, {row.name: row for row in measured})
    text = [
        f"### {lines:,} lines\n",
        "| | wall | processor | peak memory | database | |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in measured:
        peak = f"{row.took.peak_bytes / MIB:,.0f} MiB" if row.took.peak_bytes else ""
        text.append(
            f"| {row.name} | {row.took.seconds:,.1f} s | {row.took.processor:,.1f} s | {peak} | {row.bytes / MIB:,.0f} MiB "
            f"| {told[row.name]} |"
        )
    text += [f"\n{row.name.capitalize()}: {row.nodes}" for row in measured if row.nodes]
    return "\n".join(text)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure whole builds, increments and builds of nothing new.")
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000, 100_000_000])
    parser.add_argument("--spark", type=int, nargs="*", default=[1_000_000, 10_000_000], help="Sizes to build on Spark, too.")
    parser.add_argument("--memory", default="5GB", help="DuckDB's memory limit, and that of Spark's driver.")
    parser.add_argument("--folder", type=Path, help="Where to work, 300 bytes a line; ledgers made there are used again.")
    given = parser.parse_args()
    os.environ["BEDROT_MEMORY_LIMIT"] = given.memory
    told = [f"{machine(1)} The memory limit is {given.memory}."]
    with contextlib.ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bedrot-scale-")))
        for lines in given.lines:
            shutil.rmtree(folder / "data", ignore_errors=True)
            told.append(table(lines, measure(lines, folder, lines in given.spark)))
            print(told[-1], flush=True)
    write_between(BEGIN, END, "\n\n".join(told))


if __name__ == "__main__":
    main()
