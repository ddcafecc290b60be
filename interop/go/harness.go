package main

import (
	"context"
	"fmt"
	"math"

	"github.com/pborman/uuid"
	btrdb "gopkg.in/BTrDB/btrdb.v5"
)

// check is one promise of the server, tried out.
type check struct {
	promise string
	try     func(*cluster)
}

// cluster is a connection that knows all nodes, and what the checks make with it.
type cluster struct {
	ctx       context.Context
	db        *btrdb.BTrDB
	endpoints []string
}

// failure ends a check.
type failure string

func fail(format string, values ...interface{}) {
	panic(failure(fmt.Sprintf(format, values...)))
}

func ok(err error) {
	if err != nil {
		fail("unexpected error: %v", err)
	}
}

func equal(what string, actual, expected interface{}) {
	if fmt.Sprint(actual) != fmt.Sprint(expected) {
		fail("%s is %v, not %v", what, actual, expected)
	}
}

func near(what string, actual, expected float64) {
	if math.Abs(actual-expected) > 1e-9*math.Max(1, math.Abs(expected)) {
		fail("%s is %v, not about %v", what, actual, expected)
	}
}

// refused says that an error carries a code of the contract and a message for people.
func refused(what string, code uint32, err error) {
	if err == nil {
		fail("%s is not refused", what)
	}
	coded := btrdb.ToCodedError(err)
	if coded.Code != code || len(coded.Msg) < 10 {
		fail("%s is refused with %v, not with %d", what, err, code)
	}
}

// stream makes a stream in a collection of its own, with points in it.
func (c *cluster) stream(points ...btrdb.RawPoint) *btrdb.Stream {
	uu := uuid.NewRandom()
	made, err := c.db.Create(
		c.ctx, uu, "interop/go/"+uu.String(), btrdb.OptKV("name", "s", "unit", "V"), btrdb.OptKV())
	ok(err)
	ok(made.Insert(c.ctx, points))
	return c.db.StreamFromUUID(uu)
}

func (c *cluster) raw(s *btrdb.Stream, start, end int64, version uint64) ([]btrdb.RawPoint, uint64) {
	points, versions, errs := s.RawValues(c.ctx, start, end, version)
	found := []btrdb.RawPoint{}
	for p := range points {
		found = append(found, p)
	}
	at := <-versions
	ok(<-errs)
	return found, at
}

func rawError(c *cluster, s *btrdb.Stream, start, end int64, version uint64) error {
	points, _, errs := s.RawValues(c.ctx, start, end, version)
	for range points {
	}
	return <-errs
}

// run tries all checks, and returns how many failed.
func run(c *cluster, checks []check) int {
	failed := 0
	for _, each := range checks {
		if why := try(c, each); why != "" {
			failed++
			fmt.Printf("FAILED %s\n    %s\n", each.promise, why)
		} else {
			fmt.Printf("ok     %s\n", each.promise)
		}
	}
	fmt.Printf("%d passed, %d failed\n", len(checks)-failed, failed)
	return failed
}

func try(c *cluster, each check) (why string) {
	defer func() {
		if caught := recover(); caught != nil {
			f, expected := caught.(failure)
			if !expected {
				panic(caught)
			}
			why = string(f)
		}
	}()
	each.try(c)
	return ""
}
