"""The declared sources: every folder of `loaders/` that holds a source.yml, in the order of their needs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .lookups import Places
from .source import TabularSource

FOLDER: Final = Path(__file__).parents[1]


def declared_sources(data: Path | None, places: Places) -> list[TabularSource]:
    """The shipped declarations, each after the sources it names under `needs`."""
    sources = {
        source.description.name: source
        for folder in sorted(FOLDER.iterdir())
        if (folder / "source.yml").is_file()
        for source in [TabularSource(folder, data, places)]
    }
    ordered: dict[str, TabularSource] = {}

    def place(name: str) -> None:
        for needed in sources[name].declaration.needs:
            if needed in sources and needed not in ordered:
                place(needed)
        ordered.setdefault(name, sources[name])

    for name in sources:
        place(name)
    return list(ordered.values())
