"""What a stream should answer, worked out from a plain list of its points."""

import math


def ordered(points):
    """In order of time; points of one time in the order in which they came."""
    return sorted(points, key=lambda point: point[0])


def between(points, start, end):
    return [point for point in ordered(points) if start <= point[0] < end]


def statistics(start, points):
    """(time, min, mean, max, count, stddev) of a window's points."""
    values = [value for _, value in points]
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / len(values)
    return (start, min(values), mean, max(values), len(values), math.sqrt(variance))


def windows(points, start, end, width):
    """Whole windows from start on: empty ones too, but for an empty last one."""
    rows = []
    for begin in range(start, start + (end - start) // width * width, width):
        inside = between(points, begin, begin + width)
        rows.append(statistics(begin, inside) if inside else (begin, 0.0, 0.0, 0.0, 0, 0.0))
    if rows and rows[-1][4] == 0:
        rows.pop()
    return rows


def aligned_windows(points, start, end, point_width):
    """Whole windows at multiples of their width, without the empty ones."""
    width = 1 << point_width
    return [
        statistics(begin, inside)
        for begin in range(start // width * width, end // width * width, width)
        if (inside := between(points, begin, begin + width))
    ]


def join(series, start, end, period=0):
    """{time: [value or None, ...]}, an outer join on times that are snapped to the period."""
    rows = {}
    for column, points in enumerate(series):
        for time, value in ordered(points):
            row = (time + period // 2) // period * period if period else time
            if start <= row < end:
                rows.setdefault(row, [None] * len(series))[column] = value
    return dict(sorted(rows.items()))
