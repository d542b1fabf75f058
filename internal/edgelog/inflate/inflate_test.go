package inflate_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"domicile/internal/edgelog/inflate"
)

// decode reads all of r through a buffer of a size, keeping as little as allowed.
func decode(r io.Reader, size int) (out []byte, err error) {
	z := inflate.NewReader(r)
	b := make([]byte, size)
	n := 0
	for {
		if len(b)-n < inflate.MinRoom {
			n = copy(b, b[n-min(n, inflate.MaxDistance):n])
		}
		got, err := z.Fill(b, n)
		out = append(out, b[n:n+got]...)
		n += got
		if err != nil {
			return out, err
		}
		if got == 0 {
			return out, io.ErrNoProgress
		}
	}
}

func pack(t testing.TB, level int, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func samples() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 150_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	few := make([]byte, 100_000)
	for i := range few {
		few[i] = "ab\n"[random.IntN(3)]
	}
	skewed := make([]byte, 100_000) // needs the longest codes
	for i := range skewed {
		skewed[i] = byte(min(random.ExpFloat64()*9, 255))
	}
	mixed := bytes.Join([][]byte{few[:70_000], noise[:70_000], skewed[:70_000], few}, nil)
	return map[string][]byte{
		"empty": nil, "one byte": {7}, "noise": noise, "few letters": few, "skewed": skewed, "mixed": mixed,
		"zeros": make([]byte, 200_000), "pattern": bytes.Repeat([]byte("abcdefg"), 20_000), "long pattern": bytes.Repeat(noise[:33_000], 5),
	}
}

func TestWhatGzipPacksIsUnpacked(t *testing.T) {
	for name, data := range samples() {
		for _, level := range []int{gzip.NoCompression, gzip.BestSpeed, gzip.DefaultCompression, gzip.BestCompression, gzip.HuffmanOnly} {
			file := pack(t, level, data)
			for _, size := range []int{inflate.MaxDistance + inflate.MinRoom, 100_000, 1 << 20} {
				got, err := decode(bytes.NewReader(file), size)
				if err != io.EOF || !bytes.Equal(got, data) {
					t.Errorf("%s, level %d, buffer %d: %d of %d bytes, %v", name, level, size, len(got), len(data), err)
				}
			}
		}
		got, err := decode(iotest.OneByteReader(bytes.NewReader(pack(t, 6, data))), 100_000)
		if err != io.EOF || !bytes.Equal(got, data) {
			t.Errorf("%s, byte by byte: %d of %d bytes, %v", name, len(got), len(data), err)
		}
	}
}

func TestMembersFollowEachOther(t *testing.T) {
	data := samples()["mixed"]
	one := pack(t, 6, data)
	for name, c := range map[string]struct {
		file []byte
		want error
		n    int
	}{
		"three":            {bytes.Repeat(one, 3), io.EOF, 3},
		"padded":           {append(bytes.Clone(one), make([]byte, 1000)...), io.EOF, 1},
		"empty ones":       {bytes.Repeat(pack(t, 6, nil), 5), io.EOF, 0},
		"garbage behind":   {append(bytes.Clone(one), "garbage of more than ten bytes"...), inflate.ErrCorrupt, 1},
		"padding, garbage": {append(bytes.Clone(one), 0, 0, 7), inflate.ErrCorrupt, 1},
		"nothing":          {nil, io.EOF, 0},
	} {
		got, err := decode(bytes.NewReader(c.file), 200_000)
		if !errors.Is(err, c.want) || len(got) != c.n*len(data) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

func TestAMemberDoesNotReachIntoTheOneBefore(t *testing.T) {
	first := pack(t, 6, []byte("what the first member holds"))
	var raw bytes.Buffer
	w, err := flate.NewWriterDict(&raw, 9, []byte("what the first member holds"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "what the first member holds"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := append(bytes.Clone(first), first[:10]...)
	file = append(append(file, raw.Bytes()...), first[len(first)-8:]...)
	if _, err := decode(bytes.NewReader(file), 100_000); !errors.Is(err, inflate.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestEveryCutGivesABeginning(t *testing.T) {
	data := []byte(strings.Repeat("the quick brown fox, ", 30) + "jumps")
	for _, level := range []int{0, 1, 9, gzip.HuffmanOnly} {
		file := pack(t, level, data)
		for cut := 1; cut < len(file); cut++ {
			got, err := decode(bytes.NewReader(file[:cut]), 100_000)
			if !errors.Is(err, inflate.ErrTruncated) || !bytes.HasPrefix(data, got) {
				t.Fatalf("level %d, cut at %d: %q, %v", level, cut, got, err)
			}
		}
	}
}

func TestAFailingReaderIsNotACorruptFile(t *testing.T) {
	broken := errors.New("disk on fire")
	file := pack(t, 6, samples()["mixed"])
	_, err := decode(io.MultiReader(bytes.NewReader(file[:len(file)/2]), iotest.ErrReader(broken)), 100_000)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// FuzzReader: the same bytes as compress/gzip gives, accepted and refused alike.
func FuzzReader(f *testing.F) {
	for _, data := range samples() {
		for _, level := range []int{0, 1, 6, gzip.HuffmanOnly} {
			f.Add(pack(f, level, data[:min(len(data), 900)]))
		}
	}
	f.Add([]byte("\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\x03\x02\x00ab\x00n\x00c\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		want, wantErr := reference(file)
		got, err := decode(bytes.NewReader(file), 40_000)
		if len(want) > 4<<20 {
			return
		}
		if (wantErr == nil) != (err == io.EOF) {
			t.Fatalf("%v, the reference says %v", err, wantErr)
		}
		if wantErr == nil && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes differ from the %d of the reference", len(got), len(want))
		}
		if common := min(len(got), len(want)); !bytes.Equal(got[:common], want[:common]) {
			t.Fatal("the bytes before the damage differ")
		}
	})
}

// reference decodes with compress/gzip, and knows padding.
func reference(file []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []byte
	in := bytes.NewReader(file)
	if err := z.Reset(in); err != nil {
		return nil, err
	}
	for {
		z.Multistream(false)
		part, err := io.ReadAll(z)
		if out = append(out, part...); err != nil {
			return out, err
		}
		rest := file[len(file)-in.Len():]
		if len(bytes.Trim(rest, "\x00")) == 0 {
			return out, nil
		}
		if err := z.Reset(in); err != nil {
			return out, err
		}
	}
}

func BenchmarkInflate(b *testing.B) {
	data := bytes.Join([][]byte{samples()["few letters"], bytes.Repeat(samples()["noise"][:2000], 300)}, nil)
	file := pack(b, 6, data)
	b.Run("this", func(b *testing.B) {
		buffer := make([]byte, 256<<10)
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			z := inflate.NewReader(bytes.NewReader(file))
			for n := 0; ; {
				if len(buffer)-n < inflate.MinRoom {
					n = copy(buffer, buffer[n-inflate.MaxDistance:n])
				}
				got, err := z.Fill(buffer, n)
				if n += got; err != nil {
					break
				}
			}
		}
	})
	b.Run("compress/gzip", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			z, err := gzip.NewReader(bytes.NewReader(file))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, z); err != nil {
				b.Fatal(err)
			}
		}
	})
}
