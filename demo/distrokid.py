"""DistroKid's bank details: the early export in generation A, then generation B in tabs and in quoted commas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from demo.ledger import PICO, LedgerCounter, Line, lines
from demo.totals import LedgerTotals
from demo.truth import Truth

HEADER_A = (
    "Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC", "Quantity", "Team Percentage",
    "Song/Album", "Country of Sale", "Songwriter Royalties Withheld", "Earnings (USD)",
)  # fmt: skip
HEADER_B = (
    "Date Inserted", "Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC", "Quantity",
    "Team Percentage", "Source Type", "Country of Sale", "Songwriter Royalties Withheld (USD)", "Earnings (USD)",
    "Recoup (USD)",
)  # fmt: skip
BATCH = 10_000


def generation_a(line: Line) -> str:
    """Tabs, no quotes, 8 decimals, a lone CR at the end."""
    return (
        f"{line.reporting_date}\t{line.sale_month}\t{line.store}\t{line.artist}\t{line.title}\t{line.isrc}\t{line.upc}\t"
        f"{line.quantity}\t{line.team_percentage}\t{line.source_type}\t{line.country}\t"
        f"{withheld(line) if line.withheld else 0}\t{money(line.earnings, 8)}\r"
    )


def generation_b_tabs(line: Line) -> str:
    """The tab-delimited copy: no quotes, 12 decimals, CR LF."""
    return (
        f"{line.reporting_date}\t{line.reporting_date}\t{line.sale_month}\t{line.store}\t{line.artist}\t{line.title}\t{line.isrc}\t"
        f"{line.upc}\t{line.quantity}\t{line.team_percentage}\t{line.source_type}\t{line.country}\t"
        f"{withheld(line)}\t{money(line.earnings, 12)}\t\r\n"
    )


def generation_b(line: Line) -> str:
    """Commas, every field quoted, 12 decimals, LF."""
    return (
        f'"{line.reporting_date}","{line.reporting_date}","{line.sale_month}","{line.store}","{line.artist}","{line.title}",'
        f'"{line.isrc}","{line.upc}","{line.quantity}","{line.team_percentage}","{line.source_type}","{line.country}",'
        f'"{withheld(line)}","{money(line.earnings, 12)}",""\n'
    )


@dataclass(frozen=True)
class LedgerExport:
    """One export: its name, the last reporting date in it, its header line and how it writes a line."""

    name: str
    until: str
    header: str
    written: Callable[[Line], str]


QUOTED_HEADER = ",".join(f'"{name}"' for name in HEADER_B) + "\n"
EXPORTS = (
    LedgerExport("dk_bank_details_20250610_090000.tsv", "2025-06-10", "\t".join(HEADER_A) + "\r", generation_a),
    LedgerExport("dk_bank_details_20260112_090000.tsv", "2026-01-12", "\t".join(HEADER_B) + "\r\n", generation_b_tabs),
    LedgerExport("dk_bank_details_20260704_090000.tsv", "2026-07-04", QUOTED_HEADER, generation_b),
)


def write_ledgers(folder: Path, truth: Truth) -> tuple[LedgerTotals, dict[str, int]]:
    """Write the three exports in one pass; return the newest one's totals and each one's number of lines."""
    counter = LedgerCounter()
    counts = {export.name: 0 for export in EXPORTS}
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = [stack.enter_context((folder / one.name).open("w", encoding="utf-8", newline="")) for one in EXPORTS]
        for file, export in zip(files, EXPORTS, strict=True):
            file.write(export.header)
        for batch in batches(lines(truth)):
            for file, export in zip(files, EXPORTS, strict=True):
                booked = [line for line in batch if line.reporting_date <= export.until]
                file.write("".join([export.written(line) for line in booked]))
                counts[export.name] += len(booked)
            for line in booked:
                counter.add(line)
    return counter.totals(), counts


def write_ledger(path: Path, truth: Truth, limit: int) -> LedgerTotals:
    """Write one export of generation B with so many lines, and return its totals."""
    counter = LedgerCounter()
    newest = EXPORTS[-1]
    booked = (line for line in lines(truth) if line.reporting_date <= newest.until)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(newest.header)
        for batch in batches(islice(booked, limit)):
            file.write("".join([newest.written(line) for line in batch]))
            for line in batch:
                counter.add(line)
    return counter.totals()


def batches(stream: Iterable[Line]) -> Iterator[list[Line]]:
    """Cut a stream into lists, so that writing stays fast and memory small."""
    iterator = iter(stream)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def money(pico: int, places: int) -> str:
    """Money counted in 10^-12 USD as plain decimal text."""
    whole, part = divmod(abs(pico), PICO)
    return f"{'-' if pico < 0 else ''}{whole}.{part // 10 ** (12 - places):0{places}d}"


def withheld(line: Line) -> str:
    """Withheld songwriter royalties with five decimals."""
    return f"{line.withheld // 100_000}.{line.withheld % 100_000:05d}"
