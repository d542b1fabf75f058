package settings

import (
	"bytes"
	"io"
)

// limits are when a part of a large file is full.
type limits struct{ documents, bytes int }

// piece is some whole documents of a text, as they stand there.
type piece struct {
	text  []byte // valid until the next piece
	lines int    // of the text before it
	json  bool
	whole bool // false where its last document does not end within maxBytes
}

// splitter cuts a text between its documents, without reading what is in them:
// JSON after a closing bracket, YAML before a line that starts with ---, which
// YAML allows nowhere else. It holds no more than maxBytes of the text.
type splitter struct {
	limits
	in     io.Reader
	buf    []byte
	used   int // of buf, given out already
	at     int // of buf, looked at
	cut    int // of buf, where the last whole document ends
	lines  int // of the text before buf[used]
	docs   int // whole documents in buf[used:cut]
	ended  bool
	begun  bool
	named  bool // .json
	isJSON bool

	depth           int
	quoted, escaped bool
	content         bool // the YAML document at hand holds more than comments and directives
}

// next returns the next piece, io.EOF after the last, or the error of the
// source. The text of all pieces is the text of the source.
func (s *splitter) next() (piece, error) {
	s.drop()
	for {
		if !s.begun && (s.ended || len(s.buf) > 0) {
			s.begin()
		}
		if s.begun && s.look() {
			return s.piece(s.cut, true), nil
		}
		left := len(s.buf) - s.used
		switch {
		case s.ended && left == 0:
			return piece{}, io.EOF
		case s.ended:
			return s.piece(len(s.buf), true), nil
		case left >= maxBytes && s.cut > s.used:
			return s.piece(s.cut, true), nil
		case left >= maxBytes:
			return s.piece(s.used+maxBytes, false), nil
		}
		if err := s.fill(); err != nil {
			return piece{}, err
		}
	}
}

// begin tells the notation by the first bytes.
func (s *splitter) begin() {
	if bytes.HasPrefix(s.buf, byteOrderMark) {
		s.used, s.at, s.cut = len(byteOrderMark), len(byteOrderMark), len(byteOrderMark)
	}
	text := bytes.TrimLeft(s.buf[s.used:], " \t\r\n")
	if len(text) < 2 && !s.ended {
		return
	}
	s.begun = true
	if len(text) > 0 && text[0] == '{' {
		inner := bytes.TrimLeft(text[1:], " \t\r\n")
		s.isJSON = s.named || len(inner) > 0 && (inner[0] == '"' || inner[0] == '}')
	}
}

func (s *splitter) piece(to int, whole bool) piece {
	p := piece{text: s.buf[s.used:to], lines: s.lines, json: s.isJSON, whole: whole}
	s.lines += bytes.Count(p.text, []byte{'\n'})
	s.used, s.docs = to, 0
	s.cut = max(s.cut, to)
	return p
}

// drop gives up the room of what was given out.
func (s *splitter) drop() {
	n := copy(s.buf, s.buf[s.used:])
	s.buf = s.buf[:n]
	s.at, s.cut, s.used = max(s.at-s.used, 0), s.cut-s.used, 0
}

func (s *splitter) fill() error {
	const step = 1 << 18
	if cap(s.buf)-len(s.buf) < step {
		grown := make([]byte, len(s.buf), min(2*cap(s.buf)+step, maxBytes+2*step))
		copy(grown, s.buf)
		s.buf = grown
	}
	n, err := s.in.Read(s.buf[len(s.buf) : len(s.buf)+step])
	s.buf = s.buf[:len(s.buf)+n]
	if err == io.EOF {
		s.ended, err = true, nil
	}
	return err
}

// look goes on over what was read; true where a piece is full.
func (s *splitter) look() bool {
	if s.isJSON {
		return s.lookJSON()
	}
	return s.lookYAML()
}

func (s *splitter) full() bool { return s.docs >= s.limits.documents || s.cut-s.used >= s.limits.bytes }

func (s *splitter) lookJSON() bool {
	for s.at < len(s.buf) {
		c := s.buf[s.at]
		s.at++
		switch {
		case s.quoted:
			switch {
			case s.escaped:
				s.escaped = false
			case c == '\\':
				s.escaped = true
			case c == '"':
				s.quoted = false
			case c == '\n': // stands in no text: whoever reads the piece says so
				s.quoted, s.depth = false, 0
				s.cut = s.at
				return true
			}
		case c == '"':
			s.quoted = true
		case c == '{' || c == '[':
			s.depth++
		case c == '}' || c == ']':
			if s.depth--; s.depth <= 0 {
				s.depth, s.cut = 0, s.at
				if s.docs++; s.full() {
					return true
				}
			}
		}
	}
	return false
}

func (s *splitter) lookYAML() bool {
	for {
		end := bytes.IndexByte(s.buf[s.at:], '\n')
		if end < 0 {
			return false
		}
		line := s.buf[s.at : s.at+end+1]
		switch start := startsDocument(line); {
		case start && s.content && s.at > s.used:
			s.cut, s.content = s.at, len(bytes.TrimSpace(line)) > 3
			s.at += len(line)
			if s.docs++; s.full() {
				return true
			}
			continue
		case start:
			s.content = len(bytes.TrimSpace(line)) > 3
		default:
			s.content = s.content || hasContent(line)
		}
		s.at += len(line)
	}
}

func startsDocument(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && (len(rest) == 0 || rest[0] <= ' ')
}

// hasContent reports whether a line holds more than a comment, a directive or
// the end of a document.
func hasContent(line []byte) bool {
	text := bytes.TrimSpace(line)
	return len(text) > 0 && text[0] != '#' && line[0] != '%' && string(text) != "..."
}
