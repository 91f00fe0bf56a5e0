"""Several worker processes on one socket: started together, replaced when they die, ended together.

The parent holds the listening socket and what all workers only read: it has loaded the program, the dictionaries and
the index, and forks the workers, so that a replacement serves in a fraction of a second and costs no core the time that
loading takes. It has no thread, no event loop and no connection, which a fork would not survive. While a worker is
replaced, whoever connects waits in the socket's queue or is served by the others. uvicorn's own supervisor ends the
whole service as soon as one replacement fails to start, which would turn a database that is away for a minute into an
outage.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from types import FrameType

from uvicorn.config import Config
from uvicorn.server import Server

from bot.domain.errors import ServingError

logger = logging.getLogger("gongyou.serving")

TELL_EVERY_S = 0.25
TELL_WHILE_STARTING_S = 0.05
LOOK_EVERY_S = 1.0
SILENT_S = 60.0
"""A worker from which nothing was heard for so long hangs."""
STOP_WITHIN_S = 20.0
"""More than the server's grace for open connections (5 s) and the gateway's for running work (3 s) together."""
STABLE_AFTER_S = 30.0
LONGEST_PAUSE_S = 30.0
STOPPING_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_fork = multiprocessing.get_context("fork")


class WorkerProcess:
    """One worker, forked from this process; it ends by itself when its parent is gone, so that nobody keeps the port.

    Args:
        config: the server's configuration.
        sock: bound; shared by all workers.

    Attributes:
        told: gives True or False again and again: whether it serves. Silence says that it hangs.
    """

    def __init__(self, config: Config, sock: socket.socket) -> None:
        self.told, telling = _fork.Pipe(duplex=False)
        self._process = _fork.Process(target=_serve, args=(config, sock, telling, os.getpid()))
        held = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING_SIGNALS)  # until the worker treats them as its own
        self._process.start()
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        telling.close()

    @property
    def pid(self) -> int | None:
        """Its number."""
        return self._process.pid

    @property
    def sentinel(self) -> int:
        """Becomes readable when it ends."""
        return self._process.sentinel

    @property
    def exitcode(self) -> int | None:
        """Its exit status, or the signal that ended it, negative; None while it runs."""
        return self._process.exitcode

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    def signal(self, number: int) -> None:
        """Send it a signal, while it runs."""
        if self.pid is not None and self.is_alive():
            os.kill(self.pid, number)

    def end(self, within_s: float | None = None) -> None:
        """Wait for its end."""
        self._process.join(within_s)
        if not self.is_alive():
            self.told.close()


def _serve(config: Config, sock: socket.socket, telling: Connection, parent: int) -> None:
    """What runs in the worker."""
    for number in STOPPING_SIGNALS:
        signal.signal(number, signal.SIG_DFL)  # instead of the parent's, until the server takes them
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING_SIGNALS)
    server = Server(config)
    threading.Thread(target=_tell, args=(server, telling), daemon=True).start()
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
    server.run([sock])


def _tell(server: Server, telling: Connection) -> None:
    with suppress(OSError):  # the parent is gone
        while True:
            telling.send(server.started)
            time.sleep(TELL_EVERY_S if server.started else TELL_WHILE_STARTING_S)


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(TELL_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)


class Slot:
    """The place of one worker: its process, and when the next one may be started.

    Args:
        config: the server's configuration.
        sock: bound; shared by all workers.
    """

    def __init__(self, config: Config, sock: socket.socket) -> None:
        self._config = config
        self._sock = sock
        self._failures = 0
        self._due_at_s = 0.0
        self._started_at_s = 0.0
        self._heard_at_s = 0.0
        self.process: WorkerProcess | None = None
        self.is_ready = False

    def start_if_due(self) -> None:
        """Start a process where there is none and the pause after the last one is over."""
        now_s = time.monotonic()
        if self.process is not None or now_s < self._due_at_s:
            return
        self.process = WorkerProcess(self._config, self._sock)
        self._started_at_s = self._heard_at_s = now_s
        self.is_ready = False

    def look(self) -> None:
        """Hear from the process: it may be ready by now, silent for too long, or dead."""
        if self.process is None:
            return
        self._hear(self.process)
        if not self.process.is_alive():
            self._bury(self.process)

    def _hear(self, process: WorkerProcess) -> None:
        now_s = time.monotonic()
        with suppress(OSError, EOFError):  # it is dying
            while process.told.poll():
                self._note(process, is_ready=bool(process.told.recv()))
                self._heard_at_s = now_s
        if now_s - self._heard_at_s > SILENT_S:
            logger.error("worker %s is silent for %d s and is ended", process.pid, SILENT_S)
            process.signal(signal.SIGKILL)

    def _note(self, process: WorkerProcess, *, is_ready: bool) -> None:
        if is_ready and not self.is_ready:
            logger.info("worker %s serves", process.pid)
        self.is_ready = is_ready

    def _bury(self, process: WorkerProcess) -> None:
        process.end()
        lived_s = time.monotonic() - self._started_at_s
        self._failures = 0 if lived_s > STABLE_AFTER_S or self.is_ready else self._failures + 1
        pause_s = min(2.0 ** (self._failures - 1), LONGEST_PAUSE_S) if self._failures else 0.0
        logger.error("worker %s ended with %s; the next starts in %d s", process.pid, process.exitcode, pause_s)
        self._due_at_s = time.monotonic() + pause_s
        self.process, self.is_ready = None, False

    def ask_to_stop(self) -> None:
        """Let the process finish what it accepted, and end."""
        if self.process is not None:
            self.process.signal(signal.SIGTERM)

    def end_by(self, deadline_s: float) -> None:
        """Wait for the process's end, and kill it when its time is over."""
        if self.process is None:
            return
        self.process.end(max(deadline_s - time.monotonic(), 0.0))
        if self.process.is_alive():
            logger.error("worker %s did not end in time and is killed", self.process.pid)
            self.process.signal(signal.SIGKILL)
            self.process.end()


class WorkerProcesses:
    """The parent of the workers.

    Args:
        config: the server's configuration, with a factory of the application and the number of workers.
        sock: bound; shared by all workers.
        on_ready: called once, when all workers serve.
    """

    def __init__(self, config: Config, sock: socket.socket, on_ready: Callable[[], None]) -> None:
        self._slots = [Slot(config, sock) for _ in range(config.workers)]
        self._on_ready = on_ready
        self._was_ready = False
        self._is_stopping = False

    def run(self) -> None:
        """Keep the workers running until SIGTERM or SIGINT.

        Raises:
            ServingError: one ended before all were ready for the first time: the next would fare no better.
        """
        previous = {number: signal.signal(number, self._stop) for number in STOPPING_SIGNALS}
        try:
            while not self._is_stopping:
                self._go_round()
        finally:
            self._end()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _go_round(self) -> None:
        for slot in self._slots:
            slot.start_if_due()
        running = [slot.process for slot in self._slots if slot.process is not None]
        wait([*(one.sentinel for one in running), *(one.told for one in running)], timeout=LOOK_EVERY_S)
        for slot in self._slots:
            slot.look()
        if self._was_ready or self._is_stopping:
            return
        if any(slot.process is None for slot in self._slots):
            raise ServingError("服务没能启动，原因写在上面的日志里；改好后请重新运行 gongyou serve")
        if all(slot.is_ready for slot in self._slots):
            self._was_ready = True
            self._on_ready()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._is_stopping = True

    def _end(self) -> None:
        deadline_s = time.monotonic() + STOP_WITHIN_S
        for slot in self._slots:
            slot.ask_to_stop()
        for slot in self._slots:
            slot.end_by(deadline_s)


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket on which the service will listen.

    Args:
        host: a name or an address of this machine.
        port: 0 for any free one.

    Raises:
        ServingError: the address cannot be used.
    """
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise ServingError(
            f"{host} 的 {port} 端口用不了，可能别的程序正占着；请换一个，例如 gongyou serve --port {port % 65535 + 1}"
        ) from error
    sock.set_inheritable(True)
    return sock
