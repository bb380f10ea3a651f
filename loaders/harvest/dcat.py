"""A page of a catalogue in RDF: its statements, and the links of Hydra to the page after it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from ...ontology.errors import InputError, Where
from ...ontology.names import DCAT, DCTERMS, HYDRA
from ...ontology.text import Text
from .description import PageGraph
from .paging import Listing

_INSTANCE: Final = "urn:uuid:"


def read_page(content: bytes, rdf_format: RdfFormat, address: str) -> Listing:
    """The statements of a page. InputError, with the line, for what is not RDF of that form."""
    try:
        parsed = pyoxigraph.parse(content, rdf_format, base_iri=address, rename_blank_nodes=True)
        triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in parsed]
    except SyntaxError as error:
        message = str(error.msg).split(": ", 1)[-1]
        raise InputError(
            Text(
                f"ce {rdf_format.name} est incorrect : {message}.",
                f"this {rdf_format.name} is not valid: {message}.",
            ),
            Text(
                "Rien n’a été modifié ; signalez-le à l’éditeur du portail, avec cette ligne.",
                "Nothing was changed; tell the publisher of the portal, with this line.",
            ),
            Where(address, error.lineno, error.offset),
        ) from error
    page = PageGraph(triples)
    return Listing(
        triples=triples,
        next=_next(page, address),
        total=_total(page),
        catalogue=tuple(_names(page)),
    )


def _views(page: PageGraph) -> list[NamedNode | pyoxigraph.BlankNode]:
    return [*page.typed(HYDRA.PartialCollectionView), *page.typed(HYDRA.PagedCollection)]


def _next(page: PageGraph, address: str) -> str | None:
    """The next page: Hydra's word for it, or the one of its first drafts."""
    for view in _views(page):
        for value in page.values(view, HYDRA.next, HYDRA.nextPage):
            if isinstance(value, NamedNode | Literal):
                return urljoin(address, value.value)
    return None


def _total(page: PageGraph) -> int | None:
    for view in (*_views(page), *page.typed(HYDRA.Collection)):
        for value in page.values(view, HYDRA.totalItems):
            if isinstance(value, Literal) and value.value.isdigit():
                return int(value.value)
    return None


def _names(page: PageGraph) -> list[str]:
    """The catalogue's IRIs; first, its number as an instance, if it has one."""
    names: list[str] = []
    for catalogue in page.typed(DCAT.Catalog):
        identifiers = page.values(catalogue, DCTERMS.identifier)
        names += [value.value for value in identifiers if value.value.startswith(_INSTANCE)]
        if isinstance(catalogue, NamedNode):
            names.append(catalogue.value)
    return sorted(names, key=lambda name: not name.startswith(_INSTANCE))
