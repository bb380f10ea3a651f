"""The supervisor as a program: its settings in JSON are its one argument."""

from __future__ import annotations

import sys

from .settings import ServiceSettings
from .supervisor import Supervisor

if __name__ == "__main__":
    Supervisor(ServiceSettings.from_json(sys.argv[1])).run()
