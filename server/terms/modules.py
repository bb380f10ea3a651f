"""The ontology and its modules as pages: what each holds, drawn and listed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as WsgiResponse

from ...ontology.compare.history import release_folder, releases
from ...ontology.errors import NotFoundError
from ...ontology.iris import ONTOLOGY
from ...ontology.modules import ALL_FILES, ROOT, module_file
from ...ontology.names import OWL, RDFS
from ...ontology.text import Text
from ...store.conversion import convert_turtle
from ..drawings.module import Diagram, Node, diagram
from ..in_force import current
from ..language import reader_language
from ..negotiation import GRAPH_ALIASES, GRAPH_FORMATS, HTML, negotiate
from ..rendering import being_made, readable
from .lexicon import LEXICON, Entry, Lexicon

blueprint = Blueprint("modules", __name__)

# What a module can be taken as, by the end of its address.
FORMATS: Final = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


def ontology_page() -> Response | str:
    """The ontology as a whole: its modules, its schemes, and every class and property."""
    lexicon = current(LEXICON)
    if lexicon is None:
        return being_made(render_template("ontology.html", ready=False, formats=_links("/ont")))
    return render_template(
        "ontology.html",
        ready=True,
        root=lexicon.find(ONTOLOGY),
        lexicon=lexicon,
        entries=[
            (kind, sorted(lexicon.of_kind(kind), key=lambda one: one.label(reader_language()).casefold()))
            for kind in ("class", "relation", "attribute", "annotation", "datatype", "scheme")
        ],
        releases=releases(),
        formats=_links("/ont"),
    )


@blueprint.get("/ont/<name>")
def module(name: str) -> WsgiResponse | str:
    """A module, or a release by its number; the end of the address may name a format."""
    if release_folder(name):
        return _release(name)
    stem, _, suffix = name.rpartition(".")
    if suffix in FORMATS and stem in ALL_FILES and stem != ROOT:
        return _data(stem, FORMATS[suffix])
    if name not in ALL_FILES or name == ROOT:
        raise _no_module(name)
    wanted = negotiate(request.headers.get("Accept", ""), (*GRAPH_FORMATS, HTML), GRAPH_ALIASES)
    if wanted != HTML:
        response = _data(name, wanted)
        response.vary.update(("Accept",))
        return response
    return _page(name)


@blueprint.get("/ont/<name>/<file>")
def release_file(name: str, file: str) -> WsgiResponse:
    """A file of a release, as it was published; or the release that a version of a module is part of."""
    if name in ALL_FILES and release_folder(file):
        return redirect(f"/ont/{file}", 303)
    folder = release_folder(name)
    found = next((path for path in folder.iterdir() if path.name == file), None) if folder else None
    if found is None:
        raise _no_module(f"{name}/{file}")
    return _file(found)


def _release(version: str) -> Response:
    offered = {FORMATS[name]: f"digiterr.{name}" for name in ("ttl", "rdf", "jsonld")}
    wanted = negotiate(request.headers.get("Accept", ""), (*offered, HTML), GRAPH_ALIASES)
    folder = release_folder(version)
    if wanted != HTML and folder:
        response = _file(folder / offered[wanted])
    else:
        response = Response(
            render_template(
                "release.html",
                version=version,
                files=sorted(path.name for path in folder.iterdir()) if folder else (),
            )
        )
    response.vary.update(("Accept",))
    return response


def _file(path: Path) -> Response:
    media_type = FORMATS[path.suffix.removeprefix(".")]
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(path.read_bytes(), content_type=media_type + charset)


def _data(name: str, media_type: str) -> Response:
    turtle = module_file(name).read_text(encoding="utf-8")
    body = turtle if media_type == "text/turtle" else convert_turtle(turtle, media_type)
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(body, content_type=media_type + charset)


def _page(name: str) -> Response | str:
    lexicon = current(LEXICON)
    formats = _links(f"/ont/{name}")
    if lexicon is None:
        return being_made(render_template("module.html", title=name, module=None, formats=formats))
    entry = lexicon.find(f"{ONTOLOGY}/{name}")
    if entry is None:  # an optional module that the published graph was not built with
        return render_template("module.html", title=name, module=None, left_out=True, formats=formats)
    language = reader_language()
    terms = sorted(lexicon.terms_of(entry), key=lambda one: one.label(language).casefold())
    return render_template(
        "module.html",
        title=entry.label(language),
        module=entry,
        lexicon=lexicon,
        entries=[
            (kind, [one for one in terms if one.kind == kind])
            for kind in ("class", "relation", "attribute", "annotation", "datatype", "scheme")
        ],
        imports=[found for iri in entry.values(OWL.imports) if (found := lexicon.find(iri))],
        imported_by=[one for one in lexicon.modules if entry.iri in one.values(OWL.imports)],
        version=entry.value(OWL.versionInfo),
        drawing=_drawing(entry, lexicon),
        formats=formats,
    )


def _drawing(module: Entry, lexicon: Lexicon) -> Diagram | None:
    """Each class below the first one above it, which is a guest where it is of another module."""
    language = reader_language()
    inside = [one for one in lexicon.terms_of(module) if one.kind == "class"]
    names = {one.iri for one in inside}
    tops: dict[str, tuple[Entry, list[Entry]]] = {}
    children: dict[str, list[Entry]] = {}
    roots: list[Entry] = []
    for one in sorted(inside, key=lambda entry: entry.label(language).casefold()):
        above = [up for up in lexicon.above(one) if up.kind == "class"]
        home = next((up for up in above if up.iri in names), None)
        if home:
            children.setdefault(home.iri, []).append(one)
        elif above:
            tops.setdefault(above[0].iri, (above[0], []))[1].append(one)
        else:
            roots.append(one)

    def node(one: Entry) -> Node:
        return Node(
            one.label(language),
            f"/terms/{one.name}",
            tuple(_line(name, lexicon) for name in lexicon.properties_of(one)),
            tuple(map(node, children.get(one.iri, ()))),
        )

    guests = [
        Node(top.label(language), f"/terms/{top.name}", (), tuple(map(node, below)), guest=True)
        for top, below in tops.values()
    ]
    return diagram([*map(node, roots), *guests])


def _line(name: Entry, lexicon: Lexicon) -> str:
    language = reader_language()
    target = next(iter(name.values(RDFS.range)), None)
    found = lexicon.find(target) if target else None
    shown = found.label(language) if found else readable(target) if target else ""
    return f"{name.label(language)} → {shown}" if shown else name.label(language)


def _links(address: str) -> list[tuple[str, str]]:
    return [(suffix, f"{address}.{suffix}") for suffix in FORMATS]


def _no_module(name: str) -> NotFoundError:
    shown = name[:80]
    return NotFoundError(
        Text(
            f"L’ontologie n’a ni module ni publication « {shown} ».",
            f"The ontology has no module and no release “{shown}”.",
        ),
        Text("Voyez ses modules : /ont", "See its modules: /ont"),
    )
