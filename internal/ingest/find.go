package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Found is what is at a path.
type Found struct {
	Files  []string // to read, ascending
	Bytes  int64    // of all of them
	Passed []Passed // one a reason
	Failed []Fault  // in the order in which they were met
}

// Why says why something in a directory is passed over.
type Why uint8

// The reasons.
const (
	NotNamed        Why = iota // the name does not end as a log's does
	Hidden                     // the name begins with a dot
	NotAFile                   // a pipe, a socket or a device, or a link to one
	LinkToDirectory            // followed only where it is named itself
)

var whyNames = [...]string{"NOT_NAMED", "HIDDEN", "NOT_A_FILE", "LINK_TO_DIRECTORY"}

// String returns the reason's name.
func (w Why) String() string { return whyNames[w] }

// Passed is what was passed over for one reason.
type Passed struct {
	Why   Why
	Count int
	Names []string // of the first few, without directories
}

// passedNames bounds Passed.Names.
const passedNames = 5

// Fault is what could not be looked at.
type Fault struct {
	Path string
	Err  error
}

// visit takes what is met below a directory. What cannot be looked at is a fault of that
// alone.
func (f *Found) visit(root, path string, d fs.DirEntry, err error) error {
	switch hidden := err == nil && path != root && d.Name()[0] == '.'; {
	case err != nil:
		f.fail(path, fmt.Errorf("the directory cannot be read, and what is in it was left out: %w", err))
	case hidden && d.IsDir():
		return fs.SkipDir
	case d.IsDir():
	case hidden:
		f.pass(Hidden, d.Name())
	case d.Type()&fs.ModeSymlink != 0:
		f.link(path, d.Name())
	case !d.Type().IsRegular():
		f.pass(NotAFile, d.Name())
	case !isLog(d.Name()):
		f.pass(NotNamed, d.Name())
	default:
		info, err := d.Info()
		if err != nil {
			f.fail(path, err)
			return nil
		}
		f.take(path, info.Size())
	}
	return nil
}

// link takes a link to a log file.
func (f *Found) link(path, name string) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		f.pass(LinkToDirectory, name)
	case err == nil && !info.Mode().IsRegular():
		f.pass(NotAFile, name)
	case !isLog(name):
		f.pass(NotNamed, name)
	case errors.Is(err, fs.ErrNotExist):
		f.fail(path, errors.New("it is a link to a file that is not there"))
	case err != nil:
		f.fail(path, fmt.Errorf("it is a link that cannot be followed: %w", err))
	default:
		f.take(path, info.Size())
	}
}

func (f *Found) take(path string, size int64) {
	f.Files, f.Bytes = append(f.Files, path), f.Bytes+size
}

func (f *Found) fail(path string, err error) {
	f.Failed = append(f.Failed, Fault{filepath.Clean(path), err})
}

func (f *Found) pass(why Why, name string) { f.passed(Passed{why, 1, []string{name}}) }

func (f *Found) passed(more Passed) {
	i := slices.IndexFunc(f.Passed, func(p Passed) bool { return p.Why == more.Why })
	if i < 0 {
		f.Passed = append(f.Passed, more)
		return
	}
	p := &f.Passed[i]
	p.Count += more.Count
	p.Names = append(p.Names, more.Names[:min(len(more.Names), passedNames-len(p.Names))]...)
}

// Add adds what is at another path.
func (f *Found) Add(o *Found) {
	f.Files, f.Bytes, f.Failed = append(f.Files, o.Files...), f.Bytes+o.Bytes, append(f.Failed, o.Failed...)
	for _, p := range o.Passed {
		f.passed(p)
	}
}
