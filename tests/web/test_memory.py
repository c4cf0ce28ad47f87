"""No more memory is reckoned with than the machine and the service's control groups have left."""

from pathlib import Path

import pytest

from citydiplomacy.web.memory import free_memory

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, 1000),
        ({"system.slice/one.service": ("max", 10)}, 1000),
        ({"system.slice/one.service": (600, 100)}, 500),
        ({"system.slice/one.service": (6000, 100)}, 1000),
        ({"system.slice/one.service": (600, 100), "system.slice": (300, 200)}, 100),
        ({"system.slice/one.service": (600, 700)}, 0),
    ],
)
def test_smallest_limit_counts(tmp_path: Path, limits: dict[str, tuple[int | str, int]], expected: int) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:  {1000 * 1024} kB\n")
    (tmp_path / "self" / "cgroup").write_text("4:memory:/elsewhere\n0::/system.slice/one.service\n")
    groups = tmp_path / "groups"
    for name, (most, current) in limits.items():
        (groups / name).mkdir(parents=True, exist_ok=True)
        (groups / name / "memory.max").write_text(f"{most if most == 'max' else int(most) * MEBIBYTE}\n")
        (groups / name / "memory.current").write_text(f"{current * MEBIBYTE}\n")
    assert free_memory(tmp_path, groups) == expected * MEBIBYTE


def test_machine_has_some_memory_left() -> None:
    assert free_memory() > MEBIBYTE
