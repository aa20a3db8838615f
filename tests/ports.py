"""Where may a test listen?"""

import random
import socket

# Below those that the system gives to outgoing lines, so that none of them takes one before it is listened on.
AMONG = range(15_000, 32_000)


def free_port() -> int:
    """Never a fixed one: the server lets two processes listen on one port."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Ports in a row that nobody has now."""
    for _attempt in range(100):
        first = random.choice(AMONG)
        ports = list(range(first, first + count))
        if all(map(_is_free, ports)):
            return ports
    raise RuntimeError("No port is free.")


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
