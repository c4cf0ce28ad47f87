"""Compression that gives the same bytes on every machine.

Neither the machine's zlib (several are about, and they differ) nor the time is asked: both compressors come with their
packages, at the versions that are locked, and gzip's header has no time (RFC 1952, section 2.3.1; RFC 8878).
"""

from __future__ import annotations

from pathlib import Path

import deflate
import zstandard

GZIP_LEVEL, ZSTD_LEVEL = 9, 12
PACKINGS = {"gz": "application/gzip", "zst": "application/zstd"}


def pack(data: bytes, packing: str) -> bytes:
    """``data`` compressed: packing is ``gz`` or ``zst``."""
    if packing == "gz":
        return bytes(deflate.gzip_compress(data, GZIP_LEVEL))
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compress(data)


def unpack(path: Path) -> bytes:
    """The bytes of a file, decompressed where its name says that it is compressed."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return bytes(deflate.gzip_decompress(data))
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompress(data)
    return data


def write_packed(target: Path, data: bytes) -> None:
    """Writes ``target.gz`` and ``target.zst``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for packing in PACKINGS:
        target.with_name(f"{target.name}.{packing}").write_bytes(pack(data, packing))
