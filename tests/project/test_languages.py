"""Every text that people read exists in French and in English, and the French has its own marks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
ROOMS = ("ontology", "shapes", "store", "loaders", "queries", "server")
TEMPLATES = sorted((ROOT / "server" / "templates").glob("**/*.html"))
SOURCES = [path for room in ROOMS for path in sorted((ROOT / room).glob("**/*.py"))]
_WORD = re.compile(r"[^\W\d_]{3,}")
_LETTER = re.compile(r"[^\W\d_]")
_APOSTROPHE = re.compile(r"[^\W\d_]'[^\W\d_]")
# Names and standards' own words, which are the same in both languages.
NAMES = {
    "Atom", "CSV", "DCAT", "DigiTerr", "Excel", "HTML", "JSON", "LDES", "Markdown", "OpenAPI", "OpenRefine", "PNG",
    "Parquet", "Power", "Python", "Questions", "RDF", "Rennes", "SHA", "SHACL", "SIREN", "SKOS", "SPARQL", "SVG", "TSV", "Triples", "Turtle", "URL", "UTC", "Vega",
    "Lite", "VoID", "XLSX", "XML", "km²", "min",
}  # fmt: skip
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}


class _Prose(HTMLParser):
    """The words of a page that stand outside code, and outside what is said in one language on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("code", "pre", "script", "style", "textarea") or any(
            name == "lang" for name, _ in attrs if tag != "html"
        ):
            self._silent.append(tag)
        for name, value in attrs:
            if name in READ_ALOUD:
                self.words.update(_WORD.findall(value or ""))

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.update(_WORD.findall(data))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_in_one_language_alone(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    prose = _Prose()
    prose.feed(source)
    assert prose.words - NAMES == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_a_template_says_is_said_twice(path: Path) -> None:
    tree = Environment().parse(path.read_text(encoding="utf-8"))  # noqa: S701 (nothing is rendered)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            assert len(call.args) == 2, f"line {call.lineno}"
            french, english = (list(_constants(argument)) for argument in call.args)
            if isinstance(call.args[0], nodes.Const):
                assert french, f"line {call.lineno}"
                assert english, f"line {call.lineno}"
            assert not [text for text in french if _APOSTROPHE.search(text)], f"line {call.lineno}"


def _constants(node: nodes.Node) -> Iterator[str]:
    found = [node] if isinstance(node, nodes.Const) else list(node.find_all(nodes.Const))
    yield from (one.value for one in found if isinstance(one.value, str) and one.value)


def _texts() -> Iterator[tuple[str, ast.expr, ast.expr]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"
            ):
                continue
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if len(node.args) == 2 and not any(isinstance(one, ast.Starred) for one in node.args):
                yield where, node.args[0], node.args[1]
            else:
                named = {keyword.arg for keyword in node.keywords}
                starred = any(isinstance(one, ast.Starred) for one in node.args)
                assert starred or named in ({"fr", "en"}, {None}), f"{where}: one language alone"


def _literal(node: ast.expr) -> str | None:
    """The words of a text or of a formatted one, what it is filled with left out; None for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
    return None


def test_every_message_is_written_twice() -> None:
    texts = list(_texts())
    assert len(texts) > 500
    faults = []
    for where, fr, en in texts:
        french, english = _literal(fr), _literal(en)
        if french is None or english is None:
            continue
        if bool(_LETTER.search(french)) != bool(_LETTER.search(english)):
            faults.append(f"{where}: {french!r} and {english!r}")
        if _APOSTROPHE.search(french):
            faults.append(f"{where}: a straight apostrophe in {french!r}")
        if french == english and len(_WORD.findall(french)) > 3:
            faults.append(f"{where}: the same text twice, {french!r}")
    assert not faults, "\n".join(faults)
