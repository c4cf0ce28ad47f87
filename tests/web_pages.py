"""Pages as a browser asks for them, and data as a program does."""

from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


def page(client: FlaskClient, path: str) -> str:
    """A page's HTML; it has to be there."""
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, response.text
    return response.text
