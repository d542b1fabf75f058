// Package web holds the built page, so that the binary serves it with nothing
// beside it.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the built page: index.html, embed.html and what they load. The
// error means that the binary was built without it.
func Dist() (fs.FS, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("read the built page: %w", err)
	}
	return files, nil
}
