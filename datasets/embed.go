// Package datasets carries the data files of this directory inside the binary.
// What each file holds and where its facts come from is told in README.md;
// package dataset reads and checks them.
package datasets

import "embed"

// FS holds every file of the directory, under the paths that MANIFEST lists.
//
//go:embed MANIFEST README.md *.csv demo geo
var FS embed.FS
