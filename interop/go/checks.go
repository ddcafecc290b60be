package main

import (
	"context"
	"math"
	"math/rand"
	"sort"

	"github.com/pborman/uuid"
	"google.golang.org/grpc/metadata"
	btrdb "gopkg.in/BTrDB/btrdb.v5"
	pb "gopkg.in/BTrDB/btrdb.v5/v5api"
)

const (
	second = int64(1e9)
	start  = 1500000000 * second
)

var checks = []check{
	{"Connect: any node leads to the whole cluster; none is an error", connecting},
	{"Info and EndpointFor: the map covers everything and leads to leaders", routing},
	{"Create: 417, 418, 429 and the names that are refused", creating},
	{"Insert, InsertTV, InsertF and RawValues: every point, in order of time", inserting},
	{"Insert: what cannot be stored is refused as a whole", insertingMistakes},
	{"Version, Flush: an empty stream is at 10, two inserts and flushes later at 12", versions},
	{"Count: all of time in one window", counting},
	{"Windows and AlignedWindows: the plain model's", windows},
	{"RawValues, Windows, AlignedWindows: impossible ranges and widths are refused", ranges},
	{"Nearest, Earliest, Latest: forward inclusive, backward exclusive", neighbours},
	{"DeleteRange and Changes: a version of its own, and where it differs", deleting},
	{"SetCompactionConfig, GetCompactionConfig: old versions are given up", compacting},
	{"Tags, Annotations, CompareAndSet: versions keep writers apart", describing},
	{"ListCollections, LookupStreams, GetMetadataUsage: what was made is found", finding},
	{"Obliterate: gone, and never again", obliterating},
	{"a cancelled read ends", cancelling},
	{"SQLQuery, StreamingSQLQuery: the plain model's rows; what is wrong is told", querying},
	{"FaultInject is refused unless configured", refusals},
}

func readings(count int) []btrdb.RawPoint {
	noise := rand.New(rand.NewSource(1))
	points := make([]btrdb.RawPoint, count)
	for i := range points {
		points[i] = btrdb.RawPoint{Time: start + int64(i)*second/120, Value: math.Round(noise.NormFloat64()*1000) / 1000}
	}
	return points
}

func connecting(c *cluster) {
	for _, endpoint := range c.endpoints {
		db, err := connect(c.ctx, []string{endpoint})
		ok(err)
		exists, err := db.StreamFromUUID(c.stream().UUID()).Exists(c.ctx)
		ok(err)
		equal("a stream's existence", exists, true)
		ok(db.Disconnect())
	}
	if _, err := btrdb.Connect(c.ctx, "127.0.0.1:1"); err == nil {
		fail("connected to nobody")
	}
	if _, err := btrdb.Connect(c.ctx); err == nil {
		fail("connected to nothing")
	}
}

func routing(c *cluster) {
	mash, err := c.db.Info(c.ctx)
	ok(err)
	equal("health", mash.Healthy, true)
	sort.Slice(mash.Members, func(i, j int) bool { return mash.Members[i].Start < mash.Members[j].Start })
	end := int64(0)
	for _, member := range mash.Members {
		equal("the start of a range", member.Start, end)
		end = member.End
	}
	equal("the end of the last range", end, int64(1)<<32)
	// Asked not to pass anything on, only a leader answers about the latest version.
	strict := metadata.AppendToOutgoingContext(c.ctx, "btrdb-no-forward", "1")
	for i := 0; i < 30; i++ {
		uu := c.stream().UUID()
		ep, err := c.db.EndpointFor(c.ctx, uu)
		ok(err)
		info, err := ep.GetGRPC().StreamInfo(strict, &pb.StreamInfoParams{Uuid: uu, OmitDescriptor: true})
		ok(err)
		if info.Stat != nil {
			fail("the map leads to a node that says %v", info.Stat)
		}
	}
	c.db.ResyncMash()
	_, err = c.db.GetAnyEndpoint(c.ctx)
	ok(err)
}

func creating(c *cluster) {
	uu := uuid.NewRandom()
	collection := "interop/go/" + uu.String()
	tags := btrdb.OptKV("name", "a", "unit", "V")
	_, err := c.db.Create(c.ctx, uu, collection, tags, btrdb.OptKV("k", "v"))
	ok(err)
	_, err = c.db.Create(c.ctx, uu, "interop/elsewhere", btrdb.OptKV("name", "b"), nil)
	refused("the same UUID", 417, err)
	_, err = c.db.Create(c.ctx, uuid.NewRandom(), collection, tags, nil)
	refused("the same tags", 418, err)
	_, err = c.db.Create(c.ctx, uuid.NewRandom(), "", tags, nil)
	refused("an empty collection", 407, err)
	_, err = c.db.Create(c.ctx, uuid.NewRandom(), "interop/x", btrdb.OptKV("colour", "red"), nil)
	refused("an unknown tag", 408, err)
	exists, err := c.db.StreamFromUUID(uuid.NewRandom()).Exists(c.ctx)
	ok(err)
	equal("the existence of nobody", exists, false)
}

func inserting(c *cluster) {
	points := readings(120000)
	shuffled := append([]btrdb.RawPoint{}, points...)
	rand.New(rand.NewSource(2)).Shuffle(len(shuffled), func(i, j int) {
		shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
	})
	end := start + 1000000*second
	whole := c.stream(shuffled...)
	columns, function := c.stream(), c.stream()
	times, values := make([]int64, len(points)), make([]float64, len(points))
	for i, p := range points {
		times[i], values[i] = p.Time, p.Value
	}
	ok(columns.InsertTV(c.ctx, times, values))
	ok(function.InsertF(c.ctx, len(points), func(i int) int64 { return times[i] }, func(i int) float64 { return values[i] }))
	for _, s := range []*btrdb.Stream{whole, columns, function} {
		found, _ := c.raw(s, start, end, btrdb.LatestVersion)
		equal("the number of points", len(found), len(points))
		for i := range found {
			if found[i] != points[i] {
				fail("point %d is %v, not %v", i, found[i], points[i])
			}
		}
	}
	refused("columns of different lengths", 421, whole.InsertTV(c.ctx, times, values[1:]))
}

func insertingMistakes(c *cluster) {
	s := c.stream()
	refused("NaN", 425, s.Insert(c.ctx, []btrdb.RawPoint{{Time: 1, Value: 1}, {Time: 2, Value: math.NaN()}}))
	refused("infinity", 425, s.Insert(c.ctx, []btrdb.RawPoint{{Time: 1, Value: math.Inf(1)}}))
	refused("a late time", 413, s.Insert(c.ctx, []btrdb.RawPoint{{Time: btrdb.MaximumTime, Value: 1}}))
	refused("an early time", 413, s.Insert(c.ctx, []btrdb.RawPoint{{Time: btrdb.MinimumTime - 1, Value: 1}}))
	nobody := c.db.StreamFromUUID(uuid.NewRandom())
	refused("nobody's stream", 404, nobody.Insert(c.ctx, []btrdb.RawPoint{{Time: 1, Value: 1}}))
	count, err := s.Count(c.ctx, btrdb.LatestVersion)
	ok(err)
	equal("what was stored of it", count, 0)
}

func versions(c *cluster) {
	s := c.stream()
	found, at := c.raw(s, 0, 10, btrdb.LatestVersion)
	equal("points of an empty stream", len(found), 0)
	equal("its version", at, 10)
	for i := int64(0); i < 2; i++ {
		ok(s.Insert(c.ctx, []btrdb.RawPoint{{Time: i, Value: float64(i)}}))
		ok(s.Flush(c.ctx))
	}
	version, err := s.Version(c.ctx)
	ok(err)
	equal("the version after two flushes", version, 12)
	ok(s.Flush(c.ctx))
	version, err = s.Version(c.ctx)
	ok(err)
	equal("the version after a flush of nothing", version, 12)
	old, at := c.raw(s, 0, 10, 11)
	equal("points of version 11", len(old), 1)
	equal("the version that was asked for", at, 11)
	refused("a version to come", 404, rawError(c, s, 0, 10, 13))
}

func counting(c *cluster) {
	s := c.stream(
		btrdb.RawPoint{Time: btrdb.MinimumTime, Value: 1},
		btrdb.RawPoint{Time: 0, Value: 2},
		btrdb.RawPoint{Time: btrdb.MaximumTime - 2, Value: 3})
	count, err := s.Count(c.ctx, btrdb.LatestVersion)
	ok(err)
	equal("the count", count, 3)
}

// model is what windows [begin, begin + width) of points in order hold.
func model(points []btrdb.RawPoint, begin, end, width int64, empty bool) []btrdb.StatPoint {
	found := []btrdb.StatPoint{}
	for ; begin+width <= end; begin += width {
		window := btrdb.StatPoint{Time: begin, Min: math.Inf(1), Max: math.Inf(-1)}
		sum := 0.0
		for _, p := range points {
			if p.Time >= begin && p.Time < begin+width {
				window.Min, window.Max = math.Min(window.Min, p.Value), math.Max(window.Max, p.Value)
				sum += p.Value
				window.Count++
			}
		}
		if window.Count > 0 {
			window.Mean = sum / float64(window.Count)
			found = append(found, window)
		} else if empty && begin+2*width <= end {
			found = append(found, btrdb.StatPoint{Time: begin})
		}
	}
	return found
}

func statistics(points chan btrdb.StatPoint, errs chan error) []btrdb.StatPoint {
	found := []btrdb.StatPoint{}
	for p := range points {
		found = append(found, p)
	}
	ok(<-errs)
	return found
}

func same(actual, expected []btrdb.StatPoint) {
	equal("the number of windows", len(actual), len(expected))
	for i := range actual {
		equal("a window's time", actual[i].Time, expected[i].Time)
		equal("a window's count", actual[i].Count, expected[i].Count)
		near("a window's min", actual[i].Min, expected[i].Min)
		near("a window's mean", actual[i].Mean, expected[i].Mean)
		near("a window's max", actual[i].Max, expected[i].Max)
	}
}

func windows(c *cluster) {
	points := readings(5000)
	s := c.stream(points...)
	end := points[len(points)-1].Time
	for _, width := range []int64{second, 7*second + 3} {
		found, _, errs := s.Windows(c.ctx, start-3*second, end, uint64(width), 0, btrdb.LatestVersion)
		same(statistics(found, errs), model(points, start-3*second, end, width, true))
	}
	for _, pw := range []uint8{30, 33} {
		width := int64(1) << pw
		found, _, errs := s.AlignedWindows(c.ctx, start, end, pw, btrdb.LatestVersion)
		same(statistics(found, errs), model(points, start&-width, end&-width, width, false))
	}
	// A window at the end that holds nothing is left out.
	few := c.stream(btrdb.RawPoint{Time: 1}, btrdb.RawPoint{Time: 2}, btrdb.RawPoint{Time: 3})
	found, _, errs := few.Windows(c.ctx, 0, 10, 1, 0, btrdb.LatestVersion)
	equal("windows up to the last", len(statistics(found, errs)), 9)
}

func windowsError(c *cluster, s *btrdb.Stream, begin, end int64, width uint64, depth uint8) error {
	found, _, errs := s.Windows(c.ctx, begin, end, width, depth, btrdb.LatestVersion)
	for range found {
	}
	return <-errs
}

func alignedError(c *cluster, s *btrdb.Stream, begin, end int64, pw uint8) error {
	found, _, errs := s.AlignedWindows(c.ctx, begin, end, pw, btrdb.LatestVersion)
	for range found {
	}
	return <-errs
}

func ranges(c *cluster) {
	s := c.stream(readings(10)...)
	refused("an empty range", 413, rawError(c, s, 10, 10, 0))
	refused("a range backwards", 413, rawError(c, s, 10, 5, 0))
	refused("a range before time", 413, rawError(c, s, btrdb.MinimumTime-1, 5, 0))
	refused("a width of nothing", 415, windowsError(c, s, 0, 100, 0, 0))
	refused("a depth of 64", 415, windowsError(c, s, 0, 100, 10, 64))
	refused("no whole window", 413, windowsError(c, s, 0, 100, 101, 0))
	refused("a point width of 64", 415, alignedError(c, s, 0, 100, 64))
	refused("no whole aligned window", 413, alignedError(c, s, 0, 100, 10))
}

func neighbours(c *cluster) {
	s := c.stream(btrdb.RawPoint{Time: 10, Value: 1}, btrdb.RawPoint{Time: 20, Value: 2})
	for _, each := range []struct {
		time     int64
		backward bool
		expected int64
	}{{0, false, 10}, {10, false, 10}, {11, false, 20}, {11, true, 10}, {20, true, 10}, {21, true, 20}} {
		p, _, err := s.Nearest(c.ctx, each.time, btrdb.LatestVersion, each.backward)
		ok(err)
		equal("the nearest", p.Time, each.expected)
	}
	_, _, err := s.Nearest(c.ctx, 10, btrdb.LatestVersion, true)
	refused("what is before the first", 401, err)
	first, _, err := s.Earliest(c.ctx, btrdb.MinimumTime, btrdb.LatestVersion)
	ok(err)
	last, _, err := s.Latest(c.ctx, btrdb.MaximumTime-1, btrdb.LatestVersion)
	ok(err)
	equal("the ends", []int64{first.Time, last.Time}, []int64{10, 20})
}

func changed(c *cluster, s *btrdb.Stream, from, to uint64) ([]btrdb.ChangedRange, error) {
	ranges, _, errs := s.Changes(c.ctx, from, to, 0)
	found := []btrdb.ChangedRange{}
	for r := range ranges {
		found = append(found, r)
	}
	return found, <-errs
}

func deleting(c *cluster) {
	points := readings(1000)
	s := c.stream(points...)
	ok(s.Flush(c.ctx))
	before, err := s.Version(c.ctx)
	ok(err)
	after, err := s.DeleteRange(c.ctx, points[100].Time, points[200].Time)
	ok(err)
	equal("the version of the delete", after, before+1)
	left, _ := c.raw(s, start, start+1000*second, btrdb.LatestVersion)
	equal("what is left", len(left), 900)
	kept, _ := c.raw(s, start, start+1000*second, before)
	equal("what the version before has", len(kept), 1000)
	ranges, err := changed(c, s, before, after)
	ok(err)
	for _, p := range points[100:200] {
		inside := false
		for _, r := range ranges {
			inside = inside || p.Time >= r.Start && p.Time < r.End
		}
		equal("a deleted point among the changes", inside, true)
	}
	ranges, err = changed(c, s, after, after)
	ok(err)
	equal("changes of a version to itself", len(ranges), 0)
	_, err = changed(c, s, after, before)
	refused("changes backwards", 427, err)
	_, err = s.DeleteRange(c.ctx, 10, 10)
	refused("a delete of nothing", 413, err)
}

func compacting(c *cluster) {
	points := readings(100)
	s := c.stream(points...)
	ok(s.Flush(c.ctx))
	before, err := s.Version(c.ctx)
	ok(err)
	after, err := s.DeleteRange(c.ctx, points[0].Time, points[50].Time)
	ok(err)
	fresh, version, err := s.GetCompactionConfig(c.ctx)
	ok(err)
	equal("the newest version", version, after)
	equal("a fresh stream's spans of less detail", len(fresh.ReducedResolutionRanges), 0)
	err = s.SetCompactionConfig(c.ctx, &btrdb.CompactionConfig{CompactedVersion: after + 1})
	refused("giving up the newest version", 427, err)
	ok(s.SetCompactionConfig(c.ctx, &btrdb.CompactionConfig{CompactedVersion: after}))
	config, _, err := s.GetCompactionConfig(c.ctx)
	ok(err)
	equal("the lowest version kept", config.CompactedVersion, after)
	refused("a version that was given up", 450, rawError(c, s, start, start+1000*second, before))
	kept, _ := c.raw(s, start, start+1000*second, after)
	equal("what the version kept has", len(kept), 50)
	nobody := c.db.StreamFromUUID(uuid.NewRandom())
	refused("another stream's config", 404, nobody.SetCompactionConfig(c.ctx, &btrdb.CompactionConfig{}))
}

func describing(c *cluster) {
	s := c.stream()
	tags, err := s.Tags(c.ctx)
	ok(err)
	equal("the unit", *tags["unit"], "V")
	_, version, err := s.Annotations(c.ctx)
	ok(err)
	equal("the first property version", version, 1)
	ok(s.CompareAndSetAnnotation(c.ctx, version, btrdb.OptKV("a", "1", "b", "2"), nil))
	refused("an old property version", 423, s.CompareAndSetAnnotation(c.ctx, version, btrdb.OptKV("a", "9"), nil))
	ok(s.CompareAndSetAnnotation(c.ctx, 0, nil, []string{"b"}))
	annotations, version, err := s.Annotations(c.ctx)
	ok(err)
	equal("the annotations", len(annotations), 1)
	equal("the property version", version, 3)
	cached, _, err := s.CachedAnnotations(c.ctx)
	ok(err)
	equal("an annotation", *cached["a"], "1")
	moved := "interop/go/moved/" + s.UUID().String()
	ok(s.CompareAndSetTags(c.ctx, version, moved, btrdb.OptKV("name", "n", "unit", "A")))
	ok(s.Refresh(c.ctx))
	collection, err := s.Collection(c.ctx)
	ok(err)
	equal("the collection", collection, moved)
}

func finding(c *cluster) {
	root := "interop/go/find/" + uuid.NewRandom().String()
	made := map[string]bool{}
	for _, place := range []string{"", "/a", "/a/b"} {
		for _, unit := range []string{"V", "A"} {
			uu := uuid.NewRandom()
			_, err := c.db.Create(c.ctx, uu, root+place, btrdb.OptKV("name", "n", "unit", unit), btrdb.OptKV("made", "here"))
			ok(err)
			made[uu.String()] = true
		}
	}
	collections, err := c.db.ListCollections(c.ctx, root)
	ok(err)
	equal("the collections", collections, []string{root, root + "/a", root + "/a/b"})
	streams, err := c.db.LookupStreams(c.ctx, root, true, nil, btrdb.OptKV("made", nil))
	ok(err)
	equal("the streams found", len(streams), len(made))
	for _, s := range streams {
		equal("a stream that was made", made[s.UUID().String()], true)
	}
	exact, err := c.db.LookupStreams(c.ctx, root, false, btrdb.OptKV("unit", "V"), nil)
	ok(err)
	equal("the streams of one collection and unit", len(exact), 1)
	none, err := c.db.LookupStreams(c.ctx, root, true, btrdb.OptKV("unit", "furlong"), nil)
	ok(err)
	equal("the streams of a unit that nobody has", len(none), 0)
	tags, annotations, err := c.db.GetMetadataUsage(c.ctx, root)
	ok(err)
	equal("the use of keys", []int{tags["name"], tags["unit"], annotations["made"]}, []int{6, 6, 6})
	equal("the number of tag keys", len(tags), 3)
}

func obliterating(c *cluster) {
	s := c.stream(readings(10)...)
	ok(s.Obliterate(c.ctx))
	refused("a read of it", 404, rawError(c, s, 0, 10, 0))
	refused("another end", 404, s.Obliterate(c.ctx))
	_, err := c.db.Create(c.ctx, s.UUID(), "interop/again", btrdb.OptKV("name", "n"), nil)
	refused("its UUID", 429, err)
}

func cancelling(c *cluster) {
	s := c.stream(readings(100000)...)
	ctx, cancel := context.WithCancel(c.ctx)
	points, _, errs := s.RawValues(ctx, start, start+1000000*second, btrdb.LatestVersion)
	<-points
	cancel()
	for range points {
	}
	if err := <-errs; err == nil {
		fail("a cancelled read ended as if nothing had happened")
	}
}

func querying(c *cluster) {
	root := "interop/go/sql/" + uuid.NewRandom().String()
	names := []string{"a", "b", "c"}
	uuids := map[string]string{}
	for _, name := range names {
		uu := uuid.NewRandom()
		_, err := c.db.Create(c.ctx, uu, root+"/"+name, btrdb.OptKV("name", name, "unit", "V"), btrdb.OptKV("made", "by "+name))
		ok(err)
		uuids[name] = uu.String()
	}
	rows, err := c.db.SQLQuery(
		c.ctx, "select uuid, name, property_version, annotations->'made' as made from streams where collection like $1 order by name", root+"%")
	ok(err)
	equal("the number of rows", len(rows), len(names))
	for i, name := range names {
		equal("a row", rows[i], map[string]interface{}{
			"uuid": uuids[name], "name": name, "property_version": float64(1), "made": "by " + name})
	}
	counted, err := c.db.SQLQuery(c.ctx, "select unit, count(*) from streams where collection like $1 group by unit", root+"%")
	ok(err)
	equal("the groups", counted, []map[string]interface{}{{"unit": "V", "count": float64(len(names))}})
	none, err := c.db.SQLQuery(c.ctx, "select name from streams where uuid = $1", uuid.NewRandom().String())
	ok(err)
	equal("the rows of nobody", len(none), 0)
	_, err = c.db.SQLQuery(c.ctx, "select nmae from streams")
	refused("an unknown column", 441, err)
	_, err = c.db.SQLQuery(c.ctx, "drop table streams")
	refused("a change", 441, err)
	_, err = c.db.SQLQuery(c.ctx, "select name from streams where property_version = $1", "one")
	refused("a text for a number", 441, err)
	ctx, cancel := context.WithCancel(c.ctx)
	stream, errs := c.db.StreamingSQLQuery(ctx, "select a.uuid from streams a, streams b, streams c, streams d")
	<-stream
	cancel()
	for range stream {
	}
	if err := <-errs; err == nil {
		fail("a cancelled query ended as if nothing had happened")
	}
}

func refusals(c *cluster) {
	ep, err := c.db.GetAnyEndpoint(c.ctx)
	ok(err)
	_, err = ep.FaultInject(c.ctx, 3, nil)
	refused("an injected fault", 424, err)
}
