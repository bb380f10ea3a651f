"""What every handler needs, made once when the service starts: settings, the engine, what is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from flask import current_app

from ..store.model import DatasetVersion, WritableEngine
from .configuration import Configuration

if TYPE_CHECKING:
    from .metrics import Metrics


class CurrentEngine(WritableEngine, Protocol):
    """An engine that answers from the version in force, whichever it is."""

    def version(self) -> DatasetVersion | None:
        """The version in force; None while nothing is published. Called for every request."""
        ...


@dataclass(frozen=True, slots=True)
class Service:
    configuration: Configuration
    engine: CurrentEngine
    metrics: Metrics


def service() -> Service:
    """The service that answers the current request."""
    return cast("Service", current_app.extensions["digiterr"])
