package main

import (
	"fmt"
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
	const rounds = 6
	var tokens []string
	for i := range 2*rounds + 1 {
		tokens = append(tokens, tokenAt(t, redis.Address(), data, fmt.Sprint("token", i)))
	}
	limits := []string{"--data", data, "--rate", "1", "--burst", "1"}
	a, b := startReplica(t, redis.Address(), limits...), startReplica(t, redis.Address(), limits...)

	// A replica that waits too long for the store counts by itself for a while, and what it
	// reserved and did not use in time is lost. Where the machine is that busy, others ask.
	alone := 0
	for i := range rounds {
		alone = admitted(t, tokens[2*i], a)
		if alone < 3 || alone > 100 {
			t.Fatalf("one replica admitted %d operations", alone)
		}
		more := admitted(t, tokens[2*i], b)
		// What one of them has reserved and not used may be refused by the other.
		together := admitted(t, tokens[2*i+1], a, b)
		if more == 0 && together <= alone && together >= alone-2 {
			break
		}
		if i == rounds-1 {
			t.Errorf("one replica admitted %d, another %d more, two together %d", alone, more, together)
		}
	}

	last := admittedOnce(t, tokens[2*rounds], a) // its token is known before the store goes
	redis.Kill()
	if n := admitted(t, last, a); n < 1 || n > 2*alone {
		t.Errorf("without the store a replica admitted %d, with it %d", n, alone)
	}
}
