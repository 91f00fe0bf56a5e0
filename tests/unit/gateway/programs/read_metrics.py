"""A process of its own that counts once and prints what all processes have measured, for every line that comes in.

``read_metrics.py [PID]``: as a process that got the number of one that is dead, whose files are still there.
"""

import os
import sys
from pathlib import Path

from prometheus_client import generate_latest

from bot.gateway.counters import Counters
from bot.gateway.instruments import FOLDER_VARIABLE, Instruments

for former in sys.argv[1:]:
    for path in Path(os.environ[FOLDER_VARIABLE]).glob(f"gauge_*_{former}.db"):
        path.rename(path.with_name(path.name.replace(f"_{former}.", f"_{os.getpid()}.")))
instruments = Instruments()
Counters(instruments).add("gateway.answered")
instruments.engine_seen("cache", is_away=False)
for _ in sys.stdin:
    print(generate_latest(instruments.readings()).decode(), "# EOF", sep="", flush=True)  # noqa: T201 - read by the test
