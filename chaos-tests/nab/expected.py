#!/usr/bin/env python3
"""What reading the Numenta Anomaly Benchmark back must give, computed without BTrDB.

Usage: expected.py FOLDER       prints one JSON object: file -> figures

Each CSV file has a header and lines "yyyy-MM-dd HH:mm:ss[.ffffff],value" in UTC. Rows may be out
of order and times may repeat; every row counts.

  count, min, max, mean   of all values
  digest                  SHA-256 over (ns, bits of the double), big endian, sorted by both as
                          signed 64-bit integers
  windows                 [start ns, count, min, max, mean] of each day (UTC) from the first point's
                          to the last one's; min, max and mean are 0 for a day without points
"""
import calendar
import csv
import hashlib
import json
import math
import pathlib
import struct
import sys
import time

DAY_NANOS = 86_400 * 1_000_000_000


def nanos(text):
    seconds, _, fraction = text.partition(".")
    whole = calendar.timegm(time.strptime(seconds, "%Y-%m-%d %H:%M:%S"))
    return whole * 1_000_000_000 + int((fraction + "000000000")[:9])


def statistics(values):
    if not values:
        return [0, 0.0, 0.0, 0.0]
    return [len(values), min(values), max(values), math.fsum(values) / len(values)]


def windows(points):
    days = {}
    for at, value in points:
        days.setdefault(at // DAY_NANOS, []).append(value)
    return [
        [day * DAY_NANOS] + statistics(days.get(day, []))
        for day in range(min(days), max(days) + 1)
    ]


def digest(points):
    words = sorted((at, struct.unpack(">q", struct.pack(">d", value))[0]) for at, value in points)
    sha = hashlib.sha256()
    for word in words:
        sha.update(struct.pack(">qq", *word))
    return sha.hexdigest()


def figures(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        points = [(nanos(at), float(value)) for at, value in rows]
    count, low, high, mean = statistics([value for _, value in points])
    return {
        "count": count,
        "min": low,
        "max": high,
        "mean": mean,
        "digest": digest(points),
        "windows": windows(points),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.glob("*/*.csv"))
    json.dump({file.relative_to(folder).as_posix(): figures(file) for file in files}, sys.stdout)


if __name__ == "__main__":
    main()
