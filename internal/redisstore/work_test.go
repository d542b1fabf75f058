package redisstore_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

func TestNothingOfSettledWorkStaysForLong(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), redisstore.Options{})
	ids := make([]string, 1234)
	for i := range ids {
		ids[i] = fmt.Sprint("file-", i)
	}
	if _, err := s.OfferWork(t.Context(), "q", ids, true); err != nil {
		t.Fatal(err)
	}
	for range ids {
		w, err := s.TakeWork(t.Context(), "q", "w", time.Hour, 0)
		if err != nil || w == nil {
			t.Fatal(w, err)
		}
		if err := s.SettleWork(t.Context(), "q", w, atlas.WorkState{Status: atlas.WorkDone, Note: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	keys := 0
	for _, key := range server.Do("KEYS", "*work*").([]any) {
		keys++
		left := server.Do("PTTL", key).(int64)
		if most := int64(7 * 24 * time.Hour / time.Millisecond); left <= 0 || left > most {
			t.Errorf("%s stays for %d ms", key, left)
		}
		if !strings.HasPrefix(key.(string), "{domicile}:") {
			t.Errorf("%s is in another slot than the log", key)
		}
	}
	if n := server.Do("XLEN", "{domicile}:work:q"); n != int64(0) || keys != 1235 {
		t.Errorf("%d entries in the stream, %d keys", n, keys)
	}
}

func TestQueuedWorkThatTheStoreLostIsQueuedAgain(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), redisstore.Options{})
	if _, err := s.OfferWork(t.Context(), "q", []string{"a", "b"}, true); err != nil {
		t.Fatal(err)
	}
	server.Do("DEL", "{domicile}:work:q")
	if w, err := s.TakeWork(t.Context(), "q", "w", time.Hour, 0); w != nil || err != nil {
		t.Fatalf("%+v, %v: want nothing of a queue that is gone", w, err)
	}
	if _, err := s.OfferWork(t.Context(), "q", []string{"a", "b"}, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a", "b"} {
		if w, err := s.TakeWork(t.Context(), "q", "w", time.Hour, 0); err != nil || w == nil || w.ID != want {
			t.Errorf("%+v, %v; want %s", w, err, want)
		}
	}
}

func TestWorkNeedsNoMoreRightsThanTheREADMEGives(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Do("ACL", "SETUSER", "app", "on", ">secret", "~{domicile}:*", "~domicile:*", "+@read", "+@write", "+evalsha", "+eval", "+time", "+wait",
		"+ping", "+hello", "+select", "+cluster|slots", "+command", "-@dangerous", "+info")
	s := openAt(t, "redis://app:secret@127.0.0.1:"+server.Port, redisstore.Options{})
	if _, err := s.OfferWork(t.Context(), "q", []string{"a"}, true); err != nil {
		t.Fatal(err)
	}
	w, err := s.TakeWork(t.Context(), "q", "w", time.Hour, 0)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := s.KeepWork(t.Context(), "q", "w", w); err != nil || !kept {
		t.Fatal(kept, err)
	}
	if err := s.ReturnWork(t.Context(), "q", "w", w); err != nil {
		t.Fatal(err)
	}
}
