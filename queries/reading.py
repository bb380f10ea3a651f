"""Reading a `.rq` file: the header in its `#+` lines (YAML), the SPARQL below, and whether they agree."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any, Final, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from pyoxigraph import Store
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..ontology.errors import InputError, Where
from ..ontology.sparql_tokens import Token
from ..ontology.text import LANGUAGES, Text
from ..store.model import Term
from .arguments import prefixes, significant_tokens, values_blocks
from .model import NOT_STATED, Choice, Column, Expected, Parameter, StoredQuery

_MARK: Final = re.compile(r"#\+( |$)")
_PROLOGUE: Final = re.compile(r"^\s*(PREFIX|BASE)\b.*$", re.IGNORECASE | re.MULTILINE)


def read_query(path: Path) -> StoredQuery:
    """The stored query in a file; InputError with the line for anything that is not as it should be."""
    return parse_query(read_text(path), path.stem, str(path))


def read_text(path: Path) -> str:
    """The text of a query file; InputError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        raise InputError(
            Text(f"ce fichier ne peut pas être lu ({reason}).", f"this file cannot be read ({reason})."),
            Text(
                "Vérifiez le chemin, les droits et l’encodage.", "Check its path, permissions and encoding."
            ),
            Where(str(path)),
        ) from None


def has_header(text: str) -> bool:
    """Whether a text begins with the header of a stored query."""
    return bool(_MARK.match(text))


def without_header(text: str) -> str:
    """The SPARQL alone, as people read it."""
    return "".join(dropwhile(_MARK.match, text.splitlines(keepends=True)))


def parse_query(text: str, name: str, file: str) -> StoredQuery:
    """The stored query that a text holds."""
    header = _header(text, file)
    parameters = tuple(_parameter(raw, text, file) for raw in header.get("parameters", ()))
    columns = tuple(_column(raw) for raw in header["columns"])
    query = StoredQuery(
        name=name,
        number=header.get("number"),
        title=_text(header["title"]),
        question=_text(header["question"]),
        keywords={language: tuple(header["keywords"][language]) for language in LANGUAGES},
        sources=tuple(header["sources"]),
        parameters=parameters,
        columns=columns,
        view=header["view"],
        expected=_expected(header, file),
        evidence=tuple(header.get("evidence", ())),
        theme=header.get("theme"),
        silence=_text(header["silence"]) if "silence" in header else None,
        links=tuple((pair[0], pair[1]) for pair in header.get("links", ())),
        text=text,
        file=file,
    )
    _check_agreement(query, header)
    return query


def _header(text: str, file: str) -> Any:
    lines = list(takewhile(_MARK.match, text.splitlines()))
    if not lines:
        raise InputError(
            Text("cette requête n’a pas d’en-tête.", "this query has no header."),
            Text(
                "Commencez le fichier par des lignes « #+ » ; docs/queries.md en donne un modèle.",
                "Begin the file with '#+' lines; docs/queries.md shows one.",
            ),
            Where(file, 1),
        )
    try:
        header = YAML(typ="rt").load("\n".join(line[3:] for line in lines))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Where(file, mark.line + 1, mark.column + 4) if mark else Where(file)
        problem = error.problem or error.context or ""
        raise _broken_yaml(problem, where) from None
    except YAMLError as error:
        raise _broken_yaml(str(error).splitlines()[0], Where(file)) from None
    error = cast("ValidationError | None", best_match(_validator().iter_errors(header)))
    if error is not None:
        raise _not_as_the_schema_says(error, header, file)
    return header


@cache
def _validator() -> Draft202012Validator:
    schema = files("digiterr.queries").joinpath("header.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(schema))


def _broken_yaml(problem: str, where: Where) -> InputError:
    return InputError(
        Text(
            f"le YAML de l’en-tête est mal formé ({problem}).", f"the header's YAML is malformed ({problem})."
        ),
        Text("Regardez l’alignement et les guillemets.", "Look at its alignment and quotation marks."),
        where,
    )


def _not_as_the_schema_says(error: ValidationError, header: Any, file: str) -> InputError:
    pointer = "/".join(str(part) for part in error.absolute_path)
    hint = Text(
        "Les clés et leurs valeurs sont décrites dans docs/queries.md.",
        "Keys and their values are described in docs/queries.md.",
    )
    if error.validator == "additionalProperties":
        known = list(cast("Mapping[str, Any]", error.schema)["properties"])
        unknown = next(key for key in cast("Mapping[str, Any]", error.instance) if key not in known)
        near = difflib.get_close_matches(str(unknown), known, 1)
        message = Text(f"la clé « {unknown} » est inconnue.", f"the key '{unknown}' is not known.")
        if near:
            hint = Text(f"Vouliez-vous dire « {near[0]} » ?", f"Did you mean '{near[0]}'?")
    else:
        message = Text(
            f"l’en-tête ne convient pas : {error.message}.", f"the header is not right: {error.message}."
        )
    return InputError(
        message, hint, Where(file, _line(header, list(error.absolute_path)), pointer=pointer or None)
    )


def _line(header: Any, path: Sequence[str | int]) -> int:
    """The line of the value at a path in the header, as near as the reader remembers it."""
    line, node = 1, header
    for part in path:
        places = getattr(node, "lc", None)
        if places is not None and places.data and part in places.data:
            line = places.data[part][0] + 1
        node = node[part]
    return line


def _text(raw: Mapping[str, str]) -> Text:
    return Text(raw["fr"], raw["en"])


def _column(raw: Mapping[str, Any]) -> Column:
    return Column(
        name=raw["name"],
        label=_text(raw["label"]),
        unit=_text(raw["unit"]) if "unit" in raw else None,
        absent=_text(raw["absent"]) if "absent" in raw else NOT_STATED,
        computed=tuple(raw.get("computed", ())),
    )


def _parameter(raw: Mapping[str, Any], text: str, file: str) -> Parameter:
    values = raw.get("values", ())
    choices = () if isinstance(values, str) else tuple(_choice(value) for value in values)
    return Parameter(
        name=raw["name"],
        label=_text(raw["label"]),
        type=raw["type"],
        default=_default(raw["name"], text, file),
        choices=choices,
        choices_query=values if isinstance(values, str) else None,
        namespace=raw.get("namespace"),
        repeatable=raw.get("repeatable", False),
    )


def _choice(raw: Any) -> Choice:
    if isinstance(raw, Mapping):
        return Choice(str(raw["value"]), _text(cast("Mapping[str, str]", raw["label"])))
    return Choice(str(raw).lower() if isinstance(raw, bool) else str(raw))


def _default(name: str, text: str, file: str) -> tuple[Term | None, ...]:
    blocks = list(values_blocks(text, name))
    if not blocks:
        raise InputError(
            Text(
                f"le paramètre « {name} » n’a pas de bloc VALUES ?{name} {{ … }} dans la requête.",
                f"the parameter '{name}' has no block VALUES ?{name} {{ … }} in the query.",
            ),
            Text("Écrivez-y sa valeur par défaut, ou UNDEF.", "Write its default value there, or UNDEF."),
            Where(file),
        )
    start, end = blocks[0]
    prologue = "\n".join(found[0] for found in _PROLOGUE.finditer(text))
    try:
        rows = Store().query(f"{prologue}\nSELECT ?value {{ VALUES ?value {{ {text[start:end]} }} }}")
        return tuple(row["value"] for row in cast("Any", rows))
    except (SyntaxError, ValueError) as error:
        raise InputError(
            Text(
                f"le bloc VALUES ?{name} ne se lit pas ({error}).",
                f"the block VALUES ?{name} cannot be read ({error}).",
            ),
            Text("Écrivez-y des termes RDF, ou UNDEF.", "Write RDF terms there, or UNDEF."),
            Where(file, text.count("\n", 0, start) + 1),
        ) from None


def _expected(header: Any, file: str) -> Expected:
    raw = header["expected"]
    line = _line(header, ["expected", "rows"])
    rows = tuple(tuple(row) for row in raw["rows"])
    wide = next((i for i, row in enumerate(rows) if len(row) != len(header["columns"])), None)
    if wide is not None:
        raise InputError(
            Text(
                f"la ligne attendue {wide + 1} n’a pas une cellule par colonne.",
                f"the expected row {wide + 1} does not have one cell for each column.",
            ),
            Text(f"Écrivez-en {len(header['columns'])}.", f"Write {len(header['columns'])}."),
            Where(file, _line(header, ["expected", "rows", wide])),
        )
    return Expected(rows=rows, count=raw.get("count", len(rows)), line=line)


def _check_agreement(query: StoredQuery, header: Any) -> None:
    """The header and the SPARQL must speak of the same columns, and leave paging to the runner."""
    words = list(significant_tokens(query.text))
    named = [column.name for column in query.columns]
    projected = _projection(words)
    if projected != named:
        raise InputError(
            Text(
                f"l’en-tête décrit {', '.join(named)} ; la requête donne {', '.join(projected)}.",
                f"the header describes {', '.join(named)}; the query gives {', '.join(projected)}.",
            ),
            Text("Nommez les mêmes, dans le même ordre.", "Name the same ones, in the same order."),
            Where(query.file, _line(header, ["columns"])),
        )
    last_brace = max((i for i, word in enumerate(words) if word.text == "}"), default=0)
    tail = {word.text.upper() for word in words[last_brace:]}
    if tail & {"LIMIT", "OFFSET"} or "ORDER" not in tail:
        raise InputError(
            Text(
                "une requête conservée est ordonnée par ORDER BY et n’a ni LIMIT ni OFFSET à la fin.",
                "a stored query is ordered by ORDER BY and ends without LIMIT or OFFSET.",
            ),
            Text("Les pages sont faites par le serveur.", "Pages are made by the server."),
            Where(query.file, query.text.count("\n", 0, words[last_brace].start) + 1),
        )
    linked = [name for pair in query.links for name in pair]
    bearing = [name.partition("/")[0] for name in query.evidence]
    for key, names in (("evidence", bearing), ("links", linked)):
        for name in names:
            if name not in named:
                raise InputError(
                    Text(
                        f"la colonne « {name} », que nomme « {key} », n’existe pas.",
                        f"there is no column '{name}', which '{key}' names.",
                    ),
                    Text(f"Colonnes : {', '.join(named)}.", f"Columns: {', '.join(named)}."),
                    Where(query.file, _line(header, [key])),
                )
    for i, column in enumerate(query.columns):
        for source in column.computed:
            if source not in query.sources:
                raise InputError(
                    Text(
                        f"la colonne « {column.name} » est calculée sur « {source} », qui n’est pas parmi "
                        "les sources de la question.",
                        f"the column '{column.name}' is computed from '{source}', which is not among the "
                        "sources of the query.",
                    ),
                    Text(f"Sources : {', '.join(query.sources)}.", f"Sources: {', '.join(query.sources)}."),
                    Where(query.file, _line(header, ["columns", i, "computed"])),
                )
    needed = [("parameters", one.namespace) for one in query.parameters if one.namespace]
    needed += [("evidence", name.partition("/")[2]) for name in query.evidence if "/" in name]
    for key, name in needed:
        prefix = name.split(":")[0] + ":"
        if prefix not in prefixes(query.text):
            raise InputError(
                Text(f"le préfixe {prefix} n’est pas déclaré.", f"the prefix {prefix} is not declared."),
                Text(f"Ajoutez PREFIX {prefix} <…> à la requête.", f"Add PREFIX {prefix} <…> to the query."),
                Where(query.file, _line(header, [key])),
            )


def _projection(words: Sequence[Token]) -> list[str]:
    """The variables that the outermost SELECT projects, in order."""
    names: list[str] = []
    depth = 0
    start = next((i for i, word in enumerate(words) if word.text.upper() == "SELECT"), len(words))
    for before, word in zip(words[start:], words[start + 1 :], strict=False):
        if depth == 0 and (word.text == "{" or word.text.upper() in ("WHERE", "FROM")):
            break
        depth += {"(": 1, ")": -1}.get(word.text, 0)
        if word.kind == "variable" and (depth == 0 or (depth == 1 and before.text.upper() == "AS")):
            names.append(word.text[1:])
    return names
