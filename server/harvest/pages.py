"""`/harvest`: the portals, when each was harvested, what came of it, and the records for them to mend."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from flask import Blueprint, Response, jsonify, render_template, send_file

from ...loaders.harvest.model import Portal, Run
from ...loaders.harvest.publication import graph_of
from ...loaders.harvest.state import PortalFolder, portal_names, run_facts
from ...ontology.errors import NotFoundError
from ...ontology.text import Text
from ..language import reader_language
from ..service import service
from .schedule import next_time

blueprint = Blueprint("harvest", __name__)

REFUSED_ON_A_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class PortalState:
    """A portal as its pages show it, with the last of its harvests, and the last that did not fail."""

    name: str
    address: str
    every: float | None
    next: datetime | None
    at_work: bool
    last: Run | None
    done: Run | None

    @property
    def graph(self) -> str:
        return graph_of(self.name).value


@blueprint.get("/harvest")
def portals() -> str:
    """Every portal: those of the settings, and those that were harvested by hand."""
    return render_template("harvest/portals.html", portals=_portals())


@blueprint.get("/harvest.json")
def portals_json() -> Response:
    """The same for programs."""
    return _fresh(jsonify(portals=[_facts(portal) for portal in _portals()]))


@blueprint.get("/harvest/<name>")
def portal(name: str) -> str:
    """One portal: its harvests, the last first, and the records that it has to mend."""
    state, folder = _portal(name), _folder(name)
    rows = _refused(folder, REFUSED_ON_A_PAGE + 1)
    return render_template(
        "harvest/portal.html",
        portal=state,
        runs=tuple(reversed(folder.runs())),
        refused=rows[:REFUSED_ON_A_PAGE],
        more=len(rows) > REFUSED_ON_A_PAGE,
    )


@blueprint.get("/harvest/<name>.json")
def portal_json(name: str) -> Response:
    """One portal for programs, with all the harvests that are kept."""
    runs = [_run(run) for run in reversed(_folder(name).runs())]
    return _fresh(jsonify(**_facts(_portal(name)), runs=runs))


@blueprint.get("/harvest/<name>/refused.csv")
def refused(name: str) -> Response:
    """The records that were refused, for their publisher to mend."""
    folder = _folder(name)
    if not folder.refused.is_file():
        raise _unknown(name)
    return send_file(folder.refused, "text/csv", as_attachment=True, download_name=f"refused-{name}.csv")


def _portals() -> list[PortalState]:
    configuration = service().configuration
    declared = {portal.name: portal for portal in configuration.harvests}
    return [_state(name, declared.get(name)) for name in (*declared, *_by_hand(declared))]


def _by_hand(declared: dict[str, Portal]) -> list[str]:
    return [name for name in portal_names(service().configuration.data_dir) if name not in declared]


def _portal(name: str) -> PortalState:
    found = next((one for one in _portals() if one.name == name), None)
    if found is None:
        raise _unknown(name)
    return found


def _folder(name: str) -> PortalFolder:
    _portal(name)  # a name is part of a path only once it is that of a portal
    return PortalFolder(service().configuration.data_dir, name)


def _state(name: str, declared: Portal | None) -> PortalState:
    data_dir = service().configuration.data_dir
    folder = PortalFolder(data_dir, name)
    runs = folder.runs()
    return PortalState(
        name=name,
        address=_shown(declared.address if declared else runs[-1].address if runs else ""),
        every=declared.every if declared else None,
        next=next_time(data_dir, declared) if declared else None,
        at_work=folder.is_at_work(),
        last=runs[-1] if runs else None,
        done=next((run for run in reversed(runs) if run.error is None), None),
    )


def _shown(address: str) -> str:
    """An address for strangers: of a file of this machine, its name alone."""
    return address if address.startswith(("http://", "https://")) else address.rpartition("/")[2]


def _facts(state: PortalState) -> dict[str, Any]:
    return {
        "name": state.name,
        "address": state.address,
        "graph": state.graph,
        "every": state.every,
        "next": state.next.isoformat(timespec="seconds") if state.next else None,
        "at_work": state.at_work,
        "records": state.done.tally.published if state.done else 0,
        "last": _run(state.last) if state.last else None,
    }


def _run(run: Run) -> dict[str, Any]:
    return {**run_facts(run), "address": _shown(run.address)}


def _refused(folder: PortalFolder, most: int) -> list[dict[str, str]]:
    """The first of the refused records, in the reader's language."""
    if not folder.refused.is_file():
        return []
    language = reader_language()
    with folder.refused.open(encoding="utf-8", newline="") as file:
        return [
            {**row, "message": row[f"message_{language}"], "hint": row[f"hint_{language}"]}
            for row in islice(csv.DictReader(file), most)
        ]


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _unknown(name: str) -> NotFoundError:
    return NotFoundError(
        Text(f"aucun portail ne s’appelle « {name} ».", f"no portal is called “{name}”."),
        Text("La page /harvest les nomme tous.", "The page /harvest names them all."),
    )
