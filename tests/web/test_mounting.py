"""Below a prefix, behind a proxy: links, URLs and each client's share."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.web import create_app
from citydiplomacy.web.site import SiteSettings

PREFIX = "/city/diplomacy"
PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "data.example", "X-Forwarded-For": "203.0.113.7"}
ASK = "/sparql?query=ASK%20%7B%7D"


@pytest.fixture(scope="module")
def mounted(small_release: Release) -> Iterator[Flask]:
    settings = SiteSettings(small_release.directory, PoolSettings(workers=1), prefix=PREFIX, trust_proxy=True)
    app = create_app(settings)
    yield app
    app.extensions["site"].close()


@pytest.fixture(scope="module")
def server(start: Any) -> Any:
    return start("--prefix", PREFIX, "--trust-proxy", "--rate", "0.2", "--workers", "1", ready="/")


@pytest.mark.parametrize("prefix", [PREFIX, ""], ids=["kept", "stripped"])
@pytest.mark.parametrize("path", ["/", "/queries", "/sparql", ASK, "/health", "/openapi.json", "/page/ada"])
def test_every_page_is_there_whether_the_proxy_strips_the_prefix_or_not(mounted: Flask, prefix: str, path: str) -> None:
    assert mounted.test_client().get(prefix + path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/queries", "/sparql", "/page/ada", "/queries/people/members?club=chess-club"])
def test_links_of_pages_lead_below_the_prefix(mounted: Flask, path: str) -> None:
    import re

    page = mounted.test_client().get(path, headers={"Accept": "text/html"}).text
    links = re.findall(r'(?:href|action|src)="(/[^"]*)"', page)
    assert links
    assert [link for link in links if not link.startswith(f"{PREFIX}/")] == []


def test_redirects_lead_below_the_prefix(mounted: Flask) -> None:
    answer = mounted.test_client().get("/id/ada", headers={"Accept": "text/turtle"})
    assert answer.headers["Location"].startswith(f"{PREFIX}/data/ada")


def test_urls_are_those_that_the_proxy_is_called_by(mounted: Flask) -> None:
    client = mounted.test_client()
    assert client.get("/openapi.json", headers=PROXY).json["servers"] == [{"url": f"https://data.example{PREFIX}"}]
    turtle = client.get("/sparql", headers=PROXY | {"Accept": "text/turtle"}).text
    assert f"https://data.example{PREFIX}/sparql" in turtle


def test_nobody_is_believed_without_being_trusted(client: Any) -> None:
    assert "data.example" not in client.get("/openapi.json", headers=PROXY).text


@pytest.mark.parametrize("path", [ASK, f"{PREFIX}{ASK}", f"{PREFIX}/queries", "/queries"])
def test_share_is_counted_by_the_address_the_proxy_saw(server: Any, path: str) -> None:
    def statuses(address: str) -> list[int]:
        headers = {"X-Forwarded-For": f"198.51.100.1, {address}"}
        mark = "&" if "?" in path else "?"
        return [server.get(f"{path}{mark}lang=en&n={address}-{n}", headers).status for n in range(3)]

    number = [ASK, f"{PREFIX}{ASK}", f"{PREFIX}/queries", "/queries"].index(path)
    assert statuses(f"203.0.113.{number}") == [200, 200, 429]
    assert statuses(f"203.0.113.{number + 100}") == [200, 200, 429]


def test_endpoint_answers_below_the_prefix_over_the_wire(server: Any) -> None:
    for number, path in enumerate((f"{PREFIX}{ASK}", ASK)):
        answer = server.get(path, {"X-Forwarded-For": f"192.0.2.{number}"})
        assert json.loads(answer.body)["boolean"] is True
