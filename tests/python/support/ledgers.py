"""Small statement exports, as DistroKid writes them, and what people do to them."""

from __future__ import annotations

import csv
from pathlib import Path

GENERATION_A = (
    "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album"
    "\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (USD)"
).split("\t")


GENERATION_B = (
    "Date Inserted,Reporting Date,Sale Month,Store,Artist,Title,ISRC,UPC,Quantity,Team Percentage,Source Type,"
    "Country of Sale,Songwriter Royalties Withheld (USD),Earnings (USD),Recoup (USD)"
).split(",")


WITHDRAWN_MONTH = "2026-03"


def sale(
    date: str, month: str, isrc: str = "QZABC2500001", quantity: str = "41", earnings: str = "0.12345678", **other: str
) -> dict[str, str]:
    """One statement line."""
    return {
        "Reporting Date": date, "Sale Month": month, "Store": "Spotify", "Artist": "PIG1987", "Title": "NEON DRIFT",
        "ISRC": isrc, "UPC": "199000000001", "Quantity": quantity, "Team Percentage": "100", "Song/Album": "Song",
        "Country of Sale": "US", "Songwriter Royalties Withheld": "0", "Earnings (USD)": earnings,
    } | other  # fmt: skip


def ledger_a(lines: list[dict[str, str]], header: list[str] = GENERATION_A) -> bytes:
    """A ledger of generation A: tabs, bare, every line ended by a lone CR."""
    rows = [header, *([line.get(name, "") for name in header] for line in lines)]
    return "".join("\t".join(row) + "\r" for row in rows).encode()


def ledger_b(lines: list[dict[str, str]], delimiter: str = ",") -> bytes:
    """A ledger of generation B: every field quoted, money to twelve decimals."""
    rows = [GENERATION_B]
    for line in lines:
        named = line | {
            "Date Inserted": line["Reporting Date"], "Source Type": line["Song/Album"],
            "Songwriter Royalties Withheld (USD)": "0.00000", "Earnings (USD)": line["Earnings (USD)"].ljust(14, "0"),
        }  # fmt: skip
        rows.append([named.get(name, "") for name in GENERATION_B])
    return "".join(delimiter.join(f'"{value}"' for value in row) + "\n" for row in rows).encode()


def newest_ledger(files: Path) -> Path:
    """The newest ledger among the demo's exports."""
    return max((files / "distrokid").glob("dk_bank_details_*"))


def restated(ledger: Path, into: Path) -> Path:
    """That ledger exported a day later: one reporting month is gone, and the money of one line has changed."""
    with ledger.open(encoding="utf-8", newline="") as file:
        stated = csv.DictReader(file)
        rows = [row for row in stated if not row["Reporting Date"].startswith(WITHDRAWN_MONTH)]
    rows[7]["Earnings (USD)"] = "0.777777777777"
    target = into / "dk_bank_details_20260706_090000.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, GENERATION_B, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return target


def late_ledger(into: Path) -> Path:
    """An old export that lands late: a month that no other has, and lines that can't be read."""
    target = into / "dk_bank_details_20210110_090000.csv"
    target.write_bytes(ledger_b([sale("2020-12-24", "2020-11"), sale("2020-12-24", "x"), sale("no date", "2020-11")]))
    return target
