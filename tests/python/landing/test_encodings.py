"""Encodings: each line is UTF-8, else Windows-1252, whatever the size; what can't be told is refused."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from support.commands import land, rows, timeline
from support.ledgers import ledger_a, ledger_b, sale

from common.errors import SourceFormatError
from common.settings import Settings
from loaders.landing import encodings
from loaders.landing.encodings import decode, write_as_utf8

TITLES = ("NÉON", "ŒUVRE “A”", "ネオン", "PLAIN", "ÄÖÜ")


def line(title: str) -> str:
    return ledger_a([sale("2025-03-29", "2025-01", Title=title)]).decode().split("\r")[1] + "\r"


def header() -> str:
    return ledger_a([]).decode()


def test_one_line_of_windows_1252_leaves_the_others_utf_8(config: Settings, box: Path) -> None:
    content = header().encode() + b"".join(line(title).encode() for title in TITLES) + line("CAFÉ").encode("cp1252")
    (box / "dk_bank_details.tsv").write_bytes(content)
    outcome = land(config, box)[0]
    assert outcome.status == "landed"
    assert outcome.warnings == ("1 line read as Windows-1252 (the first is line 7), the others as UTF-8",)
    assert [title for (title,) in rows(config, "distrokid", "bank_details", '"Title"')] == [*TITLES, "CAFÉ"]
    assert timeline(config, "distrokid", "bank_details")[0].encoding == "utf-8 and cp1252"


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_lines_are_found_wherever_a_piece_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(encodings, "CHUNK_BYTES", size)
    texts = ["é\r\n", "ü\n", "\r", "\n", "plain\r", "“x”\r\n", "ネ\n", "last é"]
    for in_cp1252 in product((True, False), repeat=2):
        content = b"".join(
            text.encode("cp1252" if is_cp1252 else "utf-8")
            for text, is_cp1252 in zip(texts, [in_cp1252[0], *[in_cp1252[1]] * 5, False, in_cp1252[0]], strict=True)
        )
        (tmp_path / "a").write_bytes(content)
        write_as_utf8(tmp_path / "a", tmp_path / "b", "a")
        assert (tmp_path / "b").read_bytes() == "".join(texts).encode()


def test_a_line_that_is_both_at_once_is_refused_beside_lines_of_utf_8(config: Settings, box: Path) -> None:
    both = line("NÉON").encode().replace(b"PIG1987", "PÏG".encode("cp1252"))
    (box / "dk_bank_details.tsv").write_bytes(header().encode() + line("ネオン").encode() + both)
    refused = land(config, box)[0]
    assert "line 3 is part UTF-8, part Windows-1252" in refused.reason


def test_windows_1252_that_looks_like_utf_8_in_places_stays_windows_1252(config: Settings, box: Path) -> None:
    content = (header() + line("«CAFÉ»") + line("NÉON")).encode("cp1252")
    (box / "dk_bank_details.tsv").write_bytes(content)
    assert land(config, box)[0].warnings == ("read as Windows-1252",)
    assert rows(config, "distrokid", "bank_details", '"Title"') == [("«CAFÉ»",), ("NÉON",)]


def test_an_answer_on_one_line_is_never_half_read() -> None:
    names = {"a": "NÉON DRIFT", "b": "ÜBER", "c": "ŒUVRE"}
    utf8, cp1252 = (json.dumps(names, ensure_ascii=False).encode(encoding) for encoding in ("utf-8", "cp1252"))
    assert json.loads(decode(utf8, "a")) == json.loads(decode(cp1252, "a")) == names
    with pytest.raises(SourceFormatError, match="line 1 is part UTF-8, part Windows-1252"):
        decode(utf8.replace("Ü".encode(), "Ü".encode("cp1252")), "a.json")


def test_bytes_that_are_neither_name_their_line(config: Settings, box: Path) -> None:
    (box / "dk_bank_details.tsv").write_bytes((header() + line("A")).encode() + line("B").encode().replace(b"PIG", b"P\x81G"))
    assert "line 3 is neither UTF-8 nor Windows-1252" in land(config, box)[0].reason


def test_a_small_file_that_is_read_whole_is_decoded_by_line_too(config: Settings, box: Path) -> None:
    head = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
    lines = [
        "2025-05-03,2025-05-05,1234,CAFÉ ネ,M,5.00,\n".encode(),
        "2025-05-04,2025-05-05,1234,CAFÉ,M,5.00,\n".encode("cp1252"),
    ]
    (box / "card.csv").write_bytes(head.encode() + b"".join(lines))
    checking = "Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount,Balance\n"
    (box / "checking.csv").write_bytes((checking + "1234,CAFÉ,10/10/24,Debit,9.99,5.00\n").encode("cp1252"))
    told = [one.warnings for one in land(config, box)]
    assert told == [("1 line read as Windows-1252 (the first is line 3), the others as UTF-8",), ("read as Windows-1252",)]
    assert rows(config, "bank", "card", '"Description"') == [("CAFÉ ネ",), ("CAFÉ",)]
    assert rows(config, "bank", "checking", '"Transaction Description"') == [("CAFÉ",)]


def test_pure_encodings_land_the_same_content(config: Settings, box: Path) -> None:
    content = ledger_b([sale("2025-03-29", "2025-01", Title=title) for title in ("NÉON", "ŒUVRE", "ÄÖÜ")]).decode()
    for encoding in ("utf-8", "cp1252"):
        (box / "dk_bank_details.csv").write_bytes(content.encode(encoding))
        land(config, box)
    assert len(timeline(config, "distrokid", "bank_details")) == 1, "the second is unchanged"
