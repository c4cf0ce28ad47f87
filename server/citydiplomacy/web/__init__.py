"""The web application."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from citydiplomacy.web.site import SiteSettings


def create_app(settings: SiteSettings) -> Flask:
    """The application for one release. It owns a pool of query workers: close ``app.extensions["site"]`` when done."""
    from citydiplomacy.web import application  # noqa: PLC0415 (processes that only answer queries do without Flask)

    return application.create_app(settings)
