"""What is sent: a file with its name. By itself, so that who only hands one on need not load what reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: its name, its bytes, and the media type or syntax it was said to have."""

    name: str
    data: bytes
    said: str = ""
