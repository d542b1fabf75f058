package edgelog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/edgelog"
)

// readAll reads a file to its end.
func readAll(t testing.TB, r *edgelog.Reader) (out []reading, err error) {
	t.Helper()
	var batch edgelog.Batch
	for {
		if err := r.Next(&batch); err != nil {
			if len(batch.Records) != 0 {
				t.Fatalf("%d records beside the error %v", len(batch.Records), err)
			}
			lines := 0
			for i := range out {
				if out[i].Flags&edgelog.Merged == 0 {
					lines++
				}
			}
			checkCounts(t, r, lines)
			return out, err
		}
		for i := range batch.Records {
			out = append(out, readingOf(&batch.Records[i]))
		}
	}
}

func checkCounts(t testing.TB, r *edgelog.Reader, records int) {
	t.Helper()
	c := r.Counts()
	if sum := c.Accepted + c.Malformed + c.TooLong + c.Blank + c.Headers; sum != c.Lines {
		t.Fatalf("counts add up to %d of %d lines: %+v", sum, c.Lines, c)
	}
	if int(c.Accepted) != records {
		t.Fatalf("%d accepted, %d records", c.Accepted, records)
	}
	var bad uint64
	for why := edgelog.BadSyntax; why <= edgelog.TooMany; why++ {
		bad += r.Quarantine().Count(why)
	}
	if bad != c.Malformed {
		t.Fatalf("quarantine counts %d of %d malformed lines", bad, c.Malformed)
	}
}

var httpOnly = edgelog.Options{Dataset: edgelog.HTTPRequests}

// compare reads one line, alone and then again in the learnt shape, and compares it
// with the reference.
func compare(t testing.TB, line []byte) {
	t.Helper()
	want, ok := reference(line)
	file := bytes.Join([][]byte{line, line, line}, []byte("\n"))
	got, err := readAll(t, edgelog.NewReader(bytes.NewReader(file), httpOnly))
	if !ok {
		if len(got) != 0 {
			t.Fatalf("accepted what the reference refuses: %q", line)
		}
		return
	}
	if len(got) != 3 || err != io.EOF {
		t.Fatalf("%d of 3 lines, %v, of what the reference accepts: %q", len(got), err, line)
	}
	for _, g := range got {
		if diff := cmp.Diff(want, g); diff != "" {
			t.Fatalf("%q (-reference +reader):\n%s", line, diff)
		}
	}
}

var nastyLines = []string{
	`{"EdgeStartTimestamp":1755673200123456789,"EdgeColoCode":"FRA","ClientIP":"203.0.113.9","ClientRequestHost":"WWW.Acme.Example"}`,
	`{"EdgeStartTimestamp":"1755673200123456789","EdgeColoCode":"fra07"}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeResponseStatus":"200","UpperTierColoID":"17","SmartRouteColoID":4}`,
	`{"EdgeStartTimestamp":"2025-08-20T07:00:00Z","EdgeColoCode":""}`,
	`{"EdgeStartTimestamp":"2025-08-20T07:00:00.123456789+02:00"}`,
	`{"EdgeStartTimestamp":"2025-08-20T07:00:60Z"}`, `{"EdgeStartTimestamp":"2025-02-29T07:00:00Z"}`, `{"EdgeStartTimestamp":"2024-02-29T07:00:00Z"}`,
	`{"EdgeStartTimestamp":1755673200.5}`, `{"EdgeStartTimestamp":1.7556732e9}`, `{"EdgeStartTimestamp":-5}`, `{"EdgeStartTimestamp":true}`,
	`{"EdgeStartTimestamp":null,"EdgeEndTimestamp":1755673200}`, `{}`, `{"EdgeColoCode":"FRA"}`, ` { } `, `null`, `[]`, `"x"`, `{`, `}`, `{,}`,
	"{\t\"EdgeStartTimestamp\" : 1755673200 , \"EdgeColoCode\" : \"AMS\" } \r",
	`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"\u0046\u0052A","ClientRequestHost":"a\/b","ClientRequestPath":"\\\"\n"}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeColo\u0043ode":"FRA"}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","EdgeColoCode":"AMS"}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","EdgeColoCode":null}`,
	`{"EdgeStartTimestamp":1755673200,"edgecolocode":"FRA"}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"10.0.0.1"}`, `{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"16777217"}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":5}`, `{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"TOOLONGCODE"}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":["FRA"]}`, `{"EdgeStartTimestamp":1755673200,"EdgeResponseStatus":1000}`,
	`{"EdgeStartTimestamp":1755673200,"EdgeResponseStatus":2e2}`, `{"EdgeStartTimestamp":1755673200,"UpperTierColoID":2147483648}`,
	`{"EdgeStartTimestamp":1755673200,"UpperTierColoID":-1}`, `{"EdgeStartTimestamp":1755673200,"CacheTieredFill":"TRUE","WorkerSubrequest":true}`,
	`{"EdgeStartTimestamp":1755673200,"CacheTieredFill":1}`, `{"EdgeStartTimestamp":1755673200,"CacheTieredFill":"yes"}`,
	`{"EdgeStartTimestamp":1755673200,"ClientIP":"::ffff:203.0.113.9","OriginIP":"2001:db8::1"}`,
	`{"EdgeStartTimestamp":1755673200,"ClientIP":"fe80::1%eth0"}`, `{"EdgeStartTimestamp":1755673200,"ClientIP":"203.0.113.09"}`,
	`{"EdgeStartTimestamp":1755673200,"ClientRequestHost":"a.example.:8443"}`, `{"EdgeStartTimestamp":1755673200,"ClientRequestHost":"[2001:db8::1]:443"}`,
	`{"EdgeStartTimestamp":1755673200,"ClientRequestHost":"b\u00fccher.example"}`, "{\"EdgeStartTimestamp\":1755673200,\"ClientRequestHost\":\"\xff.example\"}",
	`{"EdgeStartTimestamp":1755673200,"ClientRequestHost":"\ud83d\ude00"}`, `{"EdgeStartTimestamp":1755673200,"ClientRequestHost":"\ud83d"}`,
	`{"EdgeStartTimestamp":1755673200,"ClientRequestProtocol":"HTTP/3","ClientSSLProtocol":"none","ParentRayID":"00"}`,
	`{"EdgeStartTimestamp":1755673200,"ClientRequestProtocol":"http\u000f3","ClientRequestSource":"edgeWorkerFetch"}`,
	`{"EdgeStartTimestamp":1755673200,"JA4Signals":{"a":[1,{"b":null}],"c":{}},"Cookies":{},"BotTags":[],"X":[[],[{}]]}`,
	`{"EdgeStartTimestamp":1755673200,"Cookies":{"a":1,}}`, `{"EdgeStartTimestamp":1755673200,"Cookies":[1,]}`, `{"EdgeStartTimestamp":1755673200,"Cookies":[}`,
	`{"EdgeStartTimestamp":1755673200,"Cookies":{"a"}}`, `{"EdgeStartTimestamp":1755673200,"Cookies":{1:2}}`,
	`{"EdgeStartTimestamp":1755673200,"a":01}`, `{"EdgeStartTimestamp":1755673200,"a":-}`, `{"EdgeStartTimestamp":1755673200,"a":1.}`, `{"EdgeStartTimestamp":1755673200,"a":1e}`,
	`{"EdgeStartTimestamp":1755673200,"a":-0.5e+10}`, `{"EdgeStartTimestamp":1755673200,"a":tru}`, `{"EdgeStartTimestamp":1755673200,"a":nullx}`,
	`{"EdgeStartTimestamp":1755673200,"a":"\x"}`, `{"EdgeStartTimestamp":1755673200,"a":"\u12g4"}`, "{\"EdgeStartTimestamp\":1755673200,\"a\":\"\x01\"}",
	`{"EdgeStartTimestamp":1755673200,"a":"unterminated}`, `{"EdgeStartTimestamp":1755673200,"a":"\`, `{"EdgeStartTimestamp":1755673200}{}`, `{"EdgeStartTimestamp":1755673200} x`,
	`{"EdgeStartTimestamp":1755673200,"a":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`,
	`{"EdgeStartTimestamp":1755673200,"a":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`,
	`{"EdgeStartTimestamp":1755673200,"a":` + strings.Repeat(`{"k":`, 63) + "1" + strings.Repeat("}", 63) + `}`,
}

func TestLinesReadAsTheReferenceReadsThem(t *testing.T) {
	for _, line := range nastyLines {
		compare(t, []byte(line))
	}
}

func TestMutatedLinesReadAsTheReferenceReadsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for range 5_000 {
		compare(t, mutate(random, randomLine(random)))
	}
}

// TestShapesChangeFromLineToLine reads lines of different shapes in one file: what
// one line taught must not leak into the next.
func TestShapesChangeFromLineToLine(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for range 150 {
		var file bytes.Buffer
		var want []reading
		line := randomLine(random)
		for range 40 {
			switch random.IntN(4) {
			case 0:
				line = randomLine(random)
			case 1:
				line = mutate(random, line)
			}
			file.Write(line)
			file.WriteByte('\n')
			if r, ok := reference(line); ok {
				want = append(want, r)
			}
		}
		got, err := readAll(t, edgelog.NewReader(&file, httpOnly))
		if err != io.EOF && !errors.Is(err, edgelog.ErrFormat) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" && err == io.EOF {
			t.Fatalf("(-reference +reader):\n%s", diff)
		}
	}
}

// randomLine is an object of some known and unknown fields with plausible and
// implausible values.
func randomLine(random *rand.Rand) []byte {
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	fields := [][2]string{
		{"EdgeStartTimestamp", pick("1755673200123456789", "1755673200", `"2025-08-20T07:00:00.5Z"`, `"1755673200"`, "17556732001234")},
		{"EdgeColoCode", pick(`"FRA"`, `"ams"`, `"CDG03"`, `""`, "null")},
		{"ClientIP", pick(`"198.51.100.7"`, `"2001:db8:1::5"`, `"::"`, `""`, `"256.1.1.1"`)},
		{"ClientRequestHost", pick(`"Shop.Acme.example"`, `"acme.example:443"`, `"x\u0041.example"`, `"é.example"`)},
		{"EdgeResponseStatus", pick("200", "0", `"404"`, "null")},
		{"CacheTieredFill", pick("true", "false", `"true"`)},
		{"ParentRayID", pick(`"00"`, `"8f2a"`, `""`)},
		{"UpperTierColoID", pick("0", "43", `"12"`)},
		{"ClientRequestPath", pick(`"/a?b=\"c\""`, `"/"`, `"/`+strings.Repeat("x", random.IntN(40))+`"`)},
		{"JA4Signals", pick("{}", `{"a":[1,2.5e3,{"b":"}"}]}`, "[]", `["]"]`)},
		{"ClientRequestProtocol", pick(`"HTTP/2"`, `"HTTP/3"`, `"http/3"`)},
		{fmt.Sprint("Field", random.IntN(99)), pick("1", "-0.1", `"v"`, "true", "null")},
	}
	random.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	gap := pick("", "", "", " ", "\t ")
	var out bytes.Buffer
	out.WriteString("{")
	for i, f := range fields[:1+random.IntN(len(fields))] {
		if i > 0 {
			out.WriteString("," + gap)
		}
		fmt.Fprintf(&out, "%q:%s%s", f[0], gap, f[1])
	}
	out.WriteString("}" + pick("", "", "\r", " "))
	return out.Bytes()
}

// mutate changes some bytes, but makes no newline.
func mutate(random *rand.Rand, line []byte) []byte {
	line = bytes.Clone(line)
	for range random.IntN(3) {
		i := random.IntN(len(line))
		switch random.IntN(4) {
		case 0:
			line[i] = `"\{}[],:0 eu-.x`[random.IntN(15)]
		case 1:
			line = append(line[:i], line[i+1:]...)
		case 2:
			line = append(line[:i], append([]byte{`"\{}[],:1 t`[random.IntN(11)]}, line[i:]...)...)
		case 3:
			if line[i] = byte(random.Uint32()); line[i] == '\n' {
				line[i] = 0
			}
		}
		if len(line) == 0 {
			return []byte("{")
		}
	}
	return line
}
