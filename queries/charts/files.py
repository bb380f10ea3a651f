"""Charts as files: SVG and PNG, drawn by the same Vega-Lite as in browsers, without one."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final, Literal

ImageFormat = Literal["svg", "png"]

MEDIA_TYPES: Final[dict[ImageFormat, str]] = {"svg": "image/svg+xml", "png": "image/png"}
_VEGA_LITE: Final = "6.4"  # of vl-convert's; web/package.json pins the same for browsers
_SCALE: Final = 2.0  # pixels of a PNG for each of the specification


def image(specification: dict[str, Any], form: ImageFormat) -> bytes:
    """Draw a specification. Nothing is fetched: the data are in it.

    The first drawing of a process takes a second, the next ones some fifty milliseconds; the last are kept.
    """
    return _drawn(json.dumps(specification, ensure_ascii=False), form)


@lru_cache(maxsize=64)
def _drawn(specification: str, form: ImageFormat) -> bytes:
    import vl_convert  # loads a JavaScript engine of 90 MB: only where something is drawn

    svg = vl_convert.vegalite_to_svg(specification, vl_version=_VEGA_LITE, allowed_base_urls=[])
    return svg.encode() if form == "svg" else vl_convert.svg_to_png(svg, scale=_SCALE)
