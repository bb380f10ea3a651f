"""The application factory: which pages exist, and what every answer has in common."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from ..ontology.errors import DigiTerrError, NotFoundError
from ..store.errors import OverloadedError
from .configuration import Configuration
from .front import FAILED, REFUSED, REQUEST_ID, Front
from .http_errors import CutRequestError, RequestTimeoutError
from .in_force import BeingPreparedError, earlier_version
from .language import reader_language, remember_language
from .metrics import Metrics
from .problems import from_http_exception, problem_response, unexpected
from .rendering import add_template_names
from .service import CurrentEngine, Service

# Each module has a `blueprint`; they are imported when the application is made.
BLUEPRINTS: Final = (
    "sparql",
    "editor.completion",
    "search.page",
    "reconciliation.endpoints",
    "discovery.pages",
    "discovery.crawling",
    "discovery.embedding",
    "discovery.interfaces",
    "pages",
    "questions",
    "stored_queries",
    "cases",
    "territories.search",
    "territories.atlas",
    "territories.page",
    "coverage",
    "entities",
    "terms.page",
    "terms.modules",
    "terms.shapes",
    "why",
    "description",
    "catalog.pages",
    "versions.pages",
    "feed.pages",
    "feed.downloads",
    "update",
    "graph_store",
    "harvest.pages",
    "operations",
)

# Pages load nothing from elsewhere and run no inline script or style.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(configuration: Configuration, engine: CurrentEngine) -> Flask:
    """The web application over an engine. `app.wsgi_app` has the front layer around it."""
    here = str(Path(__file__).parent)  # told to Flask, which cannot find the folder of a mapped package
    app = Flask(__name__, root_path=here, instance_path=here)
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # pyright: ignore[reportAttributeAccessIssue] (Flask's default provider)
    app.config["MAX_CONTENT_LENGTH"] = None  # each handler reads its own body, with its own limit
    made = Service(configuration, engine, Metrics())
    app.extensions["digiterr"] = made
    add_template_names(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f".{name}", __package__).blueprint)

    @app.before_request
    def identify() -> None:
        g.request_id = request.environ.get(REQUEST_ID, "")
        failed = request.environ.get(FAILED)
        if failed is not None:
            raise failed
        match request.environ.get(REFUSED):
            case "busy":
                raise OverloadedError(retry_after=1)
            case "slow":
                raise RequestTimeoutError
            case "cut":
                raise CutRequestError

    @app.after_request
    def complete(response: Response) -> Response:
        earlier = earlier_version()
        if earlier is not None:
            response.headers["X-DigiTerr-Version"] = str(earlier)
        return complete_page(response)

    app.register_error_handler(DigiTerrError, problem_response)
    app.register_error_handler(NotFoundError, not_found)
    app.register_error_handler(HTTPException, lambda error: problem_response(from_http_exception(error)))
    app.register_error_handler(Exception, lambda error: problem_response(unexpected(error)))
    front: Any = Front(app.wsgi_app, made)
    app.wsgi_app = app.extensions["front"] = front
    return app


def not_found(error: NotFoundError) -> Response:
    """What an earlier version does not have may be in the one that is being prepared."""
    return problem_response(error if earlier_version() is None else BeingPreparedError())


def complete_page(response: Response) -> Response:
    """What a page needs besides its content: its policy, its language, what it varies by."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-cache")
        response.headers["Content-Language"] = reader_language()
        response.vary.update(("Accept", "Accept-Language", "Cookie"))
        remember_language(response)
    return response
