"""Drives the Python client's public API against a cluster: main.py HOST:PORT..."""

import sys
import warnings

import checks_sets  # noqa: F401  its checks register themselves
import checks_stream  # noqa: F401
from harness import Cluster, run

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(1 if run(Cluster(sys.argv[1:])) else 0)
