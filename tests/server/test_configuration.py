"""Settings: where they come from, what is refused, and that each of them is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from digiterr.ontology.errors import InputError
from digiterr.server.configuration import SETTINGS, load
from digiterr.server.tokens import digest, find_token, new_token

DOCUMENTED = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+) \|$", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [name for name, _, _ in rows] == list(SETTINGS)
    for name, default, meaning in rows:
        value, about = SETTINGS[name]
        written = " ".join(value) if isinstance(value, tuple) else str(value)
        assert default == (f"`{written}`" if written else "(none)"), name
        assert meaning == about.en, name


def test_every_setting_is_in_two_languages() -> None:
    for _, about in SETTINGS.values():
        assert about.fr
        assert about.en
        assert "'" not in about.fr


def test_the_last_source_wins(tmp_path: Path) -> None:
    file = tmp_path / "digiterr.toml"
    file.write_text("port = 1\nhost = '::1'\nquery_timeout = 3\nservices = ['http://a/', 'http://b/']\n")
    found = load(file, {"DIGITERR_PORT": "2", "DIGITERR_QUERY_TIMEOUT": "4.5"}, {"port": 3, "host": None})
    assert (found.port, found.host, found.query_timeout) == (3, "::1", 4.5)
    assert found.services == ("http://a/", "http://b/")
    assert load(file, {"DIGITERR_SERVICES": "http://c/ http://d/"}).services == ("http://c/", "http://d/")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("prot = 1", "Did you mean port?"),
        ("port = 'many'", "port cannot be 'many'; expected: integer."),
        ("port = 0", "port cannot be 0; expected: integer >= 1."),
        ("port = 1.5", "port cannot be 1.5; expected: integer."),
        ("web_threads = true", "web_threads cannot be True; expected: integer."),
        ("services = 'one'\nservices = 2", "not valid TOML"),
        ("services = 3", "services cannot be 3; expected: list of text."),
        ("log_format = 'xml'", "log_format cannot be 'xml'; expected: json, text."),
        ("[[tokens]]\nname = 'a'", "this is not a list of tokens."),
        ("[[tokens]]\nname = 'a'\nsha256 = 'x'\ngraphs = ['*']", "this is not a list of tokens."),
        (f"[[tokens]]\nname = 'a'\nsha256 = '{'0' * 64}'\ngraphs = []", "this is not a list of tokens."),
    ],
)
def test_what_is_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "digiterr.toml"
    file.write_text(content)
    with pytest.raises(InputError) as caught:
        load(file, {})
    assert said in caught.value.sentence("en")
    assert caught.value.sentence("fr") != caught.value.sentence("en")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "none.toml", {})


def test_tokens_are_kept_as_hashes_and_limited_to_graphs(tmp_path: Path) -> None:
    token, sha256 = new_token()
    assert digest(token) == sha256
    file = tmp_path / "digiterr.toml"
    file.write_text(f"[[tokens]]\nname = 'a'\nsha256 = '{sha256}'\ngraphs = ['http://g/*', 'default']")
    tokens = load(file, {}).tokens
    found = find_token(tokens, token)
    assert found is tokens[0]
    assert find_token(tokens, token + "x") is None
    assert token not in file.read_text()
    assert (found.name, found.graphs, found.load) == ("a", ("http://g/*", "default"), False)
