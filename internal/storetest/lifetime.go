package storetest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/atlas"
)

var lifetimeCases = []testCase{
	{"an open store answers a ping", func(t *testing.T, s atlas.Store) {
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	}},
	{"a cancelled context ends every call and writes nothing", func(t *testing.T, s atlas.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		endsEveryCall(t, s, ctx, context.Canceled)
	}},
	{"a deadline in the past ends every call and writes nothing", func(t *testing.T, s atlas.Store) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancel()
		endsEveryCall(t, s, ctx, context.DeadlineExceeded)
	}},
	{"a batch that is cancelled while it runs is written whole or not at all", cancelledWhileRunning},
	{"a closed store says so", func(t *testing.T, s atlas.Store) {
		fill(t, s, "acme")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for name, call := range calls(s) {
			if err := call(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
				t.Errorf("%s: error = %v, want one that says closed", name, err)
			}
		}
	}},
	{"closing twice is harmless", func(t *testing.T, s atlas.Store) {
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}},
	{"closing while others call breaks nothing", func(t *testing.T, s atlas.Store) {
		var wg sync.WaitGroup
		for _, call := range calls(s) {
			wg.Go(func() {
				for call(t.Context()) == nil {
				}
			})
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
	}},
}

func endsEveryCall(t *testing.T, s atlas.Store, ctx context.Context, want error) {
	fill(t, s, "acme")
	for name, call := range calls(s) {
		if err := call(ctx); !errors.Is(err, want) {
			t.Errorf("%s: error = %v, want %v", name, err, want)
		}
	}
	same(t, "number of versions", len(versionsOf(t, s, "acme")), 1)
}

func cancelledWhileRunning(t *testing.T, s atlas.Store) {
	writes := make([]atlas.Write, 2000)
	for i, id := range numbered(len(writes)) {
		writes[i] = write(id, atlas.AnyVersion, "")
	}
	cancelled, written := 0, 0
	for round := 0; cancelled < 5 && round < 40; round++ {
		for i := range writes {
			writes[i].Settings = []byte(strings.Repeat("x", round+1))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round%8+1)*time.Millisecond)
		_, err := s.Append(ctx, noon, writes)
		cancel()
		switch {
		case err == nil:
			written++
		case errors.Is(err, context.DeadlineExceeded):
			cancelled++
		default:
			t.Fatal(err)
		}
		if n := len(changesOf(t, s, 0, anyNumber)); n%len(writes) != 0 || n < written*len(writes) {
			t.Fatalf("after %d batches written and %d cancelled there are %d changes", written, cancelled, n)
		}
	}
}
