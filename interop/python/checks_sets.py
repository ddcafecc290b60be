"""Several streams: finding them, reading them side by side, tables and frames."""

import io
import queue
import re
import threading
import uuid

import btrdb
import numpy
import pandas
import pyarrow
from btrdb.exceptions import BadSQLValue, BTRDBServerError, StreamNotFoundError
from btrdb.grpcinterface import btrdb_pb2
from btrdb.utils.general import pointwidth

import model
from checks_stream import SECOND, START, columns, readings, same_statistics
from harness import check, equal, fails

END = START + 1_000 * SECOND
NAN = float("nan")


def three(cluster):
    """Series that meet at some times and not at others."""
    a = readings(600, step=SECOND, seed=1)
    b = readings(300, step=2 * SECOND, seed=2)
    c = [(time + SECOND // 2, value) for time, value in readings(100, step=3 * SECOND, seed=3)]
    return [a, b, c], cluster.stream_set(a, b, c)


def rows(table):
    """{time: [value or None, ...]} of a table that has NaN where nothing is."""
    return {row[0]: [None if v != v else v for v in row[1:]] for row in columns(table)}


@check
def connecting(cluster):
    """connect: info says who we are; a wrong address is an error and no hang"""
    for endpoint, db in zip(cluster.endpoints, cluster.connections):
        info = db.info()
        equal(info["majorVersion"], 5)
        assert info["minorVersion"] >= 30 and info["build"], info
        equal(btrdb.connect(endpoint, apikey=None).info(), info)
    fails(Exception, lambda: btrdb.connect("127.0.0.1:1"))
    fails(ValueError, lambda: btrdb.connect("127.0.0.1"))


@check
def finding(cluster):
    """list_collections, streams_in_collection, streams, collection_metadata"""
    root = "interop/find/" + uuid.uuid4().hex
    db = cluster.connection()
    made = {}
    for place in ("", "/a", "/a/b", "x"):
        for name, unit in (("v", "V"), ("i", "A")):
            uu = uuid.uuid4()
            db.create(uu, root + place, {"name": name, "unit": unit}, {"made": "here"})
            made[root + place, name] = uu
    for db in cluster.connections:
        equal(sorted(db.list_collections(root)), [root, root + "/a", root + "/a/b", root + "x"])
        equal({s.uuid for s in db.streams_in_collection(root)}, set(made.values()))
        exact = db.streams_in_collection(root, is_collection_prefix=False)
        equal({s.uuid for s in exact}, {made[root, "v"], made[root, "i"]})
        volts = db.streams_in_collection(root, tags={"unit": "V"}, annotations={"made": "here"})
        equal(len(volts), 4)
        equal(db.streams_in_collection(root, tags={"unit": "furlong"}), [])
        tags, annotations = db.collection_metadata(root)
        equal((tags["name"], tags["unit"], annotations["made"]), (8, 8, 8))
        found = db.streams(str(made[root, "v"]), root + "/a/i")
        equal([s.uuid for s in found], [made[root, "v"], made[root + "/a", "i"]])
        fails(StreamNotFoundError, lambda: db.streams(root + "/nothing"))
        fails(ValueError, lambda: db.streams("nothing"))


@check
def sets(cluster):
    """StreamSet: counts, ends, versions, filters, clones"""
    series, streams = three(cluster)
    for stream in streams:
        # A set counts what its streams' versions hold, and those are sealed.
        stream.flush()
    equal(len(streams), 3)
    equal(streams[streams[0].uuid], streams[0])
    everything = [point for points in series for point in points]
    equal(streams.count(), len(everything))
    equal(streams.filter(start=START, end=END).count(precise=True), len(everything))
    equal([p.time for p in streams.earliest()], [points[0][0] for points in series])
    equal([p.time for p in streams.latest()], [points[-1][0] for points in series])
    equal([p.time for p in streams.current()], [points[-1][0] for points in series])
    equal(set(streams.versions()), {s.uuid for s in streams})
    pinned = streams.clone().pin_versions()
    streams[0].insert([(END - 1, 5.0)])
    streams[0].flush()
    kept = pinned.filter(start=START, end=END).arrow_values()
    assert END - 1 not in rows(kept)
    name = streams[1].name
    equal([s.name for s in streams.filter(name=name)], [name])
    equal(len(streams.filter(name=re.compile("^s"), unit="V")), 3)
    equal(len(streams.filter(collection="nowhere")), 0)


@check
def joins(cluster):
    """StreamSet.values, rows and arrow_values against the model"""
    series, streams = three(cluster)
    streams = streams.filter(start=START, end=END)
    for points, values in zip(series, streams.values()):
        equal([(p.time, p.value) for p in values], points)
    expected = model.join(series, START, END)
    table = streams.arrow_values()
    equal(table.column_names, ["time"] + [str(s.uuid) for s in streams])
    assert not any(field.nullable for field in table.schema)
    equal(rows(table), expected)
    joined = {
        next(p.time for p in row if p): [p.value if p else None for p in row]
        for row in streams.rows()
    }
    equal(joined, expected)


@check
def snapping(cluster):
    """arrow_values with a sampling frequency: to the nearest multiple, halves up"""
    half = SECOND // 2
    points = [(START - half, 0.0), (START + half - 1, 1.0), (START + half, 2.0), (END - 1, 3.0)]
    others = [(START + 2 * SECOND + 7, 4.0)]
    streams = cluster.stream_set(points, others)
    table = streams.filter(start=START, end=END, sampling_frequency=1).arrow_values()
    expected = {START: [1.0, None], START + SECOND: [2.0, None], START + 2 * SECOND: [None, 4.0]}
    equal(rows(table), expected)
    equal(set(expected), set(model.join([points, others], START, END, SECOND)))


@check
def joined_templates(cluster):
    """arrow_values of a set with a schema: cast and renamed by position"""
    series, streams = three(cluster)
    schema = pyarrow.schema(
        [pyarrow.field("when", pyarrow.timestamp("ns", tz="UTC"), False)]
        + [pyarrow.field(name, pyarrow.float32(), False) for name in "abc"]
    )
    table = streams.filter(start=START, end=END, schema=schema).arrow_values()
    equal(table.schema, schema)
    equal(set(rows(table)), set(model.join(series, START, END)))
    short = pyarrow.schema([("when", pyarrow.int64()), ("a", pyarrow.float32())])
    fails(
        BTRDBServerError,
        lambda: streams.filter(start=START, end=END, schema=short).arrow_values(),
    )


@check
def many(cluster):
    """a set of sixty streams of all shards in one call"""
    series = [readings(50, step=SECOND, seed=i) for i in range(60)]
    streams = cluster.stream_set(*series).filter(start=START, end=END)
    equal(rows(streams.arrow_values()), model.join(series, START, END))
    gone = cluster.connection().streams(streams[0].uuid, uuid.uuid4())
    fails(StreamNotFoundError, lambda: gone.filter(start=START, end=END).arrow_values())


@check
def set_windows(cluster):
    """StreamSet.windows and aligned_windows, plain and arrow"""
    series, streams = three(cluster)
    width = 10 * SECOND
    by_width = streams.filter(start=START, end=END).windows(width)
    for points, found in zip(series, by_width.values()):
        same_statistics(
            [(p.time, p.min, p.mean, p.max, p.count, p.stddev) for p in found],
            model.windows(points, START, END, width),
        )
    table = by_width.arrow_values()
    equal(table.num_rows, len({p.time for found in by_width.values() for p in found}))
    aligned = streams.filter(start=START, end=END).aligned_windows(pointwidth(34))
    for points, found in zip(series, aligned.values()):
        same_statistics(
            [(p.time, p.min, p.mean, p.max, p.count, p.stddev) for p in found],
            model.aligned_windows(points, START, END, 34),
        )
    assert aligned.arrow_values().num_rows > 0


@check
def set_inserts(cluster):
    """StreamSet.insert and arrow_insert: frames and tables for each stream"""
    streams = cluster.stream_set((), ())
    frame = pandas.DataFrame({"time": [START, START + 1], "value": [1.0, 2.0]})
    versions = streams.insert({s.uuid: frame for s in streams})
    equal(set(versions), {s.uuid for s in streams})
    table = pyarrow.table({"time": [START + 2], "value": [3.0]})
    streams.arrow_insert({s.uuid: table for s in streams})
    for values in streams.filter(start=START, end=END).values():
        equal([(p.time, p.value) for p in values], [(START, 1.0), (START + 1, 2.0), (START + 2, 3.0)])


@check
def frames(cluster):
    """to_dataframe and every other transformer, plain and arrow, from one StreamSet"""
    series, streams = three(cluster)
    streams = streams.filter(start=START, end=END)
    expected = model.join(series, START, END)
    names = [s.collection + "/" + s.name for s in streams]
    grid = numpy.array([[NAN if v is None else v for v in row] for row in expected.values()])
    for frame in (streams.to_dataframe(), streams.arrow_to_dataframe()):
        if "time" in frame.columns:
            frame = frame.set_index("time")
        equal(list(frame.columns), names)
        equal([t.value for t in pandas.DatetimeIndex(frame.index).as_unit("ns")], list(expected))
        numpy.testing.assert_array_equal(frame.astype(float).to_numpy(), grid)
    for made in (streams.to_series(), streams.arrow_to_series()):
        for points, one in zip(series, made):
            equal([v for v in one.to_list() if v == v], [v for _, v in points])
    equal(len(streams.to_array()), 3)
    assert streams.arrow_to_numpy().shape[0] == len(expected)
    equal(len(streams.to_dict()), len(expected))
    equal(len(streams.arrow_to_dict()), len(expected))
    equal(streams.arrow_to_arrow_table().num_rows, len(expected))
    out = io.StringIO()
    streams.to_csv(out)
    equal(len(out.getvalue().splitlines()), 1 + len(expected))
    assert len(streams.to_table().splitlines()) > len(expected)


class RawQuery:
    """The kind of query, in the form in which the client's endpoint takes it."""

    @staticmethod
    def to_proto():
        return btrdb_pb2.GenerateCSVParams.RAW_QUERY


@check
def csv(cluster):
    """generateCSV: a header, then the union of times with blanks"""
    a = cluster.stream([(START, 1.0), (START + SECOND, 2.0)])
    b = cluster.stream([(START + SECOND, 3.5)])
    found = [
        list(row)
        for row in cluster.connection().ep.generateCSV(
            RawQuery, START, END, 0, 0, True, (0, "a", a.uuid), (0, "b", b.uuid)
        )
    ]
    equal(found[0], ["Timestamp (ns)", "Human-Readable Time (UTC)", "a, ver. 10", "b, ver. 10"])
    equal(found[1][0::2], [str(START), "1.000000"])
    equal(found[1][3], "")
    equal(found[2], [str(START + SECOND), "2017-07-14T02:40:01Z", "2.000000", "3.500000"])
    equal(len(found), 3)


@check
def subscribing(cluster):
    """subscribe: inserts by any node, in order, streams added and removed on the fly"""
    a, b = cluster.stream(), cluster.stream()
    updates = queue.Queue()
    heard = queue.Queue()

    def listen():
        try:
            for uu, table in cluster.connections[0].ep.subscribe(updates):
                heard.put((uu, columns(table)))
        except Exception as e:
            heard.put(e)
        heard.put(None)

    updates.put(([a.uuid], []))
    threading.Thread(target=listen, daemon=True).start()
    # Nothing says when the subscription holds: insert until something is heard.
    first = 0
    while heard.empty():
        first += 1
        cluster.connection().stream_from_uuid(a.uuid).insert([(first, float(first))])
        threading.Event().wait(0.05)
    _, [(last, _)] = heard.get(timeout=10)
    for i in range(first + 1, first + 50):
        cluster.connection().stream_from_uuid(a.uuid).insert([(i, float(i))])
    while last < first + 49:
        uu, told = heard.get(timeout=10)
        equal((uu, told), (a.uuid, [(last + 1, float(last + 1))]))
        last += 1
    updates.put(([b.uuid], [a.uuid]))
    heard_b = 0
    while heard.empty():
        heard_b += 1
        b.insert([(heard_b, 0.5)])
        threading.Event().wait(0.05)
    equal(heard.get(timeout=10)[0], b.uuid)
    updates.put(None)
    while heard.get(timeout=10) is not None:
        pass
    nobody = queue.Queue()
    nobody.put(([uuid.uuid4()], []))
    fails(StreamNotFoundError, lambda: list(cluster.connection().ep.subscribe(nobody)))
    nobody.put(None)


@check
def querying(cluster):
    """query, list_unique_names, -units, -annotations: the plain model's rows; mistakes are told"""
    root = "interop/sql/" + uuid.uuid4().hex
    made = []
    for place in ("/a", "/a/b", "x"):
        for name, unit in (("v", "V"), ("i", "A"), ("ångström", "m")):
            annotations = {"place": place, name_key(name): "1"} if name != "i" else {}
            uu = uuid.uuid4()
            cluster.connection().create(
                uu, root + place, {"name": name, "unit": unit}, annotations
            )
            made.append((str(uu), root + place, name, unit, annotations))
    for db in cluster.connections:
        equal(set(db.list_unique_names(root)), {"v", "i", "ångström"})
        equal(set(db.list_unique_units(root)), {"V", "A", "m"})
        equal(set(db.list_unique_annotations(root)), {"place", "key_v", "key_other"})
        equal(db.list_unique_units(root + "/nothing"), [])
        assert {"v", "i"} <= set(db.list_unique_names())
        inside = [root + "%"]
        count = "SELECT COUNT(uuid) FROM streams"
        equal(db.query(count + " WHERE collection LIKE $1", inside), [{"count": len(made)}])
        equal(db.query(count + " WHERE collection=$1::text", [root + "/a"]), [{"count": 3}])
        has = count + " WHERE annotations->$1::text IS NOT NULL AND collection LIKE $2"
        equal(db.query(has, ["place"] + inside), [{"count": 6}])
        everything = db.query("select * from streams where collection like $1 order by 1", inside)
        equal(
            everything,
            [
                {
                    "uuid": uu,
                    "collection": collection,
                    "name": name,
                    "unit": unit,
                    "ingress": "",
                    "property_version": 1,
                    "annotations": annotations,
                }
                for uu, collection, name, unit, annotations in sorted(made)
            ],
        )
        either = "select uuid from streams where (name = $1 or name = $2) and collection = $3"
        equal(
            {row["uuid"] for row in db.query(either, ["v", "ångström", root + "x"])},
            {row[0] for row in made if row[1] == root + "x" and row[2] != "i"},
        )
        grouped = db.query(
            "select unit, count(*), max(name) as last from streams where collection like $1"
            " group by unit having count(*) > 1 order by unit desc limit 2",
            inside,
        )
        equal(
            grouped,
            [
                {"unit": "m", "count": 3, "last": "ångström"},
                {"unit": "V", "count": 3, "last": "v"},
            ],
        )
        one = db.query("select name from streams where uuid = $1;", [made[0][0]])
        equal(one, [{"name": made[0][2]}])
    sql = cluster.connection().query
    for statement, parameters in (
        ("select nmae from streams", []),
        ("select name frm streams", []),
        ("delete from streams", []),
        ("select name from streams where uuid = $1", ["not a uuid"]),
        ("select name from streams where name = $1", []),
        ("select name from nothing", []),
        ("", []),
    ):
        fails(BadSQLValue, lambda: sql(statement, parameters))
    assert "line 2, column 3" in str(fails(BadSQLValue, lambda: sql("select\n  x from streams")))


def name_key(name):
    return "key_v" if name == "v" else "key_other"


@check
def not_allowed(cluster):
    """what is switched off says so: fault injection"""
    fails(BTRDBServerError, lambda: cluster.connection().ep.faultInject(3, b""))
