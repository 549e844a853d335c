"""Secrets: what is struck out of every message, log, record and landed byte."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

STRUCK = "***"
SHORTEST = 6
TOKENS = (
    "access_token", "refresh_token", "id_token", "token", "jwt", "client_secret", "signature",
    "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "X-Goog-Signature", "X-Goog-Credential",
)  # fmt: skip
ALSO_IN_MESSAGES = ("auth", "api_key", "apikey", "key", "code", "sig", "session", "hmac", "Policy", "Key-Pair-Id")


def _parameters(names: tuple[str, ...]) -> str:
    """A pattern for parameters of an address, plain or escaped as in JSON and HTML: their start, then their value."""
    listed = "|".join(map(re.escape, names))
    return rf"((?:[?&;]|\\u0026|%26|%3F)(?:{listed})(?:=|%3D))[^&\"'\s<>\\#)]+"


_IN_TEXT = re.compile(_parameters(TOKENS + ALSO_IN_MESSAGES), re.IGNORECASE)
_IN_BYTES = re.compile(_parameters(TOKENS).encode(), re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_known: set[str] = set()


def register(value: str) -> str:
    """Remember a secret, in the forms it travels in; return it."""
    if len(value) >= SHORTEST:
        _known.update({value, quote(value, safe=""), base64.b64encode(value.encode()).decode()})
    return value


def strike(text: str) -> str:
    """Return a text without any known secret, token in an address, or authorisation header."""
    for secret in _longest_first():
        text = text.replace(secret, STRUCK)
    return _BEARER.sub(rf"\1 {STRUCK}", _IN_TEXT.sub(rf"\1{STRUCK}", text))


def strike_bytes(content: bytes) -> bytes:
    """Return received bytes without any known secret or token in an address, and otherwise as they are."""
    for secret in _longest_first():
        content = content.replace(secret.encode(), STRUCK.encode())
    return _IN_BYTES.sub(rb"\1" + STRUCK.encode(), content)


def _longest_first() -> list[str]:
    return sorted(_known, key=len, reverse=True)
