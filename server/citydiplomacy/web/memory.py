"""How much memory there is to be had: on the machine, and in the control groups that a service manager sets up."""

from __future__ import annotations

from pathlib import Path


def free_memory(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> int:
    """The bytes that this process may still take (cgroup v2 limits of its own and all enclosing groups included).

    https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
    """
    known = dict(line.split(":", 1) for line in (proc / "meminfo").read_text().splitlines())
    free = int(known["MemAvailable"].split()[0]) * 1024
    lines = (proc / "self" / "cgroup").read_text().splitlines()
    own = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), "/")
    group = groups / own.lstrip("/")
    for one in (group, *group.parents):
        limit = one / "memory.max"
        if one.is_relative_to(groups) and limit.is_file():
            most = limit.read_text().strip()
            if most != "max":
                free = min(free, int(most) - int((one / "memory.current").read_text()))
    return max(0, free)
