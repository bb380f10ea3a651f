from __future__ import annotations

from .disk import run_disk_worker

run_writer = run_disk_worker
