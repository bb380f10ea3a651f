"""The query operation without the web framework: what a request asks, and the headers of its answer.

SPARQL 1.1 Protocol, section 2.1: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from werkzeug.http import parse_etags

from ..ontology.sparql_tokens import QueryForm, nesting_depth, query_form, tokens, words
from ..ontology.text import Text
from ..store.model import Answer, QueryRequest, ResultForm
from ..store.outline import refuse_calls
from .compression import encoding_for
from .configuration import Configuration
from .http_errors import BadRequestError, TooDeepError, UnsupportedMediaTypeError
from .negotiation import media_type_for
from .parameters import FORM, Parameters, decode_parameters, not_utf8, single, too_large

SPARQL_QUERY: Final = "application/sparql-query"
# `format`, `output` and `results` are what clients in use add to ask for a format; `view`, `theme` and
# `alone` say how a page or a chart shows the answer, `example` which query a page opens with.
PARAMETERS: Final = (
    "query", "default-graph-uri", "named-graph-uri", "timeout", "format", "output", "results", "lang",
    "view", "theme", "alone", "example",
)  # fmt: skip
RESULT_FORMS: Final[dict[QueryForm, ResultForm]] = {
    "SELECT": "bindings",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
_UPDATE_WORDS: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)
# Functions that give something else each time (SPARQL 1.1 Query, 17.4): their answers have no lasting ETag.
_CHANGING: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_VARY: Final = "Accept, Accept-Encoding"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query operation as the client sent it."""

    text: str
    form: QueryForm | None
    parameters: Parameters

    @property
    def short_format(self) -> str | None:
        for name in ("format", "output", "results"):
            if values := self.parameters.get(name):
                return values[0]
        return None


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is to be answered: in which format and encoding, and what its entity tag depends on.

    `tagged` is None for an answer that is another each time.
    """

    media_type: str | None
    encoding: str | None
    tagged: str | None


def read_query(query_string: bytes, media_type: str | None, body: bytes, limit: int) -> Asked | None:
    """The query of a request: of a POST if it has a media type, else of a GET, which may have none (None).

    `limit` is the greatest length of a query, in bytes. Raises HttpError for what the protocol refuses.
    """
    parameters = _parameters(query_string)
    match media_type:
        case None:
            pass
        case "application/x-www-form-urlencoded":
            parameters = {**parameters, **_parameters(body)}
        case "application/sparql-query":
            if "query" in parameters:
                raise BadRequestError(
                    Text("La requête est donnée deux fois.", "The query is given twice."),
                    Text("Donnez-la dans le corps seul.", "Give it in the body alone."),
                )
            parameters = {**parameters, "query": (_decode(body),)}
        case _:
            raise UnsupportedMediaTypeError(media_type, (SPARQL_QUERY, FORM))
    text = single(parameters, "query")
    if text is None:
        if media_type is not None:
            raise BadRequestError(
                Text(
                    "La requête POST n’a pas de paramètre query.", "The POST request has no query parameter."
                ),
                Text("Envoyez le texte SPARQL dans query=.", "Send the SPARQL text in query=."),
            )
        return None
    if len(text.encode()) > limit:
        raise too_large(limit, "query_length")
    return Asked(text, query_form(text), parameters)


def check_query(asked: Asked, configuration: Configuration) -> None:
    """Refuse what need not reach a worker: SERVICE and LOAD, bottomless nesting, updates."""
    if not configuration.services:
        refuse_calls(asked.text)
    refuse_depth(_depth(asked.text), configuration)
    if asked.form is None and _UPDATE_WORDS.intersection(words(asked.text)):
        raise BadRequestError(
            Text("Ce texte est une mise à jour, pas une requête.", "This text is an update, not a query."),
            Text("Envoyez-la à /update, par POST.", "Send it to /update, by POST."),
        )


def refuse_depth(depth: int, configuration: Configuration) -> None:
    """Raise TooDeepError for a text whose brackets nest deeper than the service reads."""
    deepest = configuration.query_depth
    if depth > deepest:
        raise TooDeepError(
            Text(
                f"Le texte imbrique plus de {deepest} parenthèses (réglage query_depth).",
                f"The text nests more than {deepest} brackets (setting query_depth).",
            ),
            Text("Simplifiez-le.", "Simplify it."),
            details={"limit": "query_depth", "limit_value": deepest},
        )


def plan_query(asked: Asked, accept: str, accept_encoding: str) -> Plan:
    """Choose the format and the encoding. Raises NotAcceptableError."""
    media_type, tagged = None, None
    encoding = encoding_for(accept_encoding)
    if asked.form:
        media_type = media_type_for(RESULT_FORMS[asked.form], accept, asked.short_format)
        if not changes_each_time(asked):
            graphs = [asked.parameters.get(name, ()) for name in ("default-graph-uri", "named-graph-uri")]
            tagged = digest(asked.text, *graphs, media_type, encoding)
    return Plan(media_type, encoding, tagged)


def query_request(
    asked: Asked,
    media_type: str | None,
    configuration: Configuration,
    abandoned: Callable[[], bool] | None = None,
) -> QueryRequest:
    """What the engine is asked: the client may lower the deadline, never raise it."""
    return QueryRequest(
        text=asked.text,
        default_graphs=asked.parameters.get("default-graph-uri", ()),
        named_graphs=asked.parameters.get("named-graph-uri", ()),
        accept=media_type,
        timeout=min(_timeout(asked.parameters), configuration.query_timeout),
        row_limit=configuration.row_limit,
        abandoned=abandoned,
    )


def digest(*asked: object) -> str:
    """What stands in an entity tag for what was asked."""
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:24]


def entity_tag(version: int, tagged: str) -> str:
    """The strong entity tag of an answer from a version, without its quotes."""
    return f"v{version}-{tagged}"


def has_already(if_none_match: str | None, etag: str) -> bool:
    """Whether If-None-Match names an entity tag. RFC 9110, 13.1.2: by weak comparison."""
    return if_none_match is not None and (
        if_none_match == f'"{etag}"' or parse_etags(if_none_match).contains_weak(etag)
    )


def validators(etag: str, configuration: Configuration) -> list[tuple[str, str]]:
    """The headers that a 304 repeats of its 200 (RFC 9110, 15.4.5)."""
    max_age = configuration.cache_max_age
    return [
        ("etag", f'"{etag}"'),
        ("cache-control", f"public, max-age={max_age}" if max_age else "public, no-cache"),
        ("vary", _VARY),
    ]


def answer_headers(found: Answer, tagged: str | None, configuration: Configuration) -> list[tuple[str, str]]:
    """The headers of an answer, but for those of its encoding. One of no known version is not to be kept."""
    if tagged is None or not found.version:
        kept = [("cache-control", "no-store"), ("vary", _VARY)]
    else:
        kept = validators(entity_tag(found.version, tagged), configuration)
    own = [(name.lower(), value) for name, value in found.headers.items()]
    return [("content-type", content_type(found.media_type)), *kept, *own]


def content_type(media_type: str) -> str:
    """A media type with its parameters: text formats say that they are in UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _parameters(encoded: bytes) -> Parameters:
    parameters = decode_parameters(encoded, (*PARAMETERS, "update"))
    if "update" in parameters:
        raise BadRequestError(
            Text("Une mise à jour ne passe pas par ici.", "An update does not go this way."),
            Text("Envoyez-la à /update, par POST.", "Send it to /update, by POST."),
        )
    return parameters


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8() from error


def _timeout(parameters: Parameters) -> float:
    value = single(parameters, "timeout")
    if value is None:
        return float("inf")
    with suppress(ValueError):
        seconds = float(value)
        if 0 < seconds < float("inf"):
            return seconds
    raise BadRequestError(
        Text(
            "timeout n’est pas un nombre de secondes positif.", "timeout is not a positive number of seconds."
        ),
        Text("Écrivez par exemple timeout=5.", "Write timeout=5, for instance."),
    )


def changes_each_time(asked: Asked) -> bool:
    """Whether a query asks for something that is another each time, so that its answer has no lasting tag."""
    return _changes(asked.text, asked.form)


# What is read from the tokens of a text, which clients send again with other headers.


@lru_cache(maxsize=256)
def _depth(text: str) -> int:
    return nesting_depth(text)


@lru_cache(maxsize=256)
def _changes(text: str, form: QueryForm | None) -> bool:
    if not _CHANGING.isdisjoint(words(text)):
        return True
    # Blank nodes of a template get new labels each time.
    return form == "CONSTRUCT" and any(
        token.kind == "blank_node" or token.text == "[" for token in tokens(text)
    )
