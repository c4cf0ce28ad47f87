"""The servers that are compared, each loaded with the same data and asked for the same answers.

Their default graph is the merge of all named graphs, each statement once. Ours and rdflib make it themselves. Oxigraph
and Virtuoso would count a statement once for each graph it stands in, so they are given the merge beside the graphs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import processes
from queries import ROWS, target

BENCH = Path(sys.prefix) / "bench" / "bin"  # requirements-bench.txt, apart from what is measured
MERGE = "urn:x-bench:merge"
ON_DISK = 3_000_000  # quads, from which our server is told to keep them on disk (see server/OPERATIONS.md)


@dataclass(frozen=True)
class Data:
    """A data set on disk: a release directory for our server, and how many quads it holds."""

    name: str
    release: Path
    quads: int

    @property
    def file(self) -> Path:
        return self.release / "data.nq"


class Server:
    """A SPARQL endpoint in a process of its own. ``start`` returns the seconds until the data was there to be asked."""

    name = ""
    path = "/sparql"

    def __init__(self, scratch: Path, workers: int) -> None:
        self.workers = workers
        self.scratch = scratch / self.name
        self.scratch.mkdir(parents=True)
        self.log = self.scratch / "log.txt"
        self.port = processes.free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.peak = (0, 0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, data: Data) -> float:
        started = time.perf_counter()
        self.process = self.launch(data)
        processes.wait_until(self.answers, self.process, 900, self.log)
        self.loaded()
        return time.perf_counter() - started

    def launch(self, data: Data) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def loaded(self) -> None:
        """What is left to do once the server answers."""

    def stop(self) -> None:
        if self.process:
            processes.stop(self.process)

    def answers(self) -> bool:
        try:
            self.ask("ASK { ?s ?p ?o }", ROWS)
        except (OSError, ValueError):
            return False
        return True

    def ask(self, query: str, accept: str) -> bytes:
        """The body of an answer. Raises URLError and its like where there is none."""
        request = urllib.request.Request(self.url + target(self.path, query), headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=600) as response:
            body: bytes = response.read()
        return body

    def select(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT query."""
        bindings = json.loads(self.ask(query, ROWS))["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    def processor_seconds(self) -> dict[int, float]:
        assert self.process
        return processes.processor_seconds(self.process.pid)

    def look(self) -> None:
        """Notes how much memory the server has now, where that is more than ever."""
        assert self.process
        self.peak = max(self.peak, processes.memory(self.process.pid))


class Ours(Server):
    name = "citydiplomacy"

    def launch(self, data: Data) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.prefix) / "bin" / "citydiplomacy"), "serve", "--release", str(data.release)]
        command += ["--port", str(self.port), "--workers", str(self.workers)]
        if data.quads > ON_DISK:
            command += ["--store", str(self.scratch / "store")]
        return processes.start(command, self.log)


class Oxigraph(Server):
    """The yardstick: Oxigraph's own server over its own store on disk."""

    name = "oxigraph"
    path = "/query"

    def launch(self, data: Data) -> subprocess.Popen[bytes]:
        program, store, merged = str(BENCH / "oxigraph"), str(self.scratch / "store"), self.scratch / "merged.nq"
        write_merged(data.file, merged, "")
        for command in (["load", "--location", store, "--file", str(merged)], ["optimize", "--location", store]):
            subprocess.run([program, *command], check=True, capture_output=True)
        merged.unlink()
        command = [program, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{self.port}"]
        return processes.start(command, self.log)


class RdflibEndpoint(Server):
    """rdflib's evaluator behind FastAPI, with its default store in memory."""

    name = "rdflib-endpoint"
    path = "/"

    def launch(self, data: Data) -> subprocess.Popen[bytes]:
        command = [str(BENCH / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        return processes.start([*command, str(data.file)], self.log)


def write_merged(source: Path, out: Path, graph: str) -> None:
    """An N-Quads file with each statement once more, in ``graph`` (a term; empty for the default graph)."""
    with source.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as merged:
        for line in lines:
            statement = line[: line.rindex(" <")]
            merged.write(line)
            merged.write(f"{statement} {graph} .\n" if graph else f"{statement} .\n")
