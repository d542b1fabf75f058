package edgelog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"domicile/internal/edgelog/inflate"
)

// source gives the decompressed bytes of a file.
type source interface {
	// fill appends bytes to b[:n] within len(b) and returns how many. At the end it
	// returns io.EOF, possibly with the last bytes; any other error means that the
	// compressed bytes are corrupt or broke off. What precedes b[n] is what was given
	// before, at least the last window bytes of it.
	fill(b []byte, n int) (int, error)
}

// window is how many of the bytes given before a source may look back at.
const window = inflate.MaxDistance

// input is the caller's reader. It remembers an error of its own, to tell a failing
// disk from a corrupt file.
type input struct {
	from io.Reader
	err  error
}

func (in *input) Read(b []byte) (int, error) {
	n, err := in.from.Read(b)
	if err != nil && err != io.EOF {
		in.err = err
	}
	return n, err
}

// inputBuffer is the size of the buffer of compressed bytes.
const inputBuffer = 64 << 10

// magics of compressions that are not read.
var foreign = []struct{ magic, name string }{
	{"BZh", "bzip2"}, {"\xfd7zXZ\x00", "xz"}, {"PK\x03\x04", "zip"}, {"\x04\x22\x4d\x18", "lz4"},
}

// open tells the compression by its magic bytes.
func open(in *input, options Options) (source, error) {
	buffered := bufio.NewReaderSize(in, inputBuffer)
	head, err := buffered.Peek(6)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzipFile{inflate.NewReader(buffered)}, nil
	case isZstd(head):
		return openZstd(buffered, options)
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return nil, fmt.Errorf("%s: %w: give the file plain, or compressed by gzip or zstd", f.name, ErrFormat)
		}
	}
	return stream{buffered}, nil
}

// isZstd knows a frame, and the skippable frames that may precede one.
func isZstd(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")) {
		return true
	}
	return len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18"
}

func openZstd(r io.Reader, options Options) (source, error) {
	z, err := zstd.NewReader(r,
		zstd.WithDecoderConcurrency(1), // decodes in the caller's goroutine and needs no closing
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(options.MaxWindow),
		zstd.WithDecoderMaxMemory(options.MaxWindow),
	)
	if err != nil {
		return nil, err
	}
	return zstdStream{stream{z}}, nil
}

// zstdStream tells a frame that asks for too much memory from a corrupt one.
type zstdStream struct{ stream }

func (s zstdStream) fill(b []byte, n int) (int, error) {
	got, err := s.stream.fill(b, n)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = fmt.Errorf("%w: its zstd frames need more memory than Options.MaxWindow", ErrTooLarge)
	}
	return got, err
}

// gzipFile decodes straight into the buffer.
type gzipFile struct{ from *inflate.Reader }

func (g gzipFile) fill(b []byte, n int) (int, error) { return g.from.Fill(b, n) }

// stream is a source that looks back at nothing.
type stream struct{ from io.Reader }

func (s stream) fill(b []byte, n int) (int, error) {
	for range 100 {
		if got, err := s.from.Read(b[n:]); got > 0 || err != nil {
			return got, err
		}
	}
	return 0, io.ErrNoProgress
}
