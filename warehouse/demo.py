"""The demo: a made-up label's exports, generated, landed, built, and what they say."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from common.durable_files import write_durably
from common.errors import LoaderError, UsageError
from common.printing import counted
from common.run_records import recorded
from common.settings import DEMO_MARK, Settings, settings
from loaders.commands.intake import Request
from loaders.commands.land import exit_code_of, land_all, summary
from warehouse.building.build import build
from warehouse.building.published import connected, current

FILES = "demo"
MADE = (FILES, ".received", "landing", "originals", "quarantine", "warehouse", "runs", "exports", DEMO_MARK)


def demo(scale: int, seed: int, remove: bool) -> None:
    """Generate, land and build the demo in the data folder; or remove it.

    Raises UsageError for a folder that holds other landed data, or a demo of another size.
    """
    config = settings()
    if remove:
        remove_demo(config)
        return
    claim(config, scale, seed)
    from demo.generator import generate

    folder = config.data_dir / FILES
    shutil.rmtree(folder, ignore_errors=True)
    print(f"Making a label's exports in {folder} …")
    totals = generate(folder, seed=seed, scale=scale)
    with recorded(config, "demo", scale=scale, seed=seed) as record:
        outcomes = land_all(config, [folder], Request())[folder]
        record["exit_code"] = exit_code_of(outcomes)
    print(summary(outcomes))
    if exit_code_of(outcomes):
        raise LoaderError("demo: a generated file was refused; that is a bug. Its reason stands above.")
    build(as_of=totals.as_of_date)
    tell(config)


def claim(config: Settings, scale: int, seed: int) -> None:
    """Mark the data folder as the demo's."""
    from demo.label import AS_OF

    mark = config.data_dir / DEMO_MARK
    wanted = {"scale": scale, "seed": seed}
    if mark.exists():
        stated = json.loads(mark.read_text(encoding="utf-8"))
        if {name: stated.get(name) for name in wanted} != wanted:
            raise UsageError(f"{config.data_dir} holds another demo. Run `python cli.py demo --remove` first.")
    elif any(config.landing_dir.glob("*/*/2*.parquet")):
        raise UsageError(f"{config.data_dir} holds landed data. Set BEDROT_DATA_DIR to another folder for the demo.")
    config.data_dir.mkdir(parents=True, exist_ok=True)
    write_durably(mark, json.dumps(wanted | {"as_of_date": AS_OF.isoformat()}).encode())


def remove_demo(config: Settings) -> None:
    """Remove what the demo made; nothing where there is no demo.

    Raises UsageError for a folder that is not the demo's.
    """
    if not config.holds_demo:
        raise UsageError(f"{config.data_dir} holds no demo: nothing was removed.")
    for name in MADE:
        path = config.data_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    print(f"Removed the demo from {config.data_dir}.")


FIGURES: dict[str, tuple[str, Callable[[tuple[Any, ...]], str]]] = {
    "Streams towards the goal": (
        "select stream_count, target_value, progress_ratio from kpi_stream_goal",
        lambda row: f"{row[0]:,} of {row[1]:,} ({row[2]:.2%})",
    ),
    "Net revenue, all statement lines": (
        "select sum(net_revenue_usd), count(*) from revenue_transactions",
        lambda row: f"{money(row[0])} USD on {counted(row[1], 'line')}",
    ),
    "Promotion fees (Discovery Mode)": (
        "select sum(net_revenue_usd) from revenue_transactions where transaction_type = 'promotion_fee'",
        lambda row: f"{money(row[0])} USD",
    ),
    "Revenue per Spotify stream": (
        "select net_revenue_per_stream_usd from kpi_revenue_per_stream where platform_name = 'Spotify'",
        lambda row: f"{row[0]:.6f} USD",
    ),
    "Ad spend, dated and undated": (
        "select sum(spend_usd), sum(spend_undated_usd) from kpi_campaign_performance",
        lambda row: f"{money(row[0])} USD, of which {money(row[1])} can't be put on a day",
    ),
    "Business expenses": (
        "select sum(amount_usd), count(*) from business_expenses",
        lambda row: f"{money(row[0])} USD on {counted(row[1], 'line')}",
    ),
    "Names that did not resolve": (
        "select count(*), coalesce(sum(amount_usd), 0) from monitoring.unmatched",
        lambda row: f"{row[0]:,} with {money(row[1])} USD: `python cli.py suggest`",
    ),
}


def tell(config: Settings) -> None:
    """Print the key figures of the published warehouse, and where to look next."""
    published = current(config)
    print(f"\nKey figures as of {published.as_of_date:%d %B %Y}")
    with connected(published) as con:
        for label, (sql, shown) in FIGURES.items():
            print(f"  {label:<34} {shown(con.execute(sql).fetchall()[0])}")
    program = Path(sys.argv[0]).name
    print(
        f"\nNext:\n"
        f'  python {program} query "select campaign_name, spend_usd, conversions_per_dollar '
        'from kpi_campaign_performance order by spend_usd desc"\n'
        f"  python {program} status\n"
        f"  python {program} docs --open          every model, its columns and lineage\n"
        f"  python {program} export --format xlsx\n"
        f"  python {program} demo --remove        start clean, then: python {program} land PATH"
    )


def money(amount: Decimal | None) -> str:
    """An amount shown to cents; the warehouse keeps every decimal."""
    return "unknown" if amount is None else f"{amount:,.2f}"
