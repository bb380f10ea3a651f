"""Lines of the records of a JSON document."""

from __future__ import annotations

import json

import pytest
from digiterr.loaders.json_records import record_lines
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('a"\\\n{}[],: é', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("a]}", max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(records=st.lists(VALUES), before=VALUES, indent=st.sampled_from([None, 0, 2]))
def test_each_record_is_found_where_it_begins(
    records: list[object], before: object, indent: int | None
) -> None:
    document = {"a]": before, "b": {"a": [before], "x": records}, "z": before}
    text = json.dumps(document, indent=indent)
    lines = list(record_lines(text, ("b", "x")))
    assert len(lines) == len(records)
    for record, line in zip(records, lines, strict=True):
        if indent is None:
            assert line == 1
        else:
            rest = "\n".join(text.split("\n")[line - 1 :]).lstrip()
            assert json.JSONDecoder().raw_decode(rest)[0] == record


@pytest.mark.parametrize(
    ("text", "keys", "lines"),
    [
        ("[]", (), []),
        ('\n[1,\n\n"a\\n",3]', (), [2, 4, 4]),
        ('{"x": [1], "x":\n[2,\n3]}', ("x",), [2, 3]),
    ],
)
def test_what_stands_between_is_stepped_over(text: str, keys: tuple[str, ...], lines: list[int]) -> None:
    """Of two keys of one name the last counts, as for the decoder."""
    assert list(record_lines(text, keys)) == lines
