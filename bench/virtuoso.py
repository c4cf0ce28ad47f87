"""Virtuoso (Debian's virtuoso-opensource), set up in a scratch folder and loaded by its bulk loader."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import processes
from servers import MERGE, Data, Server, write_merged

SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = {sql}
DisableUnixSocket = 1
MaxClientConnections = 40
ServerThreads = 40
CheckpointInterval = 0
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
ThreadsPerQuery = {cores}
DefaultIsolation = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 40
MaxClientConnections = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
[Client]
SQL_QUERY_TIMEOUT = 0
"""
BUFFERS_A_GIGABYTE = 85_000  # what Virtuoso's own configuration file recommends


class Virtuoso(Server):
    name = "virtuoso"
    path = f"/sparql?default-graph-uri={MERGE}"

    def launch(self, data: Data) -> subprocess.Popen[bytes]:
        self.sql = processes.free_port()
        gigabytes = 2 if data.quads < 3_000_000 else 6
        (self.scratch / "virtuoso.ini").write_text(
            SETTINGS.format(
                folder=self.scratch,
                sql=self.sql,
                http=self.port,
                buffers=gigabytes * BUFFERS_A_GIGABYTE,
                dirty=gigabytes * BUFFERS_A_GIGABYTE * 3 // 4,
                cores=os.cpu_count() or 2,
            )
        )
        (self.scratch / "load").mkdir()
        write_merged(data.file, self.scratch / "load" / "merged.nq", f"<{MERGE}>")
        ini = str(self.scratch / "virtuoso.ini")
        return processes.start(["virtuoso-t", "+foreground", "+configfile", ini], self.log, self.scratch)

    def loaded(self) -> None:
        """Loads the file once the server is up; its errors stand in the loader's table."""
        self.sql_says(f"ld_dir('{self.scratch}/load', '*.nq', '{MERGE}'); rdf_loader_run(); checkpoint;")
        said = self.sql_says("SELECT ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL;")
        if "0 Rows." not in said:
            raise RuntimeError(f"Virtuoso could not load the data: {said[-1000:]}")
        Path(self.scratch / "load" / "merged.nq").unlink()

    def sql_says(self, statements: str) -> str:
        command = ["isql-vt", f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={statements}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=3600, check=False)
        return done.stdout + done.stderr
