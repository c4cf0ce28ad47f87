"""What work that takes long says while it goes on."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Is told in a word or two what is done now."""


def silent(message: str) -> None:
    """Tells nobody."""
