"""The ontology as it was: at a git revision, or in its last release."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from rdflib import Graph

from ..errors import InputError
from ..modules import FOLDER, ROOT, module_file
from ..release import RELEASES
from ..text import Text
from .model import number


def last_release(folder: Path | None = None) -> tuple[str, Graph] | None:
    """The highest released version and its graph, optional modules included; None before any release."""
    folder = folder or Path(str(module_file(ROOT))).with_name(RELEASES)
    found = [path for path in folder.glob("*/digiterr.ttl") if number(path.parent.name)]
    if not found:
        return None
    path = max(found, key=lambda candidate: number(candidate.parent.name))
    graph = Graph(bind_namespaces="none")
    for file in path.parent.glob("*.ttl"):
        graph.parse(file, format="turtle")
    return path.parent.name, graph


def at_revision(revision: str, folder: Path | None = None) -> Graph:
    """The ontology's modules as a git revision holds them, optional modules included.

    Raises InputError when the folder is not in a git repository or has no such revision.
    """
    folder = folder or Path(str(FOLDER))
    graph = Graph(bind_namespaces="none")
    for _, content in _files(revision, folder):
        graph.parse(data=content, format="turtle")
    return graph


def _files(revision: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    if revision.startswith("-"):
        raise _no_such(revision)
    top = _git(folder, revision, "rev-parse", "--show-toplevel").decode().strip()
    inside = folder.resolve().relative_to(Path(top).resolve()).as_posix()
    listed = _git(folder, revision, "ls-tree", "--full-tree", "--name-only", "-z", revision, f"{inside}/")
    names = [name for name in listed.decode().split("\0") if name.endswith(".ttl")]
    if not names:
        raise InputError(
            Text(
                f"la révision {revision} n’a pas de modules d’ontologie.",
                f"the revision {revision} has no ontology modules.",
            ),
            Text("Choisissez-en une plus récente.", "Choose a later one."),
        )
    for name in names:
        yield name, _git(folder, revision, "cat-file", "blob", f"{revision}:{name}")


def _git(folder: Path, revision: str, *arguments: str) -> bytes:
    try:
        run = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except OSError as error:
        raise _no_such(revision) from error
    if run.returncode:
        raise _no_such(revision)
    return run.stdout


def _no_such(revision: str) -> InputError:
    return InputError(
        Text(
            f"git ne connaît pas ici la révision « {revision} ».",
            f"git knows no revision ‘{revision}’ here.",
        ),
        Text(
            "Donnez une branche, une étiquette ou un commit du dépôt, ou --since release.",
            "Give a branch, a tag or a commit of the repository, or --since release.",
        ),
    )
