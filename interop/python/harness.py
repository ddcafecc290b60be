"""Checks: functions that run one after the other against a cluster, each told apart in the end."""

import sys
import traceback
import uuid

import btrdb

CHECKS = []


def check(function):
    """Marks a function as a check; its first line of documentation says what it promises."""
    CHECKS.append(function)
    return function


class Cluster:
    """Three nodes, each with its own connection: every node must serve every stream."""

    def __init__(self, endpoints):
        self.endpoints = endpoints
        self.connections = [btrdb.connect(endpoint) for endpoint in endpoints]
        self._turn = 0

    def connection(self):
        self._turn += 1
        return self.connections[self._turn % len(self.connections)]

    def stream(self, points=(), unit="V"):
        """A new stream in a collection of its own, with points in it."""
        uu = uuid.uuid4()
        tags = {"name": "s" + uu.hex[:8], "unit": unit}
        stream = self.connection().create(uu, "interop/" + uu.hex, tags=tags)
        if points:
            stream.insert(list(points))
        return self.connection().stream_from_uuid(uu)

    def stream_set(self, *series):
        uuids = [self.stream(points).uuid for points in series]
        return self.connection().streams(*uuids)


def fails(kind, action):
    """The action fails with this class of the client's, and a message for people."""
    try:
        action()
    except kind as e:
        assert len(str(e)) > 10, f"no message: {e!r}"
        return e
    raise AssertionError(f"no {kind.__name__}")


def equal(actual, expected):
    assert actual == expected, f"{actual!r}\n    is not {expected!r}"


def near(actual, expected):
    scale = max(1.0, abs(expected))
    assert abs(actual - expected) <= 1e-9 * scale, f"{actual!r} is not about {expected!r}"


def run(cluster):
    """Runs all checks; the number of those that failed."""
    failures = 0
    for function in CHECKS:
        title = (function.__doc__ or function.__name__).strip().splitlines()[0]
        try:
            function(cluster)
            print("ok    ", title, flush=True)
        except Exception:
            failures += 1
            print("FAILED", title, flush=True)
            traceback.print_exc(file=sys.stdout)
    print(f"{len(CHECKS) - failures} passed, {failures} failed", flush=True)
    return failures
