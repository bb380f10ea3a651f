"""The two engines of validation on the same sample and the same shapes: results compared, CPU time measured.

    python bench/validate.py                  # 200,000 triples, both engines, then the whole graph compiled
    python bench/validate.py --triples 50000 --rules most

The sample is the ontology and the first triples of the national geography; cutting it off leaves links that
lead nowhere, and a few errors of other kinds are planted, so that there is something to find.

pySHACL parses a rule written in SPARQL again for each node, which takes it a quarter of an hour or more on
200,000 triples: both engines are given the rules of SHACL Core, unless --rules says `most` (all but the check
digit of a SIREN, a long one that costs pySHACL more than all others together) or `all`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from digiterr.loaders.cases.validation import ontology_triples
from digiterr.loaders.geography import GeographySource
from digiterr.ontology.names import DT
from digiterr.shapes.namespaces import DTSH, SH, XSD, local_name
from digiterr.shapes.report import ValidationReport
from digiterr.shapes.shapes_graph import ShapesGraph, project_shapes
from digiterr.shapes.validation import EngineName, validate
from pyoxigraph import Literal, Quad, Triple


def geography() -> Iterator[Triple]:
    return (event.triple for event in GeographySource().read() if isinstance(event, Quad))


def with_errors(triples: list[Triple]) -> list[Triple]:
    """One record in two hundred gets a fault: a code cut short, a wrong SIREN, half an inhabitant."""
    broken: list[Triple] = []
    for number, triple in enumerate(triples):
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if number % 200 == 0 and isinstance(value, Literal):
            if predicate == DT.inseeCode:
                value = Literal(value.value[1:])
            elif predicate == DT.siren:
                value = Literal(value.value[:-1] + str((int(value.value[-1]) + 1) % 10))
            elif predicate == DT.populationCount:
                value = Literal(value.value + ".5", datatype=XSD.decimal)
        broken.append(Triple(subject, predicate, value))
    return broken


RULES: Final[dict[str, Callable[[Triple], bool]]] = {
    "core": lambda triple: triple.predicate != SH.sparql,
    "most": lambda triple: triple.object != DTSH["Siren-key"],
    "all": lambda _: True,
}


def keys(report: ValidationReport) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(map(str, (r.source_shape, r.component, r.focus_node, r.path, r.value, r.severity)))
        for r in report.results
    )


def measured(work: Callable[[], ValidationReport]) -> tuple[ValidationReport, float, float]:
    """A report with the CPU and wall-clock seconds that it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    report = work()
    return report, time.process_time() - cpu, time.perf_counter() - wall


def tell(name: str, triples: int, report: ValidationReport, cpu: float, wall: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:<10} {triples:>9,} triples {len(report.results):>7,} results "
        f"{cpu:>8.2f} s CPU {wall:>8.2f} s wall {memory:>7,.0f} MB peak so far",
        flush=True,
    )


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--triples", type=int, default=200_000)
    arguments.add_argument("--no-whole", action="store_true", help="leave the whole graph out")
    arguments.add_argument("--rules", choices=RULES, default="core")
    chosen = arguments.parse_args()
    shapes = ShapesGraph(filter(RULES[chosen.rules], project_shapes().triples))
    ontology = list(ontology_triples())
    whole = [*ontology, *geography()]
    sample = with_errors(whole[: chosen.triples])
    validate(sample[:100], shapes)  # reading the shapes is not part of the measure
    found: dict[EngineName, tuple[ValidationReport, float, float]] = {}
    engines: tuple[EngineName, ...] = ("compiled", "pyshacl")
    for engine in engines:
        found[engine] = measured(lambda engine=engine: validate(sample, shapes, engine=engine))
        tell(engine, len(sample), *found[engine])
    (compiled, compiled_cpu, _), (by_pyshacl, pyshacl_cpu, _) = found["compiled"], found["pyshacl"]
    for group in compiled.groups[:8]:
        print(f"    {group.count:>6,} {local_name(group.rule.source_shape.value)}")
    equal = keys(compiled) == keys(by_pyshacl)
    print(f"results equal: {equal}; compiled takes {pyshacl_cpu / compiled_cpu:.0f} times less CPU")
    if not chosen.no_whole:
        report, cpu, wall = measured(lambda: validate(whole, engine="compiled"))
        tell("compiled", len(whole), report, cpu, wall)
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
