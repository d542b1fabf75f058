package dataset

import "io/fs"

// Verify checks a directory of data files and returns every fault, by file,
// line and column; none means that Load accepts it.
func Verify(fsys fs.FS) Faults {
	_, _, faults := readSet(fsys)
	return faults
}

// readSet reads and checks everything once.
func readSet(fsys fs.FS) (*set, []Entry, Faults) {
	s := newSet(fsys)
	s.readAll()
	if len(s.faults) == 0 {
		s.trial()
	}
	entries := s.manifest()
	s.faults.sort()
	return s, entries, s.faults
}

// trial builds what Load builds, so that a fault the domain finds is reported
// by Verify too.
func (s *set) trial() {
	fp, err := s.footprint(Options{})
	if err != nil {
		s.faults = append(s.faults, Fault{File: "sites.csv", What: err.Error(), Fix: "correct the row it names"})
		return
	}
	for _, c := range s.rows.claims {
		if _, err := c.preset(fp); err != nil {
			s.faults = append(s.faults, c.at.fault(err.Error(), "name places by code or as region:KEY"))
		}
	}
}
