"""Files of releases over HTTP: digests, conditions, ranges, redirects, and a download that is taken up again."""

import base64
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from local_servers import ours

from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release, checksums
from citydiplomacy.web import create_app
from citydiplomacy.web.site import SiteSettings

BIG = 96 * 1024 * 1024


@pytest.fixture
def url(small_release: Release) -> str:
    return f"/dumps/{small_release.version}/data.nq.gz"


@pytest.fixture
def data(small_release: Release) -> bytes:
    return (small_release.directory / "data.nq.gz").read_bytes()


def test_file_comes_with_digest_validators_and_for_good(client: FlaskClient, url: str, data: bytes) -> None:
    response = client.get(url)
    digest = hashlib.sha256(data).digest()
    assert (response.status_code, response.data) == (200, data)
    assert response.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
    assert response.headers["ETag"] == f'"{digest.hex()[:32]}"'
    assert response.headers["Last-Modified"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response.headers


def test_head_says_the_same_without_the_body(client: FlaskClient, url: str, data: bytes) -> None:
    get, head = client.get(url), client.head(url)
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)
    assert int(head.headers["Content-Length"]) == len(data)


@pytest.mark.parametrize(
    ("asked", "part"),
    [("0-9", slice(0, 10)), ("10-", slice(10, None)), ("-7", slice(-7, None)), ("5-999999999", slice(5, None))],
)
def test_range_is_answered_with_that_part(client: FlaskClient, url: str, data: bytes, asked: str, part: slice) -> None:
    response = client.get(url, headers={"Range": f"bytes={asked}"})
    start, end, _ = part.indices(len(data))
    assert response.status_code == 206
    assert response.data == data[part]
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(data)}"


def test_scripts_of_other_sites_may_read_what_a_resumed_download_needs(client: FlaskClient, url: str) -> None:
    shown = client.get(url, headers={"Range": "bytes=0-9"}).headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Accept-Ranges", "Content-Range", "ETag", "Repr-Digest"} <= set(shown)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_range_beyond_the_end_is_not_satisfiable(client: FlaskClient, url: str, data: bytes, asked: str) -> None:
    response = client.get(url, headers={"Range": asked})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(data)}"


@pytest.mark.parametrize("asked", ["bytes=9-1", "bytes=0-1,5-6", "lines=0-1", "bytes=-", "nonsense"])
def test_range_that_is_none_gets_the_whole_file(client: FlaskClient, url: str, data: bytes, asked: str) -> None:
    response = client.get(url, headers={"Range": asked})
    assert (response.status_code, response.data) == (200, data)


def test_if_range_protects_a_resumed_download(client: FlaskClient, url: str) -> None:
    tag = client.head(url).headers["ETag"]
    date = client.head(url).headers["Last-Modified"]
    for condition, status in ((tag, 206), (date, 206), ('"other"', 200), (f"W/{tag}", 200)):
        assert client.get(url, headers={"Range": "bytes=0-3", "If-Range": condition}).status_code == status


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("If-None-Match", "TAG", 304),
        ("If-None-Match", '"other", W/TAG', 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", '"other"', 200),
        ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 304),
        ("If-Modified-Since", "nonsense", 200),
        ("If-Match", "TAG", 200),
        ("If-Match", "*", 200),
        ("If-Match", '"other"', 412),
        ("If-Match", "W/TAG", 412),
        ("If-Unmodified-Since", "Wed, 31 Dec 1969 00:00:00 GMT", 412),
    ],
)
def test_conditions_hold(client: FlaskClient, url: str, name: str, value: str, status: int) -> None:
    tag = client.head(url).headers["ETag"]
    response = client.get(url, headers={name: value.replace("TAG", tag)})
    assert response.status_code == status
    assert response.headers["ETag"] == tag
    if status in (304, 412):
        assert response.data == b""


def test_latest_leads_to_the_release_that_is_served(client: FlaskClient, small_release: Release) -> None:
    response = client.get("/dumps/latest/documents/letter.ttl.zst")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/dumps/{small_release.version}/documents/letter.ttl.zst"
    assert response.headers["Cache-Control"] == "no-cache"
    assert client.get("/dumps/latest/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/dumps/1/data.nq", "/dumps/VERSION/nothing", "/dumps/VERSION/../release.json", "/dumps/VERSION/%2e%2e/x"]
)
def test_what_is_no_file_of_a_release_is_not_found(client: FlaskClient, small_release: Release, path: str) -> None:
    assert client.get(path.replace("VERSION", small_release.version)).status_code == 404


def test_every_file_of_the_release_is_offered(client: FlaskClient, small_release: Release) -> None:
    lines = (small_release.directory / "SHA256SUMS").read_text().splitlines()
    assert len(lines) > 100
    for line in lines:
        digest, name = line.split("  ")
        response = client.get(f"/dumps/{small_release.version}/{name}")
        assert hashlib.sha256(response.data).hexdigest() == digest, name


def test_page_lists_files_with_their_digest(client: FlaskClient, small_release: Release) -> None:
    text = client.get("/dumps/", headers={"Accept": "text/html"}).text
    assert f'href="/dumps/{small_release.version}/data.nq.gz"' in text
    assert small_release.digest in text


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, small_release: Release) -> Iterator[Flask]:
    """A site that serves one release and keeps an older one."""
    from citydiplomacy.release.building import Additions, build
    from citydiplomacy.repository import open_repository

    folder = tmp_path_factory.mktemp("archive")
    shutil.copytree(small_release.directory, folder / "kept" / "older")
    root = Path(shutil.copytree(Path(__file__).resolve().parents[1] / "fixtures/small", folder / "small"))
    claims = root / "data/claims/letter/letter.trig"
    claims.write_text(claims.read_text().replace("id:eve a :Person", "id:bob a :Person"))
    editorial = root / "data/editorial.trig"
    withdrawn = (
        "id:ida a <https://example.org/mini/ontology#Person> ; <http://www.w3.org/2002/07/owl#deprecated> true ;\n"
    )
    withdrawn += '    dcterms:isReplacedBy id:ada ; rdfs:label "Ida"@en .\n  id:bob'
    editorial.write_text(editorial.read_text().replace("id:eve", withdrawn))
    newer = build(open_repository(root), folder / "newer", additions=Additions(previous=small_release))
    settings = SiteSettings(newer.directory, PoolSettings(workers=1), archive=folder / "kept")
    application = create_app(settings)
    yield application
    application.extensions["site"].close()


def test_older_releases_stay_available(archive: Flask, small_release: Release, data: bytes) -> None:
    client = archive.test_client()
    assert client.get(f"/dumps/{small_release.version}/data.nq.gz").data == data
    assert small_release.version in client.get("/dumps/").text


def test_changes_and_stream_are_served(archive: Flask, small_release: Release) -> None:
    client = archive.test_client()
    version = archive.extensions["site"].release.version
    assert f"/changes/{version}" in client.get("/changes").text
    assert (
        client.get(f"/changes/{version}", headers={"Accept": "application/json"}).json["old"] == small_release.version
    )  # type: ignore[index]
    assert "<!doctype html>" in client.get(f"/changes/{version}", headers={"Accept": "text/html"}).text
    assert "as:Delete" in client.get(f"/changes/{version}", headers={"Accept": "text/turtle"}).text
    assert "ldes:EventStream" in client.get("/ldes").text
    assert "immutable" in client.get(f"/ldes/{version}").headers["Cache-Control"]
    assert client.get(f"/changes/{small_release.version}").status_code == 404


@pytest.mark.parametrize("path", ["/id/ida", "/page/ida", "/data/ida.ttl"])
def test_withdrawn_thing_is_gone_and_says_what_replaces_it(archive: Flask, path: str) -> None:
    response = archive.test_client().get(path)
    assert response.status_code == 410
    assert response.json["replacedBy"] == ["https://example.org/mini/id/ada"]  # type: ignore[index]
    page = archive.test_client().get(f"{path}?lang=de", headers={"Accept": "text/html"}).text
    assert "<h1>Dies wurde zurückgezogen</h1>" in page
    assert 'An seine Stelle tritt: <a href="/id/ada">Ada</a>' in page


def test_thing_of_an_older_release_is_gone_not_unknown(archive: Flask) -> None:
    client = archive.test_client()
    assert client.get("/id/eve").status_code == 410
    assert client.get("/id/nobody").status_code == 404


@pytest.fixture(scope="module")
def big_server(tmp_path_factory: pytest.TempPathFactory, small_release: Release) -> Iterator[tuple[str, Path, int]]:
    """A running server whose release has a big file: its URL, the file, the server's process."""
    folder = Path(shutil.copytree(small_release.directory, tmp_path_factory.mktemp("big") / "release"))
    (folder / "big.bin").write_bytes(os.urandom(1024 * 1024) * (BIG // 1024 // 1024))
    (folder / "SHA256SUMS").write_text(checksums(folder))
    with ours(folder.parent / "log.txt", "--release", str(folder), "--workers", "1") as server:
        yield f"{server.url}/dumps/{small_release.version}/big.bin", folder / "big.bin", server.process.pid


def curl(*arguments: str) -> int:
    return subprocess.run(["curl", "-sS", *arguments], capture_output=True, check=False).returncode


def test_broken_download_is_taken_up_to_the_right_checksum(big_server: tuple[str, Path, int], tmp_path: Path) -> None:
    url, original, _ = big_server
    target = tmp_path / "big.bin"
    assert curl("--limit-rate", "30M", "--max-time", "1", "-o", str(target), url) == 28
    assert 0 < target.stat().st_size < BIG
    assert curl("-C", "-", "-o", str(target), url) == 0
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(original.read_bytes()).digest()


def test_range_over_the_wire_is_exact(big_server: tuple[str, Path, int], tmp_path: Path) -> None:
    url, original, _ = big_server
    for first, last in ((0, 0), (5, 10), (BIG - 3, BIG - 1), (1_000_000, 3_000_000)):
        target = tmp_path / f"{first}"
        assert curl("-r", f"{first}-{last}", "-o", str(target), url) == 0
        assert target.read_bytes() == original.read_bytes()[first : last + 1]
    head = subprocess.run(["curl", "-sI", "-r", "0-4", url], capture_output=True, check=True).stdout.decode()
    assert "206" in head.splitlines()[0]
    assert "content-length: 5" in head.lower()


def test_download_does_not_fill_the_servers_memory(big_server: tuple[str, Path, int], tmp_path: Path) -> None:
    """Peak memory of all the server's processes grows by less than the file while it goes out four times at once."""
    url, _, pid = big_server

    def peak() -> int:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = [line for one in [str(pid), *children] for line in Path(f"/proc/{one}/status").read_text().splitlines()]
        return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    before = peak()
    downloads = [subprocess.Popen(["curl", "-sS", "-o", str(tmp_path / f"{one}"), url]) for one in range(4)]
    assert [one.wait(60) for one in downloads] == [0, 0, 0, 0]
    assert peak() - before < BIG // 1024 // 2
