"""`digiterr diff`: what differs between two versions, by graph and by class."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ...ontology.iris import GRAPH, TERM
from ...ontology.text import Text, grouped
from ...store.difference import GraphDelta, compare
from ...store.versions import Versions
from ..cli import Settings
from ..configuration import Configuration


@click.command(name="diff")
@click.argument("before", metavar="N", type=click.IntRange(1))
@click.argument("after", metavar="M", type=click.IntRange(1))
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Configuration().data_dir,
    show_default=True,
    help="Folder of the graph.",
)
@click.option(
    "--format", "-f", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@click.pass_obj
def command(settings: Settings, before: int, after: int, data_dir: Path, form: str) -> None:
    """Say what version M gained and lost since version N: triples by graph, things by class.

    Triples with blank nodes are not counted.

    \b
    Examples:
      digiterr diff 1 2
      digiterr diff 1 2 --format json
    """
    versions = Versions(data_dir)
    with versions.reading(before) as old, versions.reading(after) as new:
        deltas = compare(old, new)
    if form == "json":
        click.echo(json.dumps([_facts(delta) for delta in deltas], ensure_ascii=False, indent=2))
    elif not deltas:
        same = Text("Les deux versions disent la même chose.", "Both versions say the same.")
        click.echo(settings.say(same))
    else:
        _print(deltas, settings)


def _facts(delta: GraphDelta) -> dict[str, object]:
    return {
        "graph": delta.graph,
        "added": delta.added,
        "removed": delta.removed,
        "classes_added": dict(delta.classes_added),
        "classes_removed": dict(delta.classes_removed),
    }


def _print(deltas: tuple[GraphDelta, ...], settings: Settings) -> None:
    header = settings.say(Text("graphe,classe,ajouts,retraits", "graph,class,added,removed")).split(",")
    table = Table(*header)
    table.columns[2].justify = table.columns[3].justify = "right"

    def row(graph: str, kind: str, added: int, removed: int) -> None:
        counts = (grouped(number, settings.language) for number in (added, removed))
        table.add_row(graph.removeprefix(GRAPH), kind.replace(TERM, "dt:"), *counts)

    for delta in deltas:
        row(delta.graph, settings.say(Text("(triplets)", "(triples)")), delta.added, delta.removed)
        for kind in dict.fromkeys((*delta.classes_added, *delta.classes_removed)):
            row("", kind, delta.classes_added.get(kind, 0), delta.classes_removed.get(kind, 0))
    Console().print(table)
