"""The same models on Spark: what the engine needs, the build, and where its tables lie (docs/scale.md)."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from common.durable_files import write_durably
from common.errors import UsageError
from common.run_records import recorded
from common.settings import Settings, utc_now
from warehouse.building.dbt import Engine, build_lock, build_options, check, passed_text, run_dbt
from warehouse.building.selection import project_hash

JAVA = 17
SCHEMAS = ("staging", "intermediate", "marts", "monitoring", "seeds", "main")
METASTORE = "metastore"
STATE = "spark.json"


@dataclass(frozen=True)
class BuiltOnSpark:
    """The last build that ended well: where its tables lie as Parquet, and its day."""

    folder: Path
    as_of_date: date


def build_on_spark(config: Settings, as_of: date, full_refresh: bool = False, select: str | None = None) -> str:
    """Build and test every model in Spark's warehouse; return where that is. It publishes nothing.

    A build begins from nothing where the last one did not end well, since what a killed one left could not be told from
    tables, and where models, macros or seeds have changed since.
    Raises UsageError where Spark can't run here, BuildError when a model or a test fails.
    """
    require_spark(config)
    engine, state = on_spark(config), config.warehouse_dir / STATE
    asked = {"select": select, "as_of": as_of, "master": config.spark_master}
    with recorded(config, "spark", **asked) as record, build_lock(config, engine.beside(".build.lock")):
        project = project_hash(config)
        if not select:
            if full_refresh or last_build(config).get("project") != project:
                full_refresh = True
                remove_tables(config)
            state.unlink(missing_ok=True)
        results = run_dbt(config, engine, as_of, build_options(full_refresh, select))
        record["dbt"] = asdict(results)
        check(results)
        if not select:
            told = {"warehouse": config.spark_dir, "as_of_date": as_of.isoformat(), "built_at": utc_now().isoformat()}
            write_durably(state, json.dumps(told | {"project": project}, indent=1).encode())
    print(f"Built on Spark: {config.spark_dir}")
    print(passed_text(results))
    return config.spark_dir


def built_on_spark(config: Settings) -> BuiltOnSpark:
    """Return the last build on Spark that ended well.

    Raises UsageError where there is none, or its tables lie where files can't be read from here.
    """
    told = last_build(config)
    if not told:
        raise UsageError("Nothing is built on Spark yet. Run `python cli.py build --target spark`.")
    if "://" in told["warehouse"]:
        raise UsageError(f"spark: its tables lie at {told['warehouse']}; comparing needs a folder that this machine can read.")
    return BuiltOnSpark(Path(told["warehouse"]), date.fromisoformat(told["as_of_date"]))


def last_build(config: Settings) -> dict[str, str]:
    """Return what is kept of the last build that ended well; nothing where there is none, or one has begun since."""
    state = config.warehouse_dir / STATE
    return json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}


def on_spark(config: Settings) -> Engine:
    """Return the engine with what Spark itself reads: a master, or a Spark Connect server."""
    master = config.spark_master
    connect = is_connect(config)
    environment = {
        "BEDROT_SPARK_WAREHOUSE": config.spark_dir,
        "BEDROT_SPARK_TIMEZONE": config.spark_timezone,
        "BEDROT_SPARK_PARTITIONS": str(config.spark_partitions),
        "SPARK_REMOTE" if connect else "MASTER": master,
    }
    if master.startswith("local"):  # one process: it needs no network, and no name that resolves
        environment |= {name: os.environ.get(name, "127.0.0.1") for name in ("SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME")}
    return Engine("spark_connect" if connect else "spark", environment)


def is_connect(config: Settings) -> bool:
    """Whether the master is a Spark Connect server, which has Java, a metastore and a warehouse folder of its own."""
    return config.spark_master.startswith("sc://")


def require_spark(config: Settings) -> None:
    """Raise UsageError, saying what to do, where pyspark, dbt-spark or Java is missing."""
    if not all(importlib.util.find_spec(name) for name in ("pyspark", "dbt.adapters.spark")):
        raise UsageError("spark: pyspark and dbt-spark are not installed. Run `pip install -r requirements-spark.lock`.")
    if is_connect(config):
        return
    version = java_version()
    if version is None or version < JAVA:
        found = f"this is Java {version}" if version else "there is none"
        raise UsageError(f"spark: Java {JAVA} or newer is needed, {found}. Install openjdk-17-jre-headless or set JAVA_HOME.")


def java_version() -> int | None:
    """Return the major version of the Java that Spark would run; None without one."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if not program:
        return None
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?([0-9]+)', said)
    return int(found[1]) if found else None


def remove_tables(config: Settings) -> None:
    """Remove what earlier builds made, where it lies in a folder of this machine and no server has it open."""
    if "://" not in config.spark_dir and not is_connect(config):
        for name in (METASTORE, *(f"{schema}.db" for schema in SCHEMAS)):
            shutil.rmtree(Path(config.spark_dir) / name, ignore_errors=True)
