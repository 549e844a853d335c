"""A path that stays: `warehouse/bedrot.duckdb` is always the published file."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import pytest

from common.settings import Settings
from warehouse.building.build import DATABASE, link_latest


def build_with(config: Settings, name: str, figure: int) -> Path:
    """Write a build's file with one figure."""
    path = config.warehouse_dir / name / DATABASE
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table figures as select {figure} as figure")
    return path


def figure_in(path: Path) -> int:
    """Read the figure, as a program does that opens the file anew."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute("select figure from figures").fetchall()[0][0]


def test_the_path_that_stays_is_the_newest_build_without_a_second_copy(config: Settings) -> None:
    latest = config.warehouse_dir / DATABASE
    for name, figure in (("20260101T000000Z_aaaaaa", 1), ("20260102T000000Z_bbbbbb", 2)):
        path = build_with(config, name, figure)
        link_latest(config, path)
        link_latest(config, path)
        assert figure_in(latest) == figure and latest.samefile(path)
    assert sorted(one.name for one in config.warehouse_dir.iterdir() if one.is_file()) == [DATABASE]


def test_an_open_reader_keeps_its_build_until_it_opens_the_path_again(config: Settings) -> None:
    latest = config.warehouse_dir / DATABASE
    link_latest(config, build_with(config, "20260101T000000Z_aaaaaa", 1))
    with latest.open("rb") as reader:
        before = os.fstat(reader.fileno()).st_ino
        link_latest(config, build_with(config, "20260102T000000Z_bbbbbb", 2))
        assert os.fstat(reader.fileno()).st_ino == before != latest.stat().st_ino
    assert figure_in(latest) == 2


def test_a_file_system_without_second_names_gets_a_copy(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    path = build_with(config, "20260101T000000Z_aaaaaa", 1)
    monkeypatch.setattr(os, "link", refused)
    link_latest(config, path)
    latest = config.warehouse_dir / DATABASE
    assert figure_in(latest) == 1 and not latest.samefile(path)
    path.parent.rename(path.parent.with_name("20260103T000000Z_cccccc"))
    assert figure_in(latest) == 1


def test_a_file_that_can_not_be_replaced_stays_and_is_said(
    config: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    link_latest(config, build_with(config, "20260101T000000Z_aaaaaa", 1))

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refused)
        link_latest(config, build_with(config, "20260102T000000Z_bbbbbb", 2))
    assert figure_in(config.warehouse_dir / DATABASE) == 1
    assert "open in another program" in capsys.readouterr().err
    assert sorted(one.name for one in config.warehouse_dir.iterdir() if one.is_file()) == [DATABASE]
