package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
)

const rowsFile = "rows.txt"

// inDuckDB runs DuckDB on one thread through its package for node.
func inDuckDB(f *fixture, name string) (result, error) {
	cmd := exec.Command("node", "duck/duck.mjs", strings.TrimPrefix(name, "duckdb-"), f.path(logFile), f.path(rangesFile), f.path(rowsFile))
	r, err := finish(cmd)
	if err != nil {
		return r, err
	}
	file, err := os.Open(f.path(rowsFile))
	if err != nil {
		return r, err
	}
	defer func() { _ = file.Close() }()
	var rows []string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		rows = append(rows, lines.Text())
	}
	r.Groups, r.Digest = len(rows), digest(rows)
	return r, lines.Err()
}
