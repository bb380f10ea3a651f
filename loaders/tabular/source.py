"""A declared source: its folder's description and mapping, as a `Source` that the build can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode

from ...ontology.errors import InputError, Where
from ...ontology.iris import graph_iri
from ...ontology.text import Text
from ..model import Cleaning, Event, Progress, Reject, SourceDescription
from .compiler import Columns, Compiler, Tally
from .description import SourceFile, TabularDescription, read_description
from .functions import registry
from .lookups import Places
from .model import Join, Mapping, TriplesMap
from .rows import Row, read_rows
from .values import RefusedValueError
from .yarrrml import read_mapping

PROGRESS_EVERY = 2_000  # rows
MAX_RECORD = 4_000  # characters of a row kept in the rejects
_BLANKS = "\ufeff\u00a0 \t\r\n"


class TabularSource:
    """A source declared in a folder. `data` is where its files are found when they are not shipped with it.

    `places` recognises territories and bodies. The counts of joins that found nothing are in `tally` once the
    events have been read.
    """

    def __init__(self, folder: Path, data: Path | None, places: Places) -> None:
        self.declaration: TabularDescription = read_description(folder / "source.yml")
        self.data = data
        self.tally = Tally()
        self._notes: list[tuple[str, str, str]] = []
        self.functions = registry(places, lambda *note: self._notes.append(note))

    @property
    def description(self) -> SourceDescription:
        return self.declaration.source

    @cached_property
    def mapping(self) -> Mapping:
        functions = {iri: function.parameters for iri, function in self.functions.items()}
        return read_mapping(self.declaration.mapping, functions)

    def path_of(self, file: SourceFile) -> Path:
        """Where a file is looked for; it may not be there."""
        base = self.declaration.folder if file.shipped else self.data
        return (base or Path()) / file.path

    def absent(self) -> list[SourceFile]:
        """The files that are not there: without them the source cannot be built."""
        return [
            file
            for file in self.declaration.files.values()
            if (self.data is None and not file.shipped) or not self.path_of(file).is_file()
        ]

    def inputs(self) -> Sequence[Path]:
        """Its description, its mapping and its files."""
        files = [self.path_of(file) for file in self.declaration.files.values()]
        return [self.declaration.folder / "source.yml", self.declaration.mapping, *files]

    def read(self, limit: int | None = None) -> Iterator[Event]:
        """Quads of `graph/<name>`, rejects, cleanings and progress; at most `limit` rows of each table.

        Each table is read once, for all the mappings of its rows.
        """
        self.tally = Tally()
        for source in self.mapping.sources:
            if maps := self._maps_of(source):
                yield from self._table(source, maps, limit)

    def _maps_of(self, source: str) -> list[TriplesMap]:
        """The mappings that make something of a table's rows."""
        maps = self.mapping.triples_maps.values()
        return [one for one in maps if source in one.sources and one.predicate_objects]

    def locate(self, iri: str) -> Where | None:
        """The row that describes a thing, for whoever hears of a rule that the thing breaks."""
        return self._rows_of_subjects.get(iri)

    @cached_property
    def _rows_of_subjects(self) -> dict[str, Where]:
        """Where each subject is first described; made by reading the tables once more, when first asked."""
        found: dict[str, Where] = {}
        for source in self.mapping.sources:
            for triples_map in self._maps_of(source):
                columns = Columns()
                compiler = Compiler(columns, self.functions, Tally(), self._index)
                subject_of, condition = (
                    compiler.expression(triples_map.subject),
                    compiler.condition(triples_map.condition),
                )
                path = self.declaration.files[self.mapping.sources[source].file].path
                for row, _ in self._rows(source, columns):
                    try:
                        made = subject_of(row.values) if condition is None or condition(row.values) else None
                    except RefusedValueError:
                        continue
                    if made is not None:
                        name = made.value if isinstance(made, NamedNode) else made
                        found.setdefault(name, row.where(path))
        return found

    def _table(self, source: str, maps: Sequence[TriplesMap], limit: int | None) -> Iterator[Event]:
        columns, graph = Columns(), graph_iri(self.description.name)
        compiler = Compiler(columns, self.functions, self.tally, self._index)
        makers = [compiler.triples(triples_map, graph) for triples_map in maps]
        step = f"{self.description.name}/{source}"
        done = 0
        for row, cleanings in self._rows(source, columns):
            if limit is not None and done >= limit:
                break
            done += 1
            yield from cleanings
            self._notes.clear()
            try:
                made = [quad for triples in makers for quad in triples(row.values)]
            except RefusedValueError as refused:
                yield self._reject(source, row, refused)
            else:
                yield from made
                yield from self._mended(source, row)
            if done % PROGRESS_EVERY == 0:
                yield Progress(step, done, None)
        yield Progress(step, done, done)

    def _mended(self, source: str, row: Row) -> list[Cleaning]:
        """What the functions mended in a row, each once."""
        if not self._notes:
            return []
        where = row.where(self.declaration.files[self.mapping.sources[source].file].path)
        return [Cleaning(self.description.name, where, *note) for note in dict.fromkeys(self._notes)]

    def _rows(self, source: str, columns: Columns) -> Iterator[tuple[Row, list[Cleaning]]]:
        """Rows with blanks around values taken away, and the account of it."""
        logical = self.mapping.sources[source]
        file = self._file(logical.file, logical.where)
        path = self.path_of(file)
        for row in read_rows(path, logical.formulation, columns.names, file.dialect, logical.iterator):
            cleanings: list[Cleaning] = []
            for place, value in enumerate(row.values):
                if isinstance(value, str) and value != (trimmed := value.strip(_BLANKS)):
                    row.values[place] = trimmed or None
                    where = row.where(file.path, columns.names[place])
                    cleanings.append(Cleaning(self.description.name, where, "blank-trimmed", value, trimmed))
            yield row, cleanings

    def _file(self, name: str, where: Where) -> SourceFile:
        if name not in self.declaration.files:
            raise InputError(
                Text(
                    fr=f"« {name} » n’est pas un fichier de source.yml.",
                    en=f"“{name}” is not a file of source.yml.",
                ),
                Text(
                    fr=f"Fichiers : {', '.join(self.declaration.files)}.",
                    en=f"Files: {', '.join(self.declaration.files)}.",
                ),
                where,
            )
        return self.declaration.files[name]

    def _index(self, join: Join) -> dict[str, list[NamedNode]]:
        """For a join: what each key of the other table leads to. Refused rows are passed over."""
        target = self.mapping.triples_maps[join.mapping]
        index: dict[str, list[NamedNode]] = {}
        for source in target.sources:
            columns = Columns()
            compiler = Compiler(columns, self.functions, Tally(), self._index)
            key_of, subject_of = compiler.expression(join.other), compiler.expression(target.subject)
            condition = compiler.condition(target.condition)
            for row, _ in self._rows(source, columns):
                try:
                    if condition is not None and not condition(row.values):
                        continue
                    key, subject = key_of(row.values), subject_of(row.values)
                except RefusedValueError:
                    continue
                if key is not None and subject is not None:
                    node = subject if isinstance(subject, NamedNode) else NamedNode(subject)
                    listed = index.setdefault(key, [])
                    if node not in listed:
                        listed.append(node)
        return index

    def _reject(self, source: str, row: Row, refused: RefusedValueError) -> Reject:
        file = self.declaration.files[self.mapping.sources[source].file]
        return Reject(
            self.description.name,
            row.where(file.path),
            refused.reason,
            refused.message,
            refused.hint,
            row.text()[:MAX_RECORD],
        )
