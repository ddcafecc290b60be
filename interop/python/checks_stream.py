"""One stream: its life, its points, its statistics."""

import random
import uuid

import btrdb
import numpy
import pandas
import pyarrow
from btrdb.exceptions import (
    AmbiguousStream,
    BadValue,
    BTRDBServerError,
    BTRDBTypeError,
    BTRDBValueError,
    InvalidCollection,
    InvalidPointWidth,
    InvalidTagKey,
    InvalidTimeRange,
    NoSuchPoint,
    RecycledUUID,
    StreamExists,
    StreamNotFoundError,
)
from btrdb.utils.timez import ns_delta

import model
from harness import check, equal, fails, near

SECOND = 10**9
START = 1_500_000_000 * SECOND


def readings(count, step=SECOND // 120, seed=1):
    noise = random.Random(seed)
    return [(START + i * step, round(noise.gauss(120, 3), 3)) for i in range(count)]


def raw(stream, *arguments):
    return [(point.time, point.value) for point, _ in stream.values(*arguments)]


def columns(table):
    times = table.column(0).cast(pyarrow.int64()).to_pylist()
    return list(zip(times, *(column.to_pylist() for column in table.columns[1:])))


def statistics(points):
    return [(p.time, p.min, p.mean, p.max, p.count, p.stddev) for p, _ in points]


def same_statistics(actual, expected):
    equal([row[0] for row in actual], [row[0] for row in expected])
    for row, wanted in zip(actual, expected):
        for value, aim in zip(row, wanted):
            near(value, aim)


@check
def creating(cluster):
    """create: version 10, property version 1; every mistake has its own exception"""
    db = cluster.connection()
    uu = uuid.uuid4()
    collection = "interop/" + uu.hex
    stream = db.create(uu, collection, tags={"name": "a", "unit": "V"}, annotations={"k": "v"})
    assert stream.exists()
    equal(stream.version(), 10)
    equal((stream.collection, stream.name, stream.unit), (collection, "a", "V"))
    equal(stream.annotations(), ({"k": "v"}, 1))
    assert not db.stream_from_uuid(uuid.uuid4()).exists()
    other = cluster.connection()
    fails(StreamExists, lambda: other.create(uu, "elsewhere/" + uu.hex, tags={"name": "x"}))
    fails(
        AmbiguousStream,
        lambda: other.create(uuid.uuid4(), collection, tags={"name": "a", "unit": "V"}),
    )
    fails(InvalidCollection, lambda: db.create(uuid.uuid4(), "", tags={"name": "a"}))
    fails(InvalidTagKey, lambda: db.create(uuid.uuid4(), "interop/x", tags={"colour": "red"}))
    fails(StreamNotFoundError, lambda: db.stream_from_uuid(uuid.uuid4()).tags(refresh=True))


@check
def obliterating(cluster):
    """obliterate: the stream is gone on every node and its UUID is never used again"""
    stream = cluster.stream(readings(10))
    collection = stream.collection
    stream.obliterate()
    for db in cluster.connections:
        assert not db.stream_from_uuid(stream.uuid).exists()
        assert collection not in db.list_collections(collection)
        fails(StreamNotFoundError, lambda: db.stream_from_uuid(stream.uuid).values(0, 10))
    fails(RecycledUUID, lambda: cluster.connection().create(stream.uuid, "interop/z", {"name": "n"}))
    fails(StreamNotFoundError, stream.obliterate)


@check
def inserting(cluster):
    """insert and values: every point on every node, in order of time, unflushed ones too"""
    points = readings(60_000)
    shuffled = points[:]
    random.Random(2).shuffle(shuffled)
    stream = cluster.stream()
    stream.insert(shuffled)
    for db in cluster.connections:
        there = db.stream_from_uuid(stream.uuid)
        equal(raw(there, START, START + 10**12), points)
        equal(there.count(), len(points))
        equal(there.count(precise=True, start=START, end=START + 10**12), len(points))
    equal(raw(stream, START + 5, START + SECOND), model.between(points, START + 5, START + SECOND))
    before = stream.version()
    stream.insert([(START + 10**12, 1.0)])
    equal(stream.version(), before)
    stream.flush()
    equal(stream.version(), before + 1)
    equal(raw(stream, START, START + 2 * 10**12, before), raw(stream, START, START + 10**12, before))


@check
def inserting_mistakes(cluster):
    """insert: what cannot be stored is refused as a whole"""
    stream = cluster.stream()
    fails(BadValue, lambda: stream.insert([(START, 1.0), (START + 1, float("nan"))]))
    fails(BadValue, lambda: stream.insert([(START, float("inf"))]))
    fails(InvalidTimeRange, lambda: stream.insert([(btrdb.MAXIMUM_TIME, 1.0)]))
    fails(InvalidTimeRange, lambda: stream.insert([(btrdb.MINIMUM_TIME - 1, 1.0)]))
    nobody = cluster.connection().stream_from_uuid(uuid.uuid4())
    fails(StreamNotFoundError, lambda: nobody.insert([(START, 1.0)]))
    table = pyarrow.table({"time": [START], "value": [float("nan")]})
    fails(BadValue, lambda: stream.arrow_insert(table))
    fails(StreamNotFoundError, lambda: nobody.arrow_insert(pyarrow.table({"time": [1], "value": [1.0]})))
    equal(stream.count(), 0)


@check
def merging(cluster):
    """merge policies: never, equal, retain and replace, in both kinds of insert"""

    def by_rows(stream, points, policy):
        stream.insert(points, merge=policy)

    def by_columns(stream, points, policy):
        times, values = zip(*points)
        stream.arrow_insert(pyarrow.table({"time": times, "value": values}), merge=policy)

    old, new = [(1, 1.0), (2, 2.0)], [(1, 1.0), (2, 5.0), (3, 3.0)]
    expected = {
        "never": [(1, 1.0), (1, 1.0), (2, 2.0), (2, 5.0), (3, 3.0)],
        "equal": [(1, 1.0), (2, 2.0), (2, 5.0), (3, 3.0)],
        "retain": [(1, 1.0), (2, 2.0), (3, 3.0)],
        "replace": [(1, 1.0), (2, 5.0), (3, 3.0)],
    }
    for insert in (by_rows, by_columns):
        for policy, wanted in expected.items():
            stream = cluster.stream(old)
            insert(stream, new, policy)
            equal(raw(stream, 0, 10), wanted)


@check
def arrow_inserting(cluster):
    """arrow_insert and arrow_values: large tables, any units, what comes out is what went in"""
    points = readings(120_000, step=1_000)
    times, values = zip(*points)
    stream = cluster.stream()
    stream.arrow_insert(pyarrow.table({"time": times, "value": values}))
    for db in cluster.connections:
        table = db.stream_from_uuid(stream.uuid).arrow_values(START, START + 10**12)
        equal([field.name for field in table.schema], ["time", "value"])
        equal(table.schema.field("time").type, pyarrow.timestamp("ns", tz="UTC"))
        equal(columns(table), points)
    seconds = pandas.to_datetime([START, START + SECOND], utc=True)
    whole = cluster.stream()
    whole.arrow_insert(
        pyarrow.table({"time": pyarrow.array(seconds, pyarrow.timestamp("s", tz="UTC")), "value": [7, 8]})
    )
    equal(raw(whole, 0, btrdb.MAXIMUM_TIME - 1), [(START, 7.0), (START + SECOND, 8.0)])


@check
def arrow_templates(cluster):
    """arrow_values with a schema: cast and renamed, or refused with a reason"""
    points = readings(10, step=SECOND)
    stream = cluster.stream(points)
    schema = pyarrow.schema(
        [pyarrow.field("t", pyarrow.int64(), False), pyarrow.field("v", pyarrow.float32(), False)]
    )
    table = stream.arrow_values(START, START + 10**12, schema=schema)
    equal(table.schema, schema)
    equal(table["t"].to_pylist(), [time for time, _ in points])
    equal(table["v"].to_pylist(), [float(numpy.float32(value)) for _, value in points])
    in_seconds = pyarrow.schema([("t", pyarrow.timestamp("s")), ("v", pyarrow.float64())])
    table = stream.arrow_values(START, START + 10**12, schema=in_seconds)
    equal(table["t"].cast(pyarrow.int64()).to_pylist(), [time // SECOND for time, _ in points])
    wrong = pyarrow.schema([("t", pyarrow.string()), ("v", pyarrow.float64())])
    fails(BTRDBServerError, lambda: stream.arrow_values(START, START + 1, schema=wrong))


@check
def nothing(cluster):
    """empty ranges and streams: empty answers in every form"""
    for stream in (cluster.stream(), cluster.stream([(5, 1.0)])):
        equal(stream.values(10, 20), [])
        equal(stream.arrow_values(10, 20).num_rows, 0)
        equal(stream.arrow_aligned_windows(16, 32, 2).num_rows, 0)
        equal(sum(row[4] for row in statistics(stream.windows(10, 20, 5))), 0)
        equal(stream.arrow_windows(10, 20, 5).num_rows, len(stream.windows(10, 20, 5)))


@check
def ranges(cluster):
    """reads: impossible ranges, widths and versions are refused"""
    stream = cluster.stream(readings(10))
    for read in (stream.values, stream.arrow_values):
        fails(InvalidTimeRange, lambda: read(20, 10))
        fails(InvalidTimeRange, lambda: read(10, 10))
        fails(InvalidTimeRange, lambda: read(btrdb.MINIMUM_TIME - 1, 10))
        fails(StreamNotFoundError, lambda: read(10, 20, 99))
    for read in (stream.windows, stream.arrow_windows):
        fails(InvalidPointWidth, lambda: read(0, 100, 0))
        fails(InvalidTimeRange, lambda: read(0, 100, 101))
    for read in (stream.aligned_windows, stream.arrow_aligned_windows):
        fails(InvalidPointWidth, lambda: read(0, 100, 64))
        fails(InvalidTimeRange, lambda: read(0, 100, 10))


@check
def window_statistics(cluster):
    """windows and aligned_windows, plain and arrow, against the model; standard deviation too"""
    points = readings(20_000)
    stream = cluster.stream(points)
    end = points[-1][0]
    for flushed in (False, True):
        if flushed:
            stream.flush()
        for width in (SECOND, 7 * SECOND + 3, 200 * SECOND):
            wanted = model.windows(points, START - 3 * SECOND, end, width)
            if wanted:
                plain = statistics(stream.windows(START - 3 * SECOND, end, width))
                same_statistics(plain, wanted)
                same_statistics(columns(stream.arrow_windows(START - 3 * SECOND, end, width)), wanted)
        for point_width in (30, 33, 36):
            wanted = model.aligned_windows(points, START, end, point_width)
            same_statistics(statistics(stream.aligned_windows(START, end, point_width)), wanted)
            same_statistics(columns(stream.arrow_aligned_windows(START, end, point_width)), wanted)
    names = stream.arrow_windows(START, end, SECOND).column_names
    equal(names, ["time", "min", "mean", "max", "count", "stddev"])
    small = cluster.stream([(0, 2.0), (1, 3.0), (2, 4.0)])
    near(small.windows(0, 4, 4)[0][0].stddev, 0.816496580927726)


@check
def neighbours(cluster):
    """nearest, earliest, latest: forward inclusive, backward exclusive, none is None or refused"""
    stream = cluster.stream([(10, 1.0), (20, 2.0), (30, 3.0)])

    def nearest(time, backward):
        point, _ = stream.nearest(time, version=0, backward=backward)
        return point.time

    equal([nearest(t, False) for t in (0, 10, 11, 30)], [10, 10, 20, 30])
    equal([nearest(t, True) for t in (11, 20, 21, 99)], [10, 10, 20, 30])
    equal(stream.earliest()[0].time, 10)
    equal(stream.latest()[0].time, 30)
    equal(stream.current()[0].time, 30)
    equal(stream.nearest(31, version=0, backward=False), None)
    equal(cluster.stream().earliest(), None)
    fails(
        NoSuchPoint, lambda: cluster.connection().ep.nearest(stream.uuid, 10, 0, backward=True)
    )


@check
def deleting(cluster):
    """delete: a version of its own; older versions keep what was deleted; changes say where"""
    points = readings(1_000, step=SECOND)
    stream = cluster.stream(points)
    stream.flush()
    before = stream.version()
    after = stream.delete(START + 100 * SECOND, START + 200 * SECOND)
    equal(after, before + 1)
    left = [p for p in points if not START + 100 * SECOND <= p[0] < START + 200 * SECOND]
    equal(raw(stream, START, START + 10**12), left)
    equal(columns(stream.arrow_values(START, START + 10**12)), left)
    equal(raw(stream, START, START + 10**12, before), points)
    equal(columns(stream.arrow_values(START, START + 10**12, before)), points)
    ep = cluster.connection().ep
    changed = [r for message, _ in ep.changes(stream.uuid, before, after, 0) for r in message]
    for i in range(100, 200):
        assert any(r.start <= START + i * SECOND < r.end for r in changed), i
    equal([r for message, _ in ep.changes(stream.uuid, after, after, 0) for r in message], [])
    fails(BTRDBServerError, lambda: list(ep.changes(stream.uuid, after, before, 0)))
    fails(InvalidTimeRange, lambda: stream.delete(10, 10))


@check
def describing(cluster):
    """update: tags, annotations and collection, with versions that keep writers apart"""
    stream = cluster.stream()
    other = cluster.connection().stream_from_uuid(stream.uuid)
    other.refresh_metadata()
    first = stream.update(annotations={"place": "roof", "gain": 2})
    equal(first, 2)
    equal(stream.annotations()[0]["place"], "roof")
    fails(BTRDBServerError, lambda: other.update(annotations={"place": "cellar"}))
    other.refresh_metadata()
    other.update(annotations={"place": "cellar"}, replace=True)
    equal(other.annotations(refresh=True)[0], {"place": "cellar"})
    stream.refresh_metadata()
    stream.update(tags={"name": "renamed", "unit": "A"})
    equal(cluster.connection().stream_from_uuid(stream.uuid).tags()["name"], "renamed")
    moved = stream.collection + "/moved"
    stream.update(collection=moved)
    equal(cluster.connection().stream_from_uuid(stream.uuid).collection, moved)
    equal(stream.tags(refresh=True)["name"], "renamed")
    fails(BTRDBValueError, stream.update)
    fails(BTRDBTypeError, lambda: stream.update(tags="name"))


@check
def extremes(cluster):
    """the first and the last time there is, and a span of the whole of it"""
    last = btrdb.MAXIMUM_TIME - 2
    points = [(btrdb.MINIMUM_TIME, -1.0), (-1, 0.5), (0, 0.25), (last, 1.0)]
    stream = cluster.stream(points)
    equal(raw(stream, btrdb.MINIMUM_TIME, btrdb.MAXIMUM_TIME - 1), points)
    ep = cluster.connection().ep
    tables = [t for t, _ in ep.arrowRawValues(stream.uuid, btrdb.MINIMUM_TIME, btrdb.MAXIMUM_TIME - 1)]
    equal([row for table in tables for row in columns(table)], points)
    equal(stream.earliest()[0].time, btrdb.MINIMUM_TIME)
    equal(stream.latest()[0].time, last)
    assert ns_delta(days=1) == 86_400 * SECOND
