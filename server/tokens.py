"""Bearer tokens of those who may write: named, hashed, and limited to graphs (RFC 6750).

Only the SHA-256 of a token is kept. Tokens are 32 random bytes made by `digiterr serve --new-token NAME`,
so that a fast hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from ..ontology.errors import InputError, Where
from ..ontology.text import Text

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Token:
    """Who may write, and where: `graphs` are IRIs of named graphs, `*` standing for any characters.

    `default` as a graph names the default graph. `load` allows LOAD.
    """

    name: str
    sha256: str
    graphs: tuple[str, ...]
    load: bool = False


def new_token() -> tuple[str, str]:
    """A fresh token and its SHA-256."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_token(tokens: tuple[Token, ...], bearer: str) -> Token | None:
    """The token that a client presents, compared in constant time; None when it is not among them."""
    presented = digest(bearer)
    found = None
    for token in tokens:
        if hmac.compare_digest(token.sha256, presented):
            found = token
    return found


def read_tokens(value: object, where: Where) -> tuple[Token, ...]:
    """Tokens as digiterr.toml writes them: tables of name, sha256, graphs and load."""
    tables = value if isinstance(value, list) else None
    if tables is None:
        raise _refused(where)
    tokens: list[Token] = []
    for number, table in enumerate(tables, 1):
        place = Where(where.file, where.line, where.column, f"tokens[{number}]")
        match table:
            case {"name": str(name), "sha256": str(sha256), "graphs": list(graphs), **rest}:
                pass
            case _:
                raise _refused(place)
        load = rest.pop("load", False)
        if rest or not isinstance(load, bool) or not _DIGEST.fullmatch(sha256):
            raise _refused(place)
        if not graphs or not all(isinstance(graph, str) for graph in graphs):
            raise _refused(place)
        tokens.append(Token(name, sha256, tuple(graphs), load))
    if len({token.name for token in tokens}) < len(tokens):
        raise _refused(where)
    return tuple(tokens)


def _refused(where: Where) -> InputError:
    return InputError(
        Text("ce n’est pas une liste de jetons.", "this is not a list of tokens."),
        Text(
            "Chaque [[tokens]] a un name unique, un sha256 de 64 chiffres hexadécimaux, une liste graphs,"
            " et au besoin load = true.",
            "Each [[tokens]] has a unique name, a sha256 of 64 hexadecimal digits, a list graphs,"
            " and load = true where needed.",
        ),
        where,
    )
