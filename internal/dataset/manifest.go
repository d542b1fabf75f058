package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// ManifestName is the file that lists the digests of the others.
const ManifestName = "MANIFEST"

const (
	maxManifestBytes = 1 << 20
	maxFileBytes     = 256 << 20
	noRows           = -1
)

// Entry is one line of the manifest: a file, its digest, its rows where it is
// a table, and its licence.
type Entry struct {
	SHA256  string // hex
	Rows    int    // -1 where the file is no table
	Licence string // SPDX identifier
	Path    string
}

func (e Entry) line() string {
	rows := "-"
	if e.Rows >= 0 {
		rows = strconv.Itoa(e.Rows)
	}
	return e.SHA256 + "  " + rows + "  " + e.Licence + "  " + e.Path + "\n"
}

// Manifest renders the manifest of a directory as it stands, one line a file,
// by path. Licences of files already listed are kept; a file that no licence
// is known of is an error.
func Manifest(fsys fs.FS) ([]byte, error) {
	known := map[string]string{}
	if b, err := readFile(fsys, ManifestName, maxManifestBytes); err == nil {
		entries, _ := parseManifest(b)
		for _, e := range entries {
			known[e.Path] = e.Licence
		}
	}
	paths, err := listed(fsys)
	if err != nil {
		return nil, fmt.Errorf("list datasets: %w", err)
	}
	var out bytes.Buffer
	for _, p := range paths {
		licence := known[p]
		if licence == "" {
			licence = licenceOf(p)
		}
		if licence == "" {
			return nil, fmt.Errorf("manifest: %s: no licence known; list the file by hand once", p)
		}
		e, err := entryOf(fsys, p, licence)
		if err != nil {
			return nil, fmt.Errorf("manifest: %s: %w", p, err)
		}
		out.WriteString(e.line())
	}
	return out.Bytes(), nil
}

// licenceOf is the licence of a file that the manifest does not list yet: the
// project's own facts are in the public domain.
func licenceOf(p string) string {
	switch {
	case path.Ext(p) == ".csv", path.Dir(p) == "demo":
		return "CC0-1.0"
	case path.Ext(p) == ".mmdb", p == "geo/LICENSE":
		return "CC-BY-4.0"
	}
	return ""
}

// listed returns the paths that a manifest lists: every file but the manifest
// itself, prose and program text.
func listed(fsys fs.FS) ([]string, error) {
	var out []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir(), p == ManifestName, path.Ext(p) == ".md", path.Ext(p) == ".go", strings.HasPrefix(d.Name(), "."):
			return nil
		}
		out = append(out, p)
		return nil
	})
	slices.Sort(out)
	return out, err
}

func entryOf(fsys fs.FS, p, licence string) (Entry, error) {
	sum, err := digest(fsys, p)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{SHA256: sum, Rows: noRows, Licence: licence, Path: p}
	if path.Ext(p) == ".csv" {
		e.Rows, err = countRows(fsys, p)
	}
	return e, err
}

func countRows(fsys fs.FS, p string) (int, error) {
	b, err := readFile(fsys, p, maxTableBytes)
	if err != nil {
		return 0, err
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	for n := -1; ; n++ {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return max(n, 0), nil
		} else if err != nil {
			return 0, err
		}
	}
}

func digest(fsys fs.FS, p string) (string, error) {
	f, err := fsys.Open(p)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, maxFileBytes+1))
	if err == nil && n > maxFileBytes {
		err = fmt.Errorf("over %d bytes", maxFileBytes)
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// parseManifest reads the lines of a manifest.
func parseManifest(b []byte) ([]Entry, Faults) {
	var out []Entry
	if faults := checkBytes(ManifestName, b); len(faults) > 0 {
		return nil, faults
	}
	var faults Faults
	n, seen := 0, map[string]int{}
	for line := range strings.Lines(string(b)) {
		n++
		e, what := parseEntry(strings.TrimSuffix(line, "\n"))
		if what == "" && seen[e.Path] > 0 {
			what = fmt.Sprintf("%s is listed twice, first on line %d", clip(e.Path), seen[e.Path])
		}
		if what != "" {
			faults = append(faults, Fault{File: ManifestName, Line: n, What: what, Fix: rewriteManifest})
			continue
		}
		seen[e.Path] = n
		out = append(out, e)
	}
	return out, faults
}

const rewriteManifest = "run: domicile datasets verify --write-manifest"

func parseEntry(line string) (Entry, string) {
	parts := strings.Split(line, "  ")
	if len(parts) != 4 {
		return Entry{}, fmt.Sprintf("%d fields, want digest, rows, licence and path, two spaces between", len(parts))
	}
	e := Entry{SHA256: parts[0], Rows: noRows, Licence: parts[2], Path: parts[3]}
	if raw, err := hex.DecodeString(e.SHA256); err != nil || len(raw) != sha256.Size || strings.ToLower(e.SHA256) != e.SHA256 {
		return Entry{}, fmt.Sprintf("%q is not a SHA-256 in lower-case hex", clip(e.SHA256))
	}
	if parts[1] != "-" {
		n, err := strconv.Atoi(parts[1])
		if err != nil || n < 0 {
			return Entry{}, fmt.Sprintf("%q is not a number of rows", clip(parts[1]))
		}
		e.Rows = n
	}
	if e.Licence == "" || !fs.ValidPath(e.Path) {
		return Entry{}, "no licence, or not a path inside the directory"
	}
	return e, ""
}

// manifest compares the directory with its manifest and returns the entries.
func (s *set) manifest() []Entry {
	b, ok := s.file(ManifestName, maxManifestBytes)
	if !ok {
		return nil
	}
	entries, faults := parseManifest(b)
	s.faults = append(s.faults, faults...)
	paths, err := listed(s.fsys)
	if err != nil {
		s.faults = append(s.faults, Fault{File: ManifestName, What: "cannot list the directory: " + err.Error()})
		return entries
	}
	for _, p := range paths {
		if !slices.ContainsFunc(entries, func(e Entry) bool { return e.Path == p }) {
			s.faults = append(s.faults, Fault{File: p, What: "not listed in " + ManifestName, Fix: "remove the file, or " + rewriteManifest})
		}
	}
	for _, e := range entries {
		s.compare(e)
	}
	return entries
}

func (s *set) compare(want Entry) {
	got, err := entryOf(s.fsys, want.Path, want.Licence)
	f := Fault{File: want.Path, Fix: "restore the file, or after a change on purpose " + rewriteManifest}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.What = "listed in " + ManifestName + " and missing"
	case got.SHA256 != want.SHA256 && got.SHA256 != "":
		f.What = fmt.Sprintf("differs from %s: digest %.12s…, listed %.12s…", ManifestName, got.SHA256, want.SHA256)
	case err != nil:
		f.What = "cannot be compared with " + ManifestName + ": " + err.Error()
	case got.Rows != want.Rows:
		f.What = fmt.Sprintf("%d rows, %s lists %d", got.Rows, ManifestName, want.Rows)
	default:
		return
	}
	s.faults = append(s.faults, f)
}

// revision is the digest over the listed files: their paths and digests, in
// order.
func revision(entries []Entry) string {
	es := slices.Clone(entries)
	slices.SortFunc(es, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	h := sha256.New()
	for _, e := range es {
		fmt.Fprintf(h, "%s  %s\n", e.SHA256, e.Path)
	}
	return hex.EncodeToString(h.Sum(nil))
}
