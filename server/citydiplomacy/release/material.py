"""What several files of a release are made from; each part is worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from citydiplomacy.release.describing import Header, header_of
from citydiplomacy.release.directory import Release
from citydiplomacy.release.jsonld import Compactor
from citydiplomacy.release.slices import slices_of


@dataclass(frozen=True)
class Material:
    """A release's description and its canonical N-Quads lines."""

    release: Release
    lines: list[str]

    @cached_property
    def slices(self) -> dict[str, list[str]]:
        """The lines by slice, the whole among them."""
        return slices_of(self.lines, self.release.names)

    @cached_property
    def header(self) -> Header:
        """What the content says of itself."""
        return header_of(self.lines, self.release.names)

    @cached_property
    def compactor(self) -> Compactor:
        """One JSON-LD context for the whole and for all slices."""
        return Compactor(self.lines, self.release.names)
