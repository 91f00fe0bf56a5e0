"""A process of its own that counts and is loaded until a line comes in: ``hold_jobs.py RUNNING QUEUED``."""

import sys

from bot.gateway.counters import Counters
from bot.gateway.instruments import Instruments

instruments = Instruments()
Counters(instruments).add("gateway.answered", 2)
instruments.loaded(running=int(sys.argv[1]), queued=int(sys.argv[2]))
instruments.engine_seen("cache", is_away=True)
print("ready", flush=True)  # noqa: T201 - this is what the test reads
sys.stdin.readline()
