"""No file makes the reader fall: whatever the bytes, a list of faults or quads comes out."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from digiterr.loaders.cases.case_format import Case
from digiterr.loaders.cases.files import CaseFile, read_files, shipped_paths
from digiterr.loaders.cases.kinds import CONCEPTS
from digiterr.loaders.cases.model import Nested, Record, specs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, serialize

SHIPPED = {path.name: path for path in shipped_paths()}
CASE_A = SHIPPED["case-A.yaml"].read_text(encoding="utf-8")
LINES = CASE_A.splitlines()
STUDY = [SHIPPED["study-digital-territories.yaml"]]
FOLDER = Path(tempfile.mkdtemp(prefix="digiterr-fuzz-"))
slow = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(content: bytes) -> CaseFile:
    path = FOLDER / "case.yaml"
    path.write_bytes(content)
    return read_files([path])[0]


def holds(case_file: CaseFile) -> None:
    assert bool(case_file.problems) != bool(case_file.quads)
    for fault in case_file.problems:
        assert fault.where.file
        assert fault.message.fr
        assert fault.message.en
        assert fault.where.line is None or fault.where.line >= 1


@slow
@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    holds(read(content))


@slow
@given(st.text(alphabet="case:ABlf-[]{},&*!|>%@`'\"#?~ \n\t", max_size=120))
def test_any_text_of_yaml_signs(text: str) -> None:
    holds(read(text.encode()))


@slow
@given(st.integers(0, len(LINES) - 1), st.text(max_size=30), st.sampled_from(["replace", "insert", "delete"]))
def test_a_case_with_one_line_spoilt(number: int, text: str, how: str) -> None:
    lines = list(LINES)
    indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    lines[number : number + (how != "insert")] = [] if how == "delete" else [indent + text]
    holds(read("\n".join(lines).encode("utf-8", "surrogatepass")))


def keys_of(record: type[Record], found: set[str]) -> set[str]:
    for name, (_, spec) in specs(record).items():
        if name not in found:
            found.add(name)
            if isinstance(spec.kind, Nested):
                keys_of(spec.kind.record, found)
    return found


KEYS = sorted(keys_of(Case, set()))
WORDS = [
    "A",
    "city",
    "epci",
    "municipality",
    "context",
    "interviews",
    "2018",
    "150 000",
    "true",
    "",
    "~",
    *sorted(CONCEPTS)[:5],
]
values = st.recursive(
    st.sampled_from(WORDS) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=25,
)


def flow(value: object) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    word = str(value)
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return word if word in WORDS else f'"{escaped}"'


@slow
@given(st.dictionaries(st.sampled_from(list(specs(Case))), values, max_size=8))
def test_known_keys_with_any_values(mapping: dict[str, object]) -> None:
    holds(
        read(
            ("case: Z\n" + "\n".join(f"{key}: {flow(value)}" for key, value in mapping.items())).encode(
                "utf-8", "replace"
            )
        )
    )


@slow
@given(st.text(st.characters(codec=None), max_size=20), st.text("htps:/[]@%.é?#-", max_size=15))
def test_any_words_and_addresses_in_a_sound_case(words: str, address: str) -> None:
    source = f"sources: {{id: r, kind: report, title: x, url: {json.dumps('http://' + address)}}}"
    text = CASE_A.replace("case: A", f"case: Z\n{source}", 1).replace("hal-04013262", "r", 1)
    text = text.replace("study: digital-territories-2021-2023\n", "", 1)
    text = text.replace("quote: Collectivité A", f"quote: {json.dumps(words)}", 1)
    case_file = read(text.encode())
    holds(case_file)
    assert serialize(case_file.quads, format=RdfFormat.N_QUADS) is not None
