"""An rdflib-endpoint whose questions can be ended: the graph is read once, and each server is a fork of that.

    python bench/rdflib_server.py PORT FILE

SIGUSR1 puts a new server in the place of one that works on a question that nobody waits for any more.
"""

from __future__ import annotations

import os
import signal
import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint


def main() -> None:
    """Serve until killed."""
    port, file = int(sys.argv[1]), sys.argv[2]
    graph = Dataset(default_union=True)
    graph.parse(file)
    server = 0

    def replace(*_: object) -> None:
        os.kill(server, signal.SIGKILL)

    def stop(*_: object) -> None:
        os.kill(server, signal.SIGKILL)
        os._exit(0)

    while True:
        server = os.fork()
        if server == 0:
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
            uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=port, log_level="error")
            os._exit(0)
        signal.signal(signal.SIGUSR1, replace)
        signal.signal(signal.SIGTERM, stop)
        os.waitpid(server, 0)


if __name__ == "__main__":
    main()
