"""Several programs of a clone share one server: the first starts it, the last stops it."""

import atexit
import fcntl
import os
import sys

from exchange.embedded.instance import Instance, locked
from exchange.embedded.server import Server


class Lease:
    """The right to use a server until it is given back, at the latest when the process ends."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.owner = os.getpid()
        folder = server.instance.folder
        self._gate = folder / f"{server.name}.gate"
        with locked(self._gate):
            for remark in server.start():
                print(remark, file=sys.stderr)  # noqa: T201
            self._use = os.open(folder / f"{server.name}.use", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._use, fcntl.LOCK_SH)
        atexit.register(self.give_back)

    def give_back(self) -> None:
        """Stop the server if nobody else uses it; done twice, or in a forked child, it does nothing."""
        if self._use < 0 or os.getpid() != self.owner:
            return
        with locked(self._gate):
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self.server.stop()
            os.close(self._use)
            self._use = -1


def take(name: str = "postgres", *, durable: bool = True) -> Lease:
    """Use this clone's server of that name; the environment then holds the address of every role."""
    lease = Lease(Server(Instance.of(), name, durable=durable))
    os.environ |= lease.server.addresses()
    return lease


def end_orphan(instance: Instance, name: str = "postgres") -> bool:
    """Stop a server that no program uses any more; whether there was one."""
    server = Server(instance, name)
    with locked(instance.folder / f"{name}.gate"):
        use = os.open(instance.folder / f"{name}.use", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            was_running = server.pid() is not None
            server.stop()
            return was_running
        finally:
            os.close(use)
