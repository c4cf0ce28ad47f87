"""What an operator relies on: figures, log lines, limits for each client."""

import json
import logging
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from citydiplomacy.errors import TooManyRequests
from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.web import create_app
from citydiplomacy.web.limits import Limiter
from citydiplomacy.web.site import SiteSettings

ASK = f"/sparql?query={quote('ASK { ?a ?b 77 }')}"


def test_metrics_count_requests_by_route_status_and_cache(client: FlaskClient) -> None:
    client.get(ASK)
    client.get(ASK)
    client.get("/nowhere")
    figures = client.get("/metrics").text
    assert 'citydiplomacy_requests_total{cache="hit",route="/sparql",status="200"}' in figures
    assert 'citydiplomacy_requests_total{cache="none",route="other",status="404"}' in figures
    assert "citydiplomacy_workers_idle 2.0" in figures
    assert 'citydiplomacy_seconds_bucket{cache="miss",le="0.01"}' in figures


def test_one_log_line_a_request_tells_no_query_and_no_address(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="citydiplomacy.requests"):
        client.get("/sparql?query=" + quote('ASK { ?secret ?b "secret" }'))
    (record,) = caplog.records
    line = json.loads(record.getMessage())
    assert (line["route"], line["status"], line["cache"]) == ("/sparql", 200, "miss")
    assert len(line["query"]) == 16
    assert "secret" not in record.getMessage()
    assert "127.0.0.1" not in record.getMessage()


def test_log_line_tells_the_size_of_each_answer_and_the_query_of_a_known_one(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/sparql?query=" + quote("SELECT * { ?s ?p ?o } LIMIT 7")
    with caplog.at_level(logging.INFO, logger="citydiplomacy.requests"):
        sizes = [len(client.get(one).data) for one in (path, path, path, "/queries")]
    lines = [json.loads(record.getMessage()) for record in caplog.records]
    assert [line["bytes"] for line in lines] == sizes
    assert [line["cache"] for line in lines] == ["miss", "hit", "hit", "none"]
    assert len({line["query"] for line in lines[:3]}) == 1


def test_limiter_lets_a_burst_through_and_then_the_rate() -> None:
    now = 0.0
    limiter = Limiter(2, lambda: now)
    for _ in range(20):
        limiter.admit("a")
    with pytest.raises(TooManyRequests) as refused:
        limiter.admit("a")
    assert refused.value.seconds == 1
    limiter.admit("b")
    now = 0.5
    limiter.admit("a")
    with pytest.raises(TooManyRequests):
        limiter.admit("a")


def test_no_rate_means_no_limit() -> None:
    limiter = Limiter(0)
    for _ in range(1000):
        limiter.admit("a")


def test_client_past_its_share_is_told_when_to_come_back(small_release: Release) -> None:
    app = create_app(SiteSettings(small_release.directory, PoolSettings(workers=1), rate=0.1))
    try:
        client = app.test_client()
        assert client.get("/health").status_code == 200
        for path in ("/health", ASK, "/queries"):
            refused = client.get(path)
            assert refused.status_code == 429
            assert refused.content_type == "application/problem+json"
            assert int(refused.headers["Retry-After"]) in range(1, 11)
    finally:
        app.extensions["site"].close()
