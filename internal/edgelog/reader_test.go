package edgelog_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"domicile/internal/edgelog"
)

const (
	first  = `{"EdgeStartTimestamp":1755673200000000000,"EdgeColoCode":"FRA","ClientRequestHost":"a.example","ClientIP":"198.51.100.7"}`
	second = `{"EdgeStartTimestamp":1755673201000000000,"EdgeColoCode":"EWR","ClientRequestHost":"b.example","ClientIP":"2001:db8::9"}`
	asCSV  = "EdgeStartTimestamp,EdgeColoCode,ClientRequestHost,ClientIP\n" +
		"1755673200000000000,FRA,a.example,198.51.100.7\n" + `"1755673201000000000","EWR","b.example","2001:db8::9"` + "\n"
)

var both = []reading{
	{Site: "FRA", Host: "a.example", Client: "198.51.100.7", Time: 1755673200e9},
	{Site: "EWR", Host: "b.example", Client: "2001:db8::9", Time: 1755673201e9},
}

func gz(t testing.TB, parts ...string) string {
	t.Helper()
	var out bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&out)
		_, err := io.WriteString(w, p)
		if err = errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func zst(t testing.TB, s string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithWindowSize(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(s), nil))
}

func TestEveryFormatGivesTheSameRecords(t *testing.T) {
	lines := first + "\n" + second + "\n"
	for name, file := range map[string]string{
		"lines":                              lines,
		"a last line without a newline":      first + "\n" + second,
		"carriage returns":                   first + "\r\n" + second + "\r\n",
		"a last line with a carriage return": first + "\r\n" + second + "\r",
		"blank lines":                        "\n \t\r\n" + first + "\n\n" + second + "\n\n",
		"a byte order mark":                  "\xef\xbb\xbf" + lines,
		"gzip":                               gz(t, lines),
		"gzip of two members":                gz(t, first+"\n", second+"\n"),
		"members that cut a line":            gz(t, first[:20], first[20:]+"\n"+second, ""),
		"gzip padded with zeros":             gz(t, lines) + strings.Repeat("\x00", 700),
		"zstd":                               zst(t, lines),
		"zstd of two frames":                 zst(t, first+"\n") + zst(t, second+"\n"),
		"a skippable zstd frame":             "\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zst(t, lines),
		"csv":                                asCSV,
		"csv with carriage returns":          strings.ReplaceAll(asCSV, "\n", "\r\n"),
		"csv with a byte order mark":         "\xef\xbb\xbf" + asCSV,
		"csv with semicolons":                strings.ReplaceAll(asCSV, ",", ";"),
		"csv with tabs":                      strings.ReplaceAll(asCSV, ",", "\t"),
		"csv with a quoted header":           strings.Replace(asCSV, "EdgeColoCode", `"EdgeColoCode"`, 1),
		"joined csv files":                   asCSV[:strings.Index(asCSV, `"1755`)] + strings.Replace(asCSV, asCSV[strings.Index(asCSV, "17556"):strings.Index(asCSV, `"1755`)], "", 1),
		"csv in gzip":                        gz(t, asCSV),
	} {
		t.Run(name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(file), iotest.OneByteReader(strings.NewReader(file))} {
				r := edgelog.NewReader(in, edgelog.Options{})
				got, err := readAll(t, r)
				if err != io.EOF {
					t.Fatal(err)
				}
				if diff := cmp.Diff(both, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if d := r.Dataset(); d != edgelog.HTTPRequests {
					t.Errorf("dataset %s", d)
				}
			}
		})
	}
}

func TestABadLineIsCountedAndTheStreamGoesOn(t *testing.T) {
	file := first + "\n{\"EdgeStartTimestamp\":17\n" + second + "\n" +
		`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":[198,51,100,7]}` + "\r\n" + `{"ClientIP":"198.51.100.7"}` + "\n" + first + "\n"
	r := edgelog.NewReader(strings.NewReader(file), edgelog.Options{})
	got, err := readAll(t, r)
	if err != io.EOF || len(got) != 3 {
		t.Fatalf("%d records, %v", len(got), err)
	}
	at := int64(len(first) + 1)
	want := []edgelog.Bad{
		{Line: 2, Offset: at, Length: 24, Reason: edgelog.BadSyntax},
		{Line: 4, Offset: at + 25 + int64(len(second)) + 1, Length: 63, Reason: edgelog.WrongType},
		{Line: 5, Offset: at + 25 + int64(len(second)) + 1 + 65, Length: 27, Reason: edgelog.NoTime},
	}
	if diff := cmp.Diff(want, r.Quarantine().Samples); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c := r.Counts(); c.Malformed != 3 || c.Lines != 6 || c.Offset != int64(len(file)) {
		t.Errorf("%+v", c)
	}
}

func TestTheQuarantineIsBoundedAndHoldsNoContent(t *testing.T) {
	file := first + "\n" + strings.Repeat(`{"ClientIP":"198.51.100.7"`+"\n", 10_000)
	r := edgelog.NewReader(strings.NewReader(file), edgelog.Options{})
	if _, err := readAll(t, r); err != io.EOF {
		t.Fatal(err)
	}
	q := r.Quarantine()
	if len(q.Samples) != 8 || q.Count(edgelog.BadSyntax) != 10_000 {
		t.Errorf("%d samples of %d", len(q.Samples), q.Count(edgelog.BadSyntax))
	}
	if s := fmt.Sprintf("%+v %#v", q, q); strings.Contains(s, "198.51") {
		t.Error("the quarantine shows an address")
	}
}

func TestNoPrintedFormOfARecordShowsAnAddress(t *testing.T) {
	r := edgelog.NewReader(strings.NewReader(first), edgelog.Options{})
	var batch edgelog.Batch
	if err := r.Next(&batch); err != nil {
		t.Fatal(err)
	}
	rec := batch.Records[0]
	for _, s := range []string{
		fmt.Sprint(rec), fmt.Sprintf("%v %+v %#v %s %q %d", rec, rec, rec, rec, rec, rec), fmt.Sprintf("%+v", &rec), fmt.Sprintf("%v", batch.Records),
	} {
		if strings.Contains(s, "198.51") || strings.Contains(s, "51, 100") {
			t.Errorf("an address is printed: %s", s)
		}
	}
	batch.Forget()
	if batch.Records[0].Client.IsValid() {
		t.Error("the batch still holds the address")
	}
}

func TestLongLinesAreCountedAndSkipped(t *testing.T) {
	long := `{"EdgeStartTimestamp":1755673200,"ClientRequestPath":"` + strings.Repeat("x", 3<<20) + `"}`
	slightly := `{"EdgeStartTimestamp":1755673200,"ClientRequestPath":"` + strings.Repeat("x", 200<<10) + `"}`
	for name, c := range map[string]struct {
		file    string
		options edgelog.Options
		tooLong uint64
		records int
	}{
		"over a MiB":                   {long + "\n" + first + "\n" + long + "\n" + long, edgelog.Options{}, 3, 1},
		"under a MiB":                  {slightly + "\n" + first + "\n" + slightly, edgelog.Options{}, 0, 3},
		"over a small bound":           {slightly + "\n" + first + "\n" + slightly, edgelog.Options{MaxLine: 1000}, 2, 1},
		"within a large bound":         {first + "\n" + long + "\n" + second, edgelog.Options{MaxLine: 4 << 20}, 0, 3},
		"exactly the bound":            {first, edgelog.Options{MaxLine: len(first)}, 0, 1},
		"one byte more than the bound": {first + "\n" + first, edgelog.Options{MaxLine: len(first) - 1}, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.file), strings.NewReader(gz(t, c.file)), iotest.HalfReader(strings.NewReader(c.file))} {
				r := edgelog.NewReader(in, c.options)
				got, err := readAll(t, r)
				if n := r.Counts(); len(got) != c.records || n.TooLong != c.tooLong || c.records > 0 && (err != io.EOF || n.Offset != int64(len(c.file))) {
					t.Errorf("%d records, %+v, %v", len(got), n, err)
				}
			}
		})
	}
}

func TestADamagedTailKeepsWhatCameBefore(t *testing.T) {
	var lines strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&lines, `{"EdgeStartTimestamp":%d,"EdgeColoCode":"FRA","ClientRequestHost":"%x.example"}`+"\n", 1755673200+i, i*i)
	}
	whole := gz(t, lines.String())
	flipped := []byte(whole)
	flipped[len(flipped)/2] ^= 0xff
	checksum := []byte(whole)
	checksum[len(checksum)-6] ^= 1
	for name, file := range map[string]string{
		"cut in the middle":         whole[:len(whole)/2],
		"cut in the trailer":        whole[:len(whole)-3],
		"a flipped byte":            string(flipped),
		"a wrong checksum":          string(checksum),
		"garbage behind a member":   whole + "garbage",
		"a cut second member":       whole + whole[:len(whole)/3],
		"a second header cut short": whole + "\x1f\x8b\x08",
		"zstd cut in the middle":    zst(t, lines.String())[:9000],
	} {
		t.Run(name, func(t *testing.T) {
			r := edgelog.NewReader(strings.NewReader(file), edgelog.Options{})
			got, err := readAll(t, r)
			c := r.Counts()
			if !errors.Is(err, edgelog.ErrDamaged) || !c.Damaged {
				t.Fatalf("%v, %+v", err, c)
			}
			if len(got) < 1000 {
				t.Errorf("only %d records kept", len(got))
			}
			for i, g := range got[:min(len(got), 5000)] {
				if g.Time != int64(1755673200+i)*1e9 {
					t.Fatalf("record %d is not what was written", i)
				}
			}
		})
	}
}

func TestAFailingDiskIsNotADamagedFile(t *testing.T) {
	broken := errors.New("disk on fire")
	whole := gz(t, strings.Repeat(first+"\n", 5000))
	r := edgelog.NewReader(io.MultiReader(strings.NewReader(whole[:len(whole)/2]), iotest.ErrReader(broken)), edgelog.Options{})
	if _, err := readAll(t, r); !errors.Is(err, broken) || errors.Is(err, edgelog.ErrDamaged) {
		t.Errorf("got %v", err)
	}
}

func TestWhatCannotBeReadIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"an empty file":                   {"", io.EOF},
		"blank lines":                     {"\n\n", io.EOF},
		"bzip2":                           {"BZh91AY", edgelog.ErrFormat},
		"zip":                             {"PK\x03\x04", edgelog.ErrFormat},
		"an array":                        {"[" + first + "]", edgelog.ErrFormat},
		"prose":                           {strings.Repeat("dear log\n", 100), edgelog.ErrFormat},
		"csv without a header":            {"1755673200000000000,FRA,a.example\n", edgelog.ErrFormat},
		"a short gzip header":             {"\x1f\x8b", edgelog.ErrDamaged},
		"objects of no dataset":           {strings.Repeat(`{"a":1}`+"\n", 30), edgelog.ErrDataset},
		"one object of no dataset":        {`{"a":1}`, edgelog.ErrDataset},
		"fields of two datasets":          {strings.Repeat(`{"Timestamp":1,"ColoCode":"FRA"}`+"\n", 30), edgelog.ErrDataset},
		"a header of two datasets":        {"Timestamp,ColoCode\n1755673200,FRA\n", edgelog.ErrDataset},
		"gateway http":                    {`{"Datetime":"2025-08-20T07:00:00Z","HTTPHost":"x","SourceIP":"198.51.100.7","Email":"a@example.com"}`, edgelog.ErrNoSite},
		"workers trace events":            {`{"EventTimestampMs":1755673200000,"EventType":"fetch","ScriptName":"x","Outcome":"ok"}`, edgelog.ErrNoSite},
		"access requests":                 {`{"CreatedAt":"2025-08-20T07:00:00Z","AppUUID":"x","IPAddress":"198.51.100.7","Allowed":true}`, edgelog.ErrNoSite},
		"network error reports":           {`{"LastKnownGoodColoCode":"FRA","Phase":"dns","Timestamp":1755673200,"Type":"x","ClientIPASN":1}`, edgelog.ErrNoSite},
		"a csv of a dataset without site": {"Datetime,HTTPHost,URL\n", edgelog.ErrNoSite},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(t, edgelog.NewReader(strings.NewReader(c.file), edgelog.Options{}))
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "198.51") {
				t.Errorf("the error shows an address: %v", err)
			}
		})
	}
}

// What the provider writes as CSV has no header unless the job adds one, and quotes
// texts but not numbers.
func TestCSVWithoutAHeaderIsReadByTheFieldsNamed(t *testing.T) {
	fields, err := edgelog.ParseFields("ClientIP,EdgeStartTimestamp,EdgeColoCode,ClientRequestHost,NewField")
	if err != nil {
		t.Fatal(err)
	}
	row := `"198.51.100.7",1755673200433000200,"FRA","www.acme.example","a, ""b"""` + "\n"
	for name, file := range map[string]string{
		"commas": row + row, "tabs": strings.ReplaceAll(row+row, `,1755673200433000200,"FRA","www.acme.example",`, "\t1755673200433000200\t\"FRA\"\t\"www.acme.example\"\t"),
		"gzip": gz(t, row+row), "a header all the same": "EdgeColoCode,EdgeStartTimestamp,ClientRequestHost\nFRA,1755673200433000200,www.acme.example\n",
		"json all the same": `{"EdgeColoCode":"FRA","EdgeStartTimestamp":1755673200433000200,"ClientRequestHost":"www.acme.example"}`,
	} {
		r := edgelog.NewReader(strings.NewReader(file), edgelog.Options{Fields: fields})
		got, err := readAll(t, r)
		if err != io.EOF || len(got) == 0 || r.Counts().Malformed != 0 || r.Dataset() != edgelog.HTTPRequests {
			t.Errorf("%s: %d records of %s, %d malformed, %v", name, len(got), r.Dataset(), r.Counts().Malformed, err)
			continue
		}
		if first := got[0]; first.Site != "FRA" || first.Time != 1755673200433000200 || first.Host != "www.acme.example" {
			t.Errorf("%s: %v", name, first)
		}
	}
}

func TestFieldsThatAreNotThoseOfTheFileAreAnError(t *testing.T) {
	for _, file := range []string{"1755673200,FRA\n", "1755673200,FRA,a.example,7\n", "prose\n", "\x00\n"} {
		_, err := readAll(t, edgelog.NewReader(strings.NewReader(file), edgelog.Options{Fields: []string{"EdgeStartTimestamp", "EdgeColoCode", "ClientRequestHost"}}))
		if !errors.Is(err, edgelog.ErrFormat) || !strings.Contains(err.Error(), "3 fields are named") {
			t.Errorf("%q: %v", file, err)
		}
	}
	for _, text := range []string{"", ",", "A,,B", "ClientIP;RayID", "ClientIP, RayID", "Nothing,Known", strings.Repeat("ClientIP,", 300) + "RayID"} {
		if names, err := edgelog.ParseFields(text); err == nil {
			t.Errorf("%.40q gives %q", text, names)
		}
	}
}

func TestABoundOnTheWholeFileHolds(t *testing.T) {
	file := strings.Repeat(first+"\n", 10_000)
	r := edgelog.NewReader(strings.NewReader(gz(t, file)), edgelog.Options{MaxBytes: 500_000})
	got, err := readAll(t, r)
	if !errors.Is(err, edgelog.ErrTooLarge) || len(got) != 500_000/(len(first)+1) {
		t.Errorf("%d records, %v", len(got), err)
	}
}

func TestAZstdFrameMayNotTakeAnyMemoryItLikes(t *testing.T) {
	w, err := zstd.NewWriter(nil, zstd.WithWindowSize(64<<20), zstd.WithSingleSegment(false))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w.Reset(&out)
	for range 40_000 {
		if _, err := io.WriteString(w, first+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = readAll(t, edgelog.NewReader(&out, edgelog.Options{}))
	if !errors.Is(err, edgelog.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestReadingResumesWhereItLeftOff(t *testing.T) {
	var json, csv strings.Builder
	csv.WriteString("EdgeStartTimestamp,EdgeColoCode\n")
	for i := range 6000 {
		fmt.Fprintf(&json, `{"EdgeStartTimestamp":%d,"EdgeColoCode":"FRA"}`+"\n", 1755673200+i)
		fmt.Fprintf(&csv, "%d,FRA\n", 1755673200+i)
	}
	for name, file := range map[string]string{"json": json.String(), "csv": csv.String(), "json in gzip": gz(t, json.String())} {
		for _, after := range []int{0, 1, 3, 23} {
			r := edgelog.NewReader(strings.NewReader(file), edgelog.Options{})
			var batch edgelog.Batch
			seen := 0
			for range after {
				if err := r.Next(&batch); err != nil {
					t.Fatal(err)
				}
				seen += len(batch.Records)
			}
			rest, err := readAll(t, edgelog.NewReader(strings.NewReader(file), edgelog.Options{Resume: r.Counts().Offset}))
			if err != io.EOF || seen+len(rest) != 6000 {
				t.Errorf("%s: %d + %d records, %v", name, seen, len(rest), err)
			}
		}
		for _, offset := range []int64{20, 1 << 30} {
			if _, err := readAll(t, edgelog.NewReader(strings.NewReader(file), edgelog.Options{Resume: offset})); !errors.Is(err, edgelog.ErrResume) {
				t.Errorf("%s: offset %d: %v", name, offset, err)
			}
		}
		end := edgelog.Options{Resume: int64(json.Len())}
		if name == "csv" {
			end.Resume = int64(csv.Len())
		}
		if got, err := readAll(t, edgelog.NewReader(strings.NewReader(file), end)); err != io.EOF || len(got) != 0 {
			t.Errorf("%s: at the end: %d records, %v", name, len(got), err)
		}
	}
}

func TestALineOfATimeToComeIsMalformed(t *testing.T) {
	latest := time.Unix(1755673200, 0)
	line := func(at time.Time) string {
		return fmt.Sprintf(`{"EdgeStartTimestamp":%d,"EdgeColoCode":"FRA"}`+"\n", at.UnixNano())
	}
	r := edgelog.NewReader(strings.NewReader(line(latest)+line(latest.Add(1))+line(latest.Add(-1))), edgelog.Options{Latest: latest})
	got, err := readAll(t, r)
	if err != io.EOF || len(got) != 2 || r.Counts().Malformed != 1 || r.Quarantine().Count(edgelog.AheadOfTime) != 1 {
		t.Errorf("%d records, %v, %+v", len(got), err, r.Quarantine().Samples)
	}
}

func TestAFileThatIsCompressedTwiceIsSaidToBe(t *testing.T) {
	for name, file := range map[string]string{"gzip in gzip": gz(t, gz(t, first)), "zstd in gzip": gz(t, zst(t, first)), "gzip in zstd": zst(t, gz(t, first))} {
		_, err := readAll(t, edgelog.NewReader(strings.NewReader(file), edgelog.Options{}))
		if !errors.Is(err, edgelog.ErrFormat) || !strings.Contains(err.Error(), "compressed twice") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
