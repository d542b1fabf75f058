package main

import (
	"os/exec"
	"strings"
	"testing"

	"domicile/internal/redisstore/redistest"
)

// dearQuery costs a caller a good part of what may be saved up.
const dearQuery = `{ customers(first: 20) { nodes { promises { verdict result { counterexamples(first: 5) { nodes { scope { name } } } } } } } }`

// tokenAt makes an API token in a store, under the key of a directory.
func tokenAt(t *testing.T, store, data, name string) string {
	t.Helper()
	out, err := exec.Command("domicile-now", "token", "create", "--name", name, "--role", "PRIVACY", "--store", store, "--data", data).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// admitted counts the operations that replicas let through, asked in turn, until each
// of them says that too much was asked.
func admitted(t *testing.T, token string, replicas ...*replica) (n int) {
	t.Helper()
	const most = 500
	for refused := 0; refused < len(replicas) && n < most; {
		refused = 0
		for _, r := range replicas {
			r.token = token
			switch code := r.ask(dearQuery, 0).code(); code {
			case "":
				n++
			case "RATE_LIMITED":
				refused++
			default:
				t.Fatalf("refused as %s", code)
			}
		}
	}
	return n
}

// admittedOnce asks once, so that a replica knows a token, and returns the token.
func admittedOnce(t *testing.T, token string, r *replica) string {
	t.Helper()
	r.token = token
	if code := r.ask(`{ claims { id } }`, 0).code(); code != "" {
		t.Fatalf("refused as %s", code)
	}
	return token
}

// What one caller may spend does not grow with the number of replicas, and when their
// store is away each replica still bounds what is spent there.
func TestReplicasCountTogetherWhatACallerSpends(t *testing.T) {
	redis, data := redistest.Start(t), t.TempDir()
	first, second, third := tokenAt(t, redis.Address(), data, "first"), tokenAt(t, redis.Address(), data, "second"), tokenAt(t, redis.Address(), data, "third")
	limits := []string{"--data", data, "--rate", "1", "--burst", "1"}
	a, b := startReplica(t, redis.Address(), limits...), startReplica(t, redis.Address(), limits...)

	alone := admitted(t, first, a)
	if alone < 3 || alone > 100 {
		t.Fatalf("one replica admitted %d operations", alone)
	}
	if n := admitted(t, first, b); n != 0 {
		t.Errorf("another replica admitted %d more after %d", n, alone)
	}
	// What one of them has reserved and not used may be refused by the other.
	if together := admitted(t, second, a, b); together > alone || together < alone-2 {
		t.Errorf("two replicas admitted %d, one %d", together, alone)
	}

	third = admittedOnce(t, third, a) // its token is known before the store goes
	redis.Kill()
	if n := admitted(t, third, a); n < 1 || n > alone+1 { // nothing of its own bucket is reserved and unused
		t.Errorf("without the store a replica admitted %d, with it %d", n, alone)
	}
}
