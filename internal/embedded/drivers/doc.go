// Package drivers measures the two SQLite drivers for Go on the embedded
// store's own table and settings, so that the choice between them can be made
// again. It is a module of its own: the driver that was not chosen stays out of
// the product's dependencies.
//
// Run all of it, one million rows a driver:
//
//	go test -run '^$' -bench . -timeout 30m
//
// The build time of a driver is that of a cold build of it alone:
//
//	time GOCACHE=$(mktemp -d) go build github.com/mattn/go-sqlite3
//	time GOCACHE=$(mktemp -d) go build modernc.org/sqlite
package drivers
