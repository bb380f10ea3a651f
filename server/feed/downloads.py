"""`/dumps`: whole versions as files, resumable (RFC 9110, 14: Range), each with its checksum."""

from __future__ import annotations

from base64 import b64encode

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from ...ontology.errors import NotFoundError
from ...ontology.text import Text
from ...store.dumps.model import Dump, find_dump
from ..description import base_iri
from ..in_force import BeingPreparedError
from ..problems import wants_html
from ..service import service
from ..versions.kept import kept_dumps, refuse_over_remote_engine

blueprint = Blueprint("downloads", __name__)
blueprint.before_request(refuse_over_remote_engine)


@blueprint.get("/dumps")
def dumps() -> Response:
    """The dumps that can be had, the newest version first: a page, or JSON."""
    found = kept_dumps()
    if wants_html():
        return make_response(render_template("dumps.html", dumps=found))
    response = jsonify([_described(dump) for dump in found])
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept")
    return response


@blueprint.get("/dumps/latest/<name>")
def latest(name: str) -> BaseResponse:
    """The newest file of a name: an address that stays."""
    found = next(iter(kept_dumps()), None)
    if found is None:
        raise BeingPreparedError
    if found.path(name) is None:
        raise _nothing(name)
    response = redirect(f"/dumps/{found.version}/{name}", 307)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/dumps/<int:version>/<name>")
def dump_file(version: int, name: str) -> Response:
    """A file of a dump, or the rest of it."""
    found = find_dump(service().configuration.data_dir, version)
    path = found.path(name) if found else None
    if found is None or path is None:
        raise _nothing(name)
    file = next(one for one in found.files if one.name == name)
    response = send_file(
        path.resolve(),
        mimetype=file.compression or file.media_type,
        as_attachment=True,
        download_name=name.replace(".", f"-{version}.", 1),
        conditional=True,
        etag=file.sha256,
        last_modified=found.created,
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(file.sha256)}:"  # RFC 9530
    if request.method == "HEAD":
        response.headers["Content-Length"] = str(file.size)
    return response


def _described(dump: Dump) -> dict[str, object]:
    return {
        "version": dump.version,
        "created": dump.created.isoformat(),
        "quads": dump.quads,
        "files": [
            {
                "url": f"{base_iri()}dumps/{dump.version}/{file.name}",
                "media_type": file.media_type,
                "compression": file.compression,
                "bytes": file.size,
                "sha256": file.sha256,
            }
            for file in dump.files
        ],
    }


def _base64(hexadecimal: str) -> str:
    return b64encode(bytes.fromhex(hexadecimal)).decode()


def _nothing(name: str) -> NotFoundError:
    return NotFoundError(
        Text(f"Il n’y a pas de fichier {name[:60]} ici.", f"There is no file {name[:60]} here."),
        Text("La page /dumps dit ce qu’il y a.", "The page /dumps says what there is."),
    )
