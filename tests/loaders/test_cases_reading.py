"""Bad case files: each fault said with its line and column, its reason and a hint, and all of a file at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from digiterr.loaders.cases.files import CaseFile, read_files, shipped_paths
from digiterr.loaders.tree import MAX_ALIASES, MAX_BYTES, MAX_DEPTH
from digiterr.ontology.names import DCTERMS, DT

SHIPPED = {path.name: path for path in shipped_paths()}
CASE_A = SHIPPED["case-A.yaml"].read_text(encoding="utf-8")
STUDY = SHIPPED["study-digital-territories.yaml"]


def read(tmp_path: Path, text: str | bytes, name: str = "case.yaml") -> CaseFile:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_files([path], context=[STUDY])[0]


def faults(case_file: CaseFile) -> list[tuple[int | None, int | None, str]]:
    return [(fault.where.line, fault.where.column, fault.reason) for fault in case_file.problems]


def altered(old: str, new: str) -> str:
    """Case A under the code Z, with one thing changed."""
    assert old in CASE_A
    return CASE_A.replace("case: A", "case: Z", 1).replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_model_case_is_sound(tmp_path: Path) -> None:
    case_file = read(tmp_path, altered("case: A", "case: A"))
    assert faults(case_file) == []
    assert case_file.quads


@pytest.mark.parametrize(
    ("old", "new", "at", "reason", "hint"),
    [
        ("      count: 150000", "      count: 150k", "150k", "wrong-unit", "150000"),
        ("      count: 150000", "      count: 150 thousand", "150 thousand", "wrong-unit", "150000"),
        ("      count: 150000", "      count: 150.5", "150.5", "wrong-unit", "150000"),
        ("      count: 150000", "      count: ١٥٠", "١٥٠", "wrong-unit", "150000"),
        ("      count: 150000", "      count: -5", "-5", "out-of-range", "source"),
        ("      count: 150000", "      count: [1, 2]", "[1, 2]", "wrong-kind", "line"),
        (
            "      count: 150000",
            "      unit: households\n      count: 150000",
            "households",
            "unknown-value",
            "inhabitants",
        ),
        ("    start: 2018", "    start: 18", "18\n", "out-of-range", "source"),
        ("    end: 2032", "    end: 2010", "2010", "wrong-year-order", "Swap"),
        ("    kind: epci", "    kind: epic", "epic", "unknown-value", "'epci'"),
        ("      rounded: true", "      rounded: yes", "yes", "wrong-kind", "true or false"),
        ("      rounded: true", "      roundd: true", "roundd", "unknown-key", "'rounded'"),
        ("    centre-of:", "    center-of:", "center-of", "unknown-key", "'centre-of'"),
        ("study: digital", "étude: digital", "étude", "unknown-key", "study"),
        ("      territory: epci\n", "      territory: epcy\n", "epcy", "undeclared", "'epci'"),
        ("organisations: [city, epci]", "organisations: [city, region]", "region]", "undeclared", "city"),
        ("source: hal-04013262", "source: hal-4013262", "hal-4013262", "undeclared", "'hal-04013262'"),
        (
            "label: {fr: Collectivité A, en",
            "label: {fr: Collectivité, A, en",
            "A, en",
            "unknown-key",
            "comma",
        ),
        ("status: context}", "status: contexte}", "contexte", "unknown-value", "'context'"),
        (
            "  kind: interviews",
            "  kind: participant-observation",
            "20\n  mode",
            "count-without-interviews",
            "Remove",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_a_hint(
    tmp_path: Path, old: str, new: str, at: str, reason: str, hint: str
) -> None:
    text = altered(old, new)
    case_file = read(tmp_path, text)
    fault = next(fault for fault in case_file.problems if fault.reason == reason)
    position = text.index(new) + new.index(at) if at in new else text.index(at)
    expected = (text[:position].count("\n") + 1, position - text[:position].rfind("\n"))
    assert (fault.where.line, fault.where.column) == expected
    assert hint in fault.hint.en
    assert fault.where.file == str(tmp_path / "case.yaml")
    assert fault.message.fr
    assert fault.message.fr != fault.message.en
    assert case_file.quads == ()


def test_all_the_faults_of_a_file_are_told_in_the_order_of_its_lines(tmp_path: Path) -> None:
    text = altered("      count: 150000", "      count: 150k").replace("end: 2032", "end: 1990")
    text = text.replace("kind: interviews", "kind: interview").replace("rounded: true", "round: true")
    case_file = read(tmp_path, text)
    assert [reason for _, _, reason in faults(case_file)] == [
        "wrong-unit",
        "unknown-key",
        "unknown-key",
        "wrong-year-order",
        "unknown-value",
    ]
    assert [line for line, _, _ in faults(case_file)] == sorted(line or 0 for line, _, _ in faults(case_file))


def test_a_key_written_twice_is_told_with_the_line_of_the_first(tmp_path: Path) -> None:
    text = altered("source: hal-04013262", "source: hal-04013262\ncase: Y")
    (fault,) = read(tmp_path, text).problems
    assert (fault.reason, fault.where.line, fault.where.column) == (
        "duplicate-key",
        line_of(text, "case: Y"),
        1,
    )
    assert "line 2" in fault.message.en


def test_a_missing_key_names_the_key_and_gives_an_example(tmp_path: Path) -> None:
    (fault,) = read(tmp_path, altered("    start: 2018\n", "")).problems
    assert fault.reason == "missing-key"
    assert "'start'" in fault.message.en
    assert "start: 2018" in fault.hint.en


def test_a_label_needs_both_languages(tmp_path: Path) -> None:
    (fault,) = read(
        tmp_path, altered("label: {fr: Collectivité A, en: Local authority A}", "label: {fr: Cas}")
    ).problems
    assert fault.reason == "missing-language"
    assert fault.message.en == "label: the text in en is missing."


def test_evidence_without_quote_or_place_is_refused_but_an_inference_needs_a_note(tmp_path: Path) -> None:
    (fault,) = read(
        tmp_path, altered("{slide: 5, quote: Collectivité A, status: context}", "{status: context}")
    ).problems
    assert fault.reason == "evidence-incomplete"
    text = altered(
        "{slide: 5, quote: Collectivité A, status: context}", "{slide: 5, status: editor-inference}"
    )
    (fault,) = read(tmp_path, text).problems
    assert fault.reason == "inference-without-note"


def test_two_things_of_one_name_are_refused(tmp_path: Path) -> None:
    text = altered(
        "  - id: epci\n    kind: epci\n    label: {fr: territoire",
        "  - id: city\n    kind: epci\n    label: {fr: territoire",
    )
    assert "duplicate-name" in [fault.reason for fault in read(tmp_path, text).problems]


def test_a_code_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(altered("case: A", "case: A"), encoding="utf-8")
    (tmp_path / "two.yaml").write_text(altered("case: A", "case: A"), encoding="utf-8")
    one, two = read_files([tmp_path / "one.yaml", tmp_path / "two.yaml"], context=shipped_paths())
    assert faults(one) == []
    (fault,) = two.problems
    assert fault.reason == "duplicate-code"
    assert "one.yaml" in fault.message.fr
    # ... and so is the code of a shipped case.
    (tmp_path / "three.yaml").write_text(CASE_A, encoding="utf-8")
    (three,) = read_files([tmp_path / "three.yaml"], context=shipped_paths())
    assert [fault.reason for fault in three.problems] == ["duplicate-code"]


@pytest.mark.parametrize(
    ("written", "datatype"),
    [
        ("2024", "gYear"),
        ("2024-06", "gYearMonth"),
        ("2024-06-30", "date"),
        ("2024-02-31", None),
        ("June 2024", None),
    ],
)
def test_a_date_is_as_precise_as_the_source(tmp_path: Path, written: str, datatype: str | None) -> None:
    source = f"source: report\nsources: {{id: report, kind: report, title: x, date: {written}}}"
    case_file = read(tmp_path, altered("source: hal-04013262", source))
    if datatype is None:
        assert [fault.reason for fault in case_file.problems] == ["wrong-form"]
    else:
        dates = [str(quad.object) for quad in case_file.quads if quad.predicate == DCTERMS.date]
        assert dates == [f'"{written}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>']


def test_each_file_has_sources_of_its_own(tmp_path: Path) -> None:
    described = "source: report\nsources: {id: report, kind: report, title: x}"
    for code in "YZ":
        text = CASE_A.replace("case: A", f"case: {code}", 1).replace("source: hal-04013262", described, 1)
        (tmp_path / f"{code}.yaml").write_text(text, encoding="utf-8")
    both = read_files([tmp_path / "Y.yaml", tmp_path / "Z.yaml"], context=[STUDY])
    for case_file, code in zip(both, "YZ", strict=True):
        assert faults(case_file) == []
        sources = {str(quad.object) for quad in case_file.quads if quad.predicate == DT.statedIn}
        assert sources == {f"<https://w3id.org/digiterr/id/source-{code}-report>"}
    # ... which no other case can use.
    (tmp_path / "X.yaml").write_text(
        CASE_A.replace("case: A", "case: X", 1).replace("source: hal-04013262", "source: report", 1),
        encoding="utf-8",
    )
    *_, other = read_files([tmp_path / "Y.yaml", tmp_path / "X.yaml"], context=[STUDY])
    assert [fault.reason for fault in other.problems] == ["undeclared"]


def test_two_files_may_not_describe_one_thing(tmp_path: Path) -> None:
    policies = "policies: {id: uses, kind: other, label: {fr: x, en: x}, evidence: {slide: 1, quote: x, status: context}}"
    text = CASE_A.replace("case: A", "case: digital", 1) + "\n" + policies
    (fault,) = read(tmp_path, text).problems
    assert fault.reason == "duplicate-name"
    assert STUDY.name in fault.message.fr


def test_a_word_of_the_national_register_is_no_code_of_a_case(tmp_path: Path) -> None:
    (fault,) = read(tmp_path, CASE_A.replace("case: A", "case: commune", 1)).problems
    assert (fault.reason, fault.where.line, fault.where.column) == ("reserved-code", 2, 7)


def test_checking_a_shipped_file_in_its_place_is_no_duplicate() -> None:
    path = next(path for path in shipped_paths() if path.name == "case-A.yaml")
    (case_file,) = read_files([path], context=shipped_paths())
    assert faults(case_file) == []


def test_figures_may_be_grouped_as_french_writes_them(tmp_path: Path) -> None:
    for written in ("150 000", "150\u00a0000", "150\u202f000", "150_000", '"150000"'):
        case_file = read(tmp_path, altered("count: 150000", f"count: {written}"))
        assert faults(case_file) == []
        assert any('"150000"' in str(quad.object) for quad in case_file.quads)


# ---- files that cannot be read at all


def test_a_missing_file_a_folder_and_an_unreadable_path(tmp_path: Path) -> None:
    nowhere, folder, nul = read_files([tmp_path / "no.yaml", tmp_path, tmp_path / "a\0b"])
    assert "no such file" in nowhere.problems[0].message.en
    assert "folder" in folder.problems[0].message.en
    assert "cannot be read" in nul.problems[0].message.en


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "~\n", "\ufeff"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    (fault,) = read(tmp_path, text).problems
    assert "empty" in fault.message.en
    assert "case new" in fault.hint.en


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("case: A\n  label: x\n", 2, 8),
        ("case: [A\nlabel: x\n", 2, 6),
        ("case: 'A\n", 2, 1),
        ("case: A\nlabel:\n\tfr: y\n", 3, 1),
        ("case: A\nlabel: \x01\n", 2, 8),
        ("case: @A\n", 1, 7),
    ],
)
def test_broken_yaml_is_told_with_line_and_column(tmp_path: Path, text: str, line: int, column: int) -> None:
    (fault,) = read(tmp_path, text).problems
    assert "malformed" in fault.message.en
    assert (fault.where.line, fault.where.column) == (line, column)
    assert fault.message.fr.removeprefix("le YAML est mal formé") != fault.message.en


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    (fault,) = read(tmp_path, "case: A\nlabel: Collectivité".encode("latin-1")).problems
    assert "UTF-8" in fault.message.en
    assert (fault.where.line, fault.where.column) == (2, 19)


def test_a_byte_order_mark_is_not_a_fault(tmp_path: Path) -> None:
    assert faults(read(tmp_path, b"\xef\xbb\xbf" + altered("case: A", "case: A").encode())) == []


@pytest.mark.parametrize("text", ["- 1\n- 2\n", "just words\n", "caze: A\n", "42\n", "x: 1\n"])
def test_what_is_not_a_case_file(tmp_path: Path, text: str) -> None:
    (fault,) = read(tmp_path, text).problems
    assert fault.reason == "not-a-case-file"


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (fault,) = read(tmp_path, "\n".join(lines)).problems
    assert "aliases" in fault.message.en


def test_many_aliases_of_one_small_thing_are_refused(tmp_path: Path) -> None:
    text = "a: &a x\nb: [" + ", ".join(["*a"] * (MAX_ALIASES + 1)) + "]\n"
    assert "aliases" in read(tmp_path, text).problems[0].message.en


def test_an_alias_that_holds_itself_is_refused(tmp_path: Path) -> None:
    assert "names nothing" in read(tmp_path, "case: &a [*a]\n").problems[0].message.en


def test_depth_is_bounded(tmp_path: Path) -> None:
    deep = "[" * 5000 + "]" * 5000
    assert "deeply" in read(tmp_path, f"case: {deep}\n").problems[0].message.en
    assert MAX_DEPTH < 100


def test_size_is_bounded(tmp_path: Path) -> None:
    assert "500 kB" in read(tmp_path, b"#" * (MAX_BYTES + 1)).problems[0].message.en


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!include", "!!binary"])
def test_tags_are_refused_and_nothing_is_executed(tmp_path: Path, tag: str) -> None:
    (fault,) = read(tmp_path, f"case: {tag} [touch, {tmp_path}/x]\n").problems
    assert "tag" in fault.message.en
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\uD800", "\\uFFFF", "\\e"])
def test_characters_that_no_text_holds_are_refused(tmp_path: Path, escape: str) -> None:
    text = altered("quote: Collectivité A", f'quote: "x{escape}"')
    (fault,) = read(tmp_path, text).problems
    assert "invisible" in fault.message.en
    assert (fault.where.line, fault.where.column) == (6, 29)


@pytest.mark.parametrize(
    "address", ["http://[", "http://%zz", "http://a:b:c", "ftp://x", "javascript:alert(1)", "http://a b"]
)
def test_what_is_no_web_address_is_refused(tmp_path: Path, address: str) -> None:
    source = f'source: r\nsources: {{id: r, kind: report, title: x, url: "{address}"}}'
    assert [fault.reason for fault in read(tmp_path, altered("source: hal-04013262", source)).problems] == [
        "wrong-form"
    ]


def test_two_documents_are_refused(tmp_path: Path) -> None:
    assert "second document" in read(tmp_path, "case: A\n---\ncase: B\n").problems[0].message.en


def test_codes_stay_as_they_are_written(tmp_path: Path) -> None:
    """YAML 1.1 would read 01004 as an octal number and NO as false."""
    case_file = read(tmp_path, altered("case: A", "case: A").replace("case: Z", "case: NO", 1))
    assert any(quad.subject.value.endswith("/case-NO") for quad in case_file.quads)
