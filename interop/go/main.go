// Drives the Go client's public API against a cluster: interop HOST:PORT...
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	btrdb "gopkg.in/BTrDB/btrdb.v5"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	endpoints := os.Args[1:]
	db, err := btrdb.Connect(ctx, endpoints...)
	if err != nil {
		fmt.Println("FAILED connecting:", err)
		os.Exit(1)
	}
	if run(&cluster{ctx: ctx, db: db, endpoints: endpoints}, checks) > 0 {
		os.Exit(1)
	}
}
