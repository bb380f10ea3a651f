"""Inference over the map of France and copies of it, by rules: triples inferred, CPU and wall-clock seconds.

    python bench/inference.py                       # the national geography, as the build loads it
    python bench/inference.py --triples 1000000     # copies of it, up to a million stated triples

Everything is closed in the context of the ontology and its own closure, in an in-memory store, as the build
does it. `outside` counts what outside vocabularies add: memberships in their classes, and their properties.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from itertools import count, islice

from digiterr.loaders.geography import GeographySource
from digiterr.ontology.iris import BASE, DATA, graph_iri
from digiterr.ontology.modules import read_ontology
from digiterr.ontology.reasoning import compile_rules, infer
from pyoxigraph import NamedNode, Quad, RdfFormat, Store


def geography() -> Iterator[Quad]:
    return (event for event in GeographySource().read() if isinstance(event, Quad))


def copied(quads: list[Quad], triples: int) -> Iterator[Quad]:
    """The quads again and again, things of the data under new names each time, up to a number of triples."""
    again = (quad if number == 0 else renamed(quad, number) for number in count() for quad in quads)
    return islice(again, triples)


def renamed(quad: Quad, number: int) -> Quad:
    def name(term: object) -> object:
        if isinstance(term, NamedNode) and term.value.startswith(DATA):
            return NamedNode(f"{term.value}-copy-{number}")
        return term

    return Quad(name(quad.subject), quad.predicate, name(quad.object), quad.graph_name)  # type: ignore[arg-type]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--triples", type=int, help="copy the geography up to this number of triples")
    arguments = options.parse_args()
    ontology = read_ontology()
    store = Store()
    content = ontology.serialize(format="nt", encoding="utf-8")
    store.load(content, RdfFormat.N_TRIPLES, to_graph=graph_iri("ontology"))
    quads = list(geography())
    source = graph_iri("geography")
    stated = copied(quads, arguments.triples or len(quads))
    store.bulk_extend(Quad(q.subject, q.predicate, q.object, source) for q in stated)
    before = len(store)

    cpu, wall = time.process_time(), time.perf_counter()
    rules = compile_rules(ontology)
    infer(store, rules, "ontology")
    report = infer(store, rules, "geography", context=("ontology",))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall

    outside = store.query(
        f"""SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{report.graph}> {{ ?s ?p ?o }}
            BIND(IF(?p = rdf:type, ?o, ?p) AS ?term) FILTER(!STRSTARTS(STR(?term), "{BASE}")) }}""",
        prefixes={"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
    )
    added = int(next(iter(outside))[0].value)  # type: ignore[union-attr,index]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    sys.stdout.write(
        f"{before:,} triples stated, {report.triples:,} inferred ({added:,} outside), "
        f"{report.rounds} rounds: {cpu:.1f} s of CPU, {wall:.1f} s, {memory:.2f} GB at most\n"
    )


if __name__ == "__main__":
    main()
