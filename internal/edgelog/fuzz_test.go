package edgelog_test

import (
	"bytes"
	"io"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/edgelog"
)

// FuzzReader: whatever the bytes, a reader ends, its counts add up, its lines stay
// within their bounds, and how the bytes arrive makes no difference.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		first + "\n" + second, asCSV, "\xef\xbb\xbf" + first, gz(f, first+"\n"+second), gz(f, first) + gz(f, second), zst(f, first+"\n"),
		gz(f, strings.Repeat(first+"\n", 40))[:90], "a,b\n1,2\n", "{}\n[]\n", strings.Repeat("\n", 40),
	} {
		f.Add([]byte(s), uint16(0))
	}
	f.Add([]byte(first+"\n"+second), uint16(30))
	f.Add([]byte("{"+parent+`[{"EdgeColoCode":"LHR"},{"RayID":"1"}]}`+"\n{"+parent+"[]}\n{"+parent+`"[{},{}]"}`), uint16(0))
	f.Add([]byte("EdgeStartTimestamp,EdgeColoCode,Subrequests\n1755673200,FRA,\"[{\"\"EdgeColoCode\"\":\"\"LHR\"\"}]\"\n"), uint16(0))
	f.Add([]byte("1755673200,\"FRA\"\n"), uint16(1))
	f.Fuzz(func(t *testing.T, file []byte, maxLine uint16) {
		options := edgelog.Options{MaxLine: int(maxLine), MaxBytes: 4 << 20}
		if maxLine%2 == 1 {
			options.Fields = []string{"EdgeStartTimestamp", "EdgeColoCode"}
		}
		one := edgelog.NewReader(bytes.NewReader(file), options)
		want, wantErr := readAll(t, one)
		other := edgelog.NewReader(iotest.HalfReader(bytes.NewReader(file)), options)
		got, gotErr := readAll(t, other)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-whole +in pieces):\n%s", diff)
		}
		if (wantErr == io.EOF) != (gotErr == io.EOF) {
			t.Fatalf("%v, in pieces %v", wantErr, gotErr)
		}
		if diff := cmp.Diff(one.Counts(), other.Counts()); diff != "" {
			t.Fatalf("(-whole +in pieces):\n%s", diff)
		}
	})
}

// FuzzLine: the reader and the reference agree on every line.
func FuzzLine(f *testing.F) {
	for _, line := range nastyLines {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if bytes.IndexByte(line, '\n') >= 0 || len(line) > 1<<20 || bytes.HasPrefix(line, []byte("\xef\xbb\xbf")) || compressed(line) {
			return
		}
		compare(t, line)
	})
}

// compressed reports whether a file that begins like this is no text.
func compressed(b []byte) bool {
	for _, magic := range []string{"\x1f\x8b", "\x28\xb5\x2f\xfd", "BZh", "\xfd7zXZ\x00", "PK\x03\x04", "\x04\x22\x4d\x18"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	return len(b) >= 4 && b[0]&0xf0 == 0x50 && string(b[1:4]) == "\x2a\x4d\x18"
}

// FuzzAddress: an address reads as package netip reads it, zones apart.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{
		"198.51.100.7", "::", "::1", "1::", "2001:db8::1:2", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:1.2.3.4",
		"1:2:3:4:5:6:1.2.3.4", "1::1.2.3.4", ":1", "1:", "1:::2", "1::2::3", "12345::", "01.2.3.4", "1.2.3", "1.2.3.4.5", "fe80::1%1", "1:2:3:4:5:6:7:8::",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\"\\\n") || strings.IndexFunc(s, func(r rune) bool { return r < ' ' }) >= 0 {
			return
		}
		r := edgelog.NewReader(strings.NewReader(`{"EdgeStartTimestamp":1755673200,"ClientIP":"`+s+`"}`), httpOnly)
		var batch edgelog.Batch
		if err := r.Next(&batch); err != nil {
			t.Fatal(err)
		}
		want, err := netip.ParseAddr(s)
		if err != nil || want.Zone() != "" {
			want = netip.Addr{}
		}
		if got := batch.Records[0].Client; got != want.Unmap() {
			t.Errorf("%q: got %v, want %v", s, got, want.Unmap())
		}
	})
}

// FuzzCSV: a row reads as the same values do in JSON.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("1755673200,FRA,a.example\n"))
	f.Add([]byte(`"1755673200","F""RA","a.example"` + "\r\n"))
	f.Add([]byte("1755673200,\"FRA\n\",x"))
	f.Fuzz(func(t *testing.T, rows []byte) {
		file := append([]byte("EdgeStartTimestamp,EdgeColoCode,ClientRequestHost\n"), rows...)
		got, _ := readAll(t, edgelog.NewReader(bytes.NewReader(file), edgelog.Options{}))
		var want []reading
		for row := range bytes.SplitSeq(rows, []byte("\n")) {
			if r, ok := referenceRow(string(row)); ok {
				want = append(want, r)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-reference +reader):\n%s", rows, diff)
		}
	})
}
