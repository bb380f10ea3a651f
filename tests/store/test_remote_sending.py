"""A version of this machine sent to a remote engine: what differs goes, what is of others stays."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from digiterr.ontology.errors import ExitCode
from digiterr.server.cli import main
from digiterr.store.model import Authority, GraphChange, UpdateRequest
from digiterr.store.remote.engine import RemoteEngine
from digiterr.store.remote.sending import Sent, send
from digiterr.store.remote.settings import RemoteSettings
from digiterr.store.versions import Versions

ONE, TWO = "https://w3id.org/digiterr/graph/one", "https://w3id.org/digiterr/graph/two"
EDITOR = Authority("editor", ("*",))


def test_processes_of_one_service_know_of_each_others_writes(
    remote_settings: RemoteSettings, tmp_path: Path
) -> None:
    """The first in this file, so that the engine is empty: no two writes may then have one number."""
    settings = replace(remote_settings, folder=tmp_path)
    with closing(RemoteEngine(settings)) as here, closing(RemoteEngine(settings)) as there:
        there.follow()
        while (before := _number(there)) is None:
            pass
        for number, writer in enumerate((here, there, here), before + 1):
            text = f"INSERT DATA {{ GRAPH <http://e/w> {{ <a:b> <a:b> {number} }} }}"
            assert writer.update(UpdateRequest(text, EDITOR)).version == number
            assert _number(here) == _number(there) == number
        here.delete_graph("http://e/w", EDITOR)


def _number(engine: RemoteEngine) -> int | None:
    try:
        version = engine.version()
    except Exception:
        return None
    return version.number if version else 0


def test_what_differs_goes_and_what_is_of_others_stays(
    remote_settings: RemoteSettings, data_dir: Path, tmp_path: Path
) -> None:
    told: list[tuple[str, int]] = []

    def sent() -> Sent:
        told.clear()
        return send(remote_settings, Versions(data_dir).current(), data_dir, lambda *one: told.append(one))

    with closing(RemoteEngine(remote_settings)) as remote:
        other = "INSERT DATA { GRAPH <http://e/other> { <http://e/s> <http://e/p> 1 } }"
        began = remote.update(UpdateRequest(other, EDITOR)).version
        assert sent() == Sent(began + 1, (ONE, TWO), 12)
        assert told == [(ONE, 10), (TWO, 2)]
        assert sent() == Sent(began + 1, (), 0)
        assert told == []

        (tmp_path / "changed.nt").write_text('<http://e/s0> <http://e/n> "7" .\n_:b <http://e/n> "8" .\n')
        Versions(data_dir).publish([GraphChange(ONE, tmp_path / "changed.nt"), GraphChange(TWO, None)])
        assert sent() == Sent(began + 2, (ONE, TWO), 2)
        assert told == [(ONE, 2)]
        held = remote.version_now()
        assert held is not None
        assert dict(held.graphs) == {"http://e/other": 1, ONE: 2}
        assert list((data_dir / "staging").iterdir()) == []


def test_an_engine_that_cannot_be_written_is_refused_before_the_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["build", "--data-dir", str(tmp_path / "var"), "--remote", "http://127.0.0.1:9/query"])
    assert left.value.code == ExitCode.INPUT
    assert "--remote-update" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()
