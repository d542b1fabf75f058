package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"domicile/internal/redisstore/redistest"
)

// replica is a process of the binary that serves a store which others serve too.
type replica struct {
	t       testing.TB
	listen  string
	store   string
	args    []string
	token   string // sent with every operation; may be empty
	process *exec.Cmd
}

func startReplica(t testing.TB, store string, args ...string) *replica {
	t.Helper()
	r := &replica{t: t, listen: "127.0.0.1:" + redistest.FreePort(t), store: store, args: args}
	r.start()
	return r
}

func (r *replica) start() {
	r.t.Helper()
	r.process = exec.Command("domicile-now", append([]string{"serve", "--listen", r.listen}, r.args...)...)
	home := r.t.TempDir()
	r.process.Env = append(os.Environ(), "DOMICILE_STORE="+r.store, "HOME="+home, "XDG_DATA_HOME="+home)
	r.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := r.process.Start(); err != nil {
		r.t.Fatal(err)
	}
	process := r.process
	r.t.Cleanup(func() { end(process) })
	redistest.Await(r.t, "the replica to be ready", func() bool {
		res, err := http.Get("http://" + r.listen + "/readyz")
		if err == nil {
			res.Body.Close()
		}
		return err == nil && res.StatusCode == http.StatusOK
	})
}

// end kills a process.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// reply is what the tests read of an answer.
type reply struct {
	Data struct {
		Customer *struct {
			Name    string
			Check   struct{ Verdict string }
			History struct{ TotalCount int }
		}
		PutSettings *struct {
			Position   *int64
			UserErrors []struct{ Code string }
		}
	}
	Errors     []struct{ Extensions struct{ Code string } }
	Extensions struct{ Position, Stale int64 }
}

func (r reply) code() string {
	if len(r.Errors) > 0 {
		return r.Errors[0].Extensions.Code
	}
	return ""
}

// ask sends an operation, that wants at least a position.
func (r *replica) ask(query string, atLeast int64) reply {
	r.t.Helper()
	answer, err := r.try(query, atLeast)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer
}

func (r *replica) try(query string, atLeast int64) (answer reply, err error) {
	body, err := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{"atLeast": atLeast}})
	if err != nil {
		return answer, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), redistest.Soon)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+r.listen+"/graphql", bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	req.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("%s: %w", text, err)
	}
	return answer, nil
}

const askAcme = `{ customer(id: "acme") { name check(claim: {within: ["EU"], categories: [CONTENT], activities: [PROCESS]}) { verdict } } }`

// rename records settings of acme with a name, under which its content is processed in
// the EU, and returns where answers show them; 0 where it was refused.
func (r *replica) rename(name string) (position int64, code string) {
	r.t.Helper()
	answer := r.ask(renaming(name), 0)
	if p := answer.Data.PutSettings; p != nil && p.Position != nil {
		return *p.Position, ""
	}
	return 0, answer.code()
}

func renaming(name string) string {
	return fmt.Sprintf(`mutation { putSettings(input: {settings: {customer: "acme", name: %q, effective: "2026-01-01", products: ["cdn"],
		zones: [{name: "acme.example", secondaryDns: false, certificates: [], hostnames: [{name: "www.acme.example", processingRegion: "eu"}]}]}}) { position userErrors { code } } }`, name)
}

func TestWhatOneReplicaRecordsEveryOtherAnswers(t *testing.T) {
	redis := redistest.Start(t)
	a, b := startReplica(t, redis.Address()), startReplica(t, redis.Address())
	for i := range 30 {
		from, to := a, b
		if i%2 == 1 {
			from, to = b, a
		}
		name := "Acme " + strconv.Itoa(i)
		position, code := from.rename(name)
		if position == 0 {
			t.Fatalf("not recorded: %s", code)
		}
		answer := to.ask(askAcme, position)
		if c := answer.Data.Customer; c == nil || c.Name != name || answer.Extensions.Position < position || c.Check.Verdict != "HOLDS" {
			t.Fatalf("%s at position %d: %+v", name, position, answer)
		}
	}
	if answer := a.ask(askAcme, 1<<50); answer.code() != "UNAVAILABLE" {
		t.Errorf("a position that nobody reached: %+v", answer)
	}
}
