"""N-Quads as a table: one row a quad, for pandas, DuckDB, R or Spark.

| column | what |
|---|---|
| subject, predicate, graph | IRIs without angle brackets; a blank node as `_:label`; no graph: null |
| object | an IRI, a blank node, or the lexical form of a literal |
| datatype | IRI of the datatype of a literal; null for an IRI or a blank node |
| language | language tag of a literal; null otherwise |
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

pc: Any = import_module("pyarrow.compute")  # its functions are made when it is imported

_COLUMNS: Final = pa.schema(
    [
        pa.field("subject", pa.string(), nullable=False),
        pa.field("predicate", pa.string(), nullable=False),
        pa.field("object", pa.string(), nullable=False),
        pa.field("datatype", pa.string()),
        pa.field("language", pa.string()),
        pa.field("graph", pa.string()),
    ]
)
_ROWS: Final = 250_000  # of a row group
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
# RDF 1.1 N-Quads, 2.2 and the grammar: what the engine writes, one space between terms.
_QUAD: Final = (
    r"^(?:<(?P<s_iri>[^>]*)>|(?P<s_blank>_:\S+)) <(?P<predicate>[^>]*)> "
    r'(?:<(?P<o_iri>[^>]*)>|(?P<o_blank>_:\S+)|"(?P<lexical>(?:[^"\\]|\\.)*)"'
    r"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<datatype>[^>]*)>)?)"
    r"(?: (?:<(?P<g_iri>[^>]*)>|(?P<g_blank>_:\S+)))? \.$"
)
_ESCAPE: Final = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf"\'\\]))')
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class ParquetSink:
    """Writes N-Quads that come in blocks to a Parquet file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._writer: Any = pq.ParquetWriter(file, _COLUMNS, compression="zstd")
        self._rest = b""
        self._tables: list[Any] = []
        self._rows = 0

    def write(self, block: bytes) -> None:
        whole, newline, self._rest = (self._rest + block).rpartition(b"\n")
        if newline:
            table = read_quads(whole)
            self._tables.append(table)
            self._rows += table.num_rows
            if self._rows >= _ROWS:
                self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()
        self._file.close()

    def _flush(self) -> None:
        if self._tables:
            self._writer.write_table(pa.concat_tables(self._tables), row_group_size=_ROWS)
        self._tables, self._rows = [], 0


def read_quads(lines: bytes) -> Any:
    """A table of whole N-Quads lines. ValueError for a line that is none."""
    texts = pa.array(lines.decode("utf-8").split("\n"), pa.string())
    parts = pc.extract_regex(texts, pattern=_QUAD)
    if parts.null_count:
        raise ValueError(f"not N-Quads: {texts.filter(pc.is_null(parts))[0].as_py()[:200]!r}")

    def part(name: str) -> Any:
        """A group of the expression; RE2 gives an empty text for one that did not take part."""
        found = pc.struct_field(parts, name)
        return pc.if_else(pc.equal(found, ""), None, found)

    iri_or_blank = pc.coalesce(part("o_iri"), part("o_blank"))
    is_literal = pc.is_null(iri_or_blank)
    lexical = _unescaped(pc.struct_field(parts, "lexical"))
    language = part("language")
    plain = pc.if_else(pc.is_valid(language), _LANG_STRING, _STRING)
    datatype = pc.if_else(is_literal, pc.coalesce(part("datatype"), plain), None)
    return pa.table(
        [
            pc.coalesce(part("s_iri"), part("s_blank")),
            part("predicate"),
            pc.if_else(is_literal, lexical, iri_or_blank),
            datatype,
            language,
            pc.coalesce(part("g_iri"), part("g_blank")),
        ],
        schema=_COLUMNS,
    )


def _unescaped(texts: Any) -> Any:
    """Lexical forms without their escapes; few have any."""
    escaped = pc.match_substring(texts, "\\")
    if not pc.any(escaped).as_py():
        return texts
    mended = [_ESCAPE.sub(_character, text) for text in texts.filter(escaped).to_pylist()]
    return pc.replace_with_mask(texts, escaped, pa.array(mended, pa.string()))


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
