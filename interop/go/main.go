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
	db, err := connect(ctx, endpoints)
	if err != nil {
		fmt.Println("FAILED connecting:", err)
		os.Exit(1)
	}
	if run(&cluster{ctx: ctx, db: db, endpoints: endpoints}, checks) > 0 {
		os.Exit(1)
	}
}

// With a key where there is one.
func connect(ctx context.Context, endpoints []string) (*btrdb.BTrDB, error) {
	if key := os.Getenv("BTRDB_API_KEY"); key != "" {
		return btrdb.ConnectAuth(ctx, key, endpoints...)
	}
	return btrdb.Connect(ctx, endpoints...)
}
