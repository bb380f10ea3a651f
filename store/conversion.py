"""A short RDF document of our own in another of the formats on offer."""

from __future__ import annotations

from pyoxigraph import RdfFormat, parse, serialize

from .formats import GRAPHS


def convert_turtle(turtle: str, media_type: str) -> bytes:
    """A Turtle text in one of the media types of `formats.GRAPHS`. SyntaxError if it is no Turtle."""
    quads = parse(turtle, RdfFormat.TURTLE)
    triples = [quad.triple for quad in quads]
    return serialize(triples, format=GRAPHS[media_type], prefixes=quads.prefixes) or b""
