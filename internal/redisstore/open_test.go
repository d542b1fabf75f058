package redisstore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/ledger"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

const secret = "s3cr3t-passw0rd"

// The commands that a user of the store needs, as the package's README lists
// them.
var aclUser = []any{
	"ACL", "SETUSER", "domicile", "on", ">" + secret, "~{domicile}:*", "~domicile:*",
	"+@read", "+@write", "+evalsha", "+eval", "+time", "+wait", "+ping", "+hello", "+select", "+cluster|slots", "+command",
	"-@dangerous", "+info",
}

func TestAUserWithTheDocumentedRightsCanDoEverything(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Do(aclUser...)
	address := strings.Replace(server.Address(), "://", "://domicile:"+secret+"@", 1)
	s := openAt(t, address, hasty)
	works(t, "with rights", s)
	keeps(t, s)
	if _, err := s.Recover(t.Context(), 0); err != nil {
		t.Error(err)
	}
	if d, err := s.Durability(t.Context()); err != nil || !d.AppendOnly || d.Fsync != "" {
		t.Errorf("durability = %+v, %v; want what the user may see", d, err)
	}
	t.Run("on a cluster too", func(t *testing.T) {
		c := redistest.StartCluster(t)
		for _, node := range c.All() {
			node.Do(aclUser...)
		}
		s := openAt(t, strings.Replace(c.Address(), "://", "://domicile:"+secret+"@", 1), redisstore.Options{})
		works(t, "with rights", s)
		keeps(t, s)
		if d, err := s.Durability(t.Context()); err != nil || d.Replicas != 1 {
			t.Errorf("durability = %+v, %v; want one replica", d, err)
		}
	})
}

func TestOpenRefusesAndNamesTheFix(t *testing.T) {
	t.Parallel()
	open, locked := redistest.Start(t), redistest.Start(t, "--requirepass", secret)
	evicting := redistest.Start(t, "--maxmemory-policy", "allkeys-lru")
	member := redistest.Start(t, "--cluster-enabled", "yes", "--cluster-port", redistest.FreePort(t))
	limited := redistest.Start(t)
	limited.Do("ACL", "SETUSER", "limited", "on", ">"+secret, "~other:*", "+@all")
	with := func(s *redistest.Server, login string) string {
		return strings.Replace(s.Address(), "://", "://"+login+"@", 1)
	}
	taken := func() string {
		open.Do("SET", "{taken}:meta", "somebody else's")
		return open.Address() + "?prefix=taken"
	}
	damaged := func() string {
		open.Do("HSET", "{damaged}:heads", "acme", "x")
		return open.Address() + "?prefix=damaged"
	}
	newer := func() string {
		open.Do("HSET", "{newer}:meta", "id", "x", "format", "99")
		return open.Address() + "?prefix=newer"
	}
	tests := []struct {
		name, address, text string
	}{
		{"a server that wants a password", locked.Address(), "the server wants a user and password: write user:password@"},
		{"a wrong password", with(locked, ":wrong-"+secret), "check the user and the password in the address"},
		{"a user that does not exist", with(open, "nobody:"+secret), "check the user and the password in the address"},
		{"a user without rights", with(limited, "limited:"+secret), "let the address hold a user that may do this"},
		{"a server that evicts", evicting.Address(), "set maxmemory-policy noeviction"},
		{"a member of a cluster", member.Address(), "the server is part of a cluster: begin with redis+cluster"},
		{"a single server as a cluster", strings.Replace(open.Address(), "redis:", "redis+cluster:", 1), "begin with redis"},
		{"a database that does not exist", open.Address() + "/99", "a database that the server has"},
		{"keys of another program", taken(), "another program uses the same keys: name another prefix"},
		{"a store that lost its identity", damaged(), "restore the servers from their backup"},
		{"a store of a newer version", newer(), "it has format 99 and this program knows up to 1: use the version of domicile that wrote it"},
		{"a certificate authority that is not there", strings.Replace(open.Address(), "redis:", "rediss:", 1) + "?ca=nowhere.pem", "nowhere.pem"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := redisstore.Open(t.Context(), test.address, hasty)
			says(t, "open", err, test.text, false)
			if s != nil || err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("store %v, error %v; want no store and no password", s, err)
			}
		})
	}
}

// certificates makes an authority and a certificate for this machine, and
// returns their files.
func certificates(t *testing.T) (ca, cert, key string) {
	t.Helper()
	template := func(serial int64, authority bool) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: authority, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		}
	}
	authority, server := template(1, true), template(2, false)
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.CreateCertificate(rand.Reader, server, authority, &serverKey.PublicKey, authorityKey)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(serverKey)
	if err != nil {
		t.Fatal(err)
	}
	file := func(kind string, data []byte) string {
		return writeFile(t, "file.pem", pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
	}
	return file("CERTIFICATE", root), file("CERTIFICATE", leaf), file("EC PRIVATE KEY", private)
}

func TestTLSChecksTheServer(t *testing.T) {
	t.Parallel()
	ca, cert, key := certificates(t)
	other, _, _ := certificates(t)
	port := redistest.FreePort(t)
	redistest.Start(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no", "--tls-ca-cert-file", ca)
	address := "rediss://127.0.0.1:" + port
	works(t, "with the right authority", openAt(t, address+"?ca="+ca, hasty))
	for what, address := range map[string]string{
		"the system's authorities":  address,
		"another authority":         address + "?ca=" + other,
		"a name that is not in it":  strings.Replace(address, "127.0.0.1", "localhost", 1) + "?ca=" + ca,
		"a file without any":        address + "?ca=" + key,
		"a file that is not a pair": address + "?cert=" + ca + "&key=" + key,
	} {
		s, err := redisstore.Open(t.Context(), address, hasty)
		if err == nil || s != nil {
			t.Errorf("%s: error = %v, want a refusal", what, err)
		}
		t.Log(err)
	}
	_, err := redisstore.Open(t.Context(), strings.Replace(address, "rediss", "redis", 1), hasty)
	if err == nil {
		t.Error("a port with TLS was opened without")
	}
	t.Log(err)
}

func TestDurabilityTellsWhatAWriteSurvives(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"synced always", nil, "an acknowledged write is on the primary's disk; a failover may take acknowledged writes"},
		{"synced every second", []string{"--appendfsync", "everysec"}, "a power cut may take acknowledged writes of the last second or two; a failover may take acknowledged writes"},
		{"never synced", []string{"--appendfsync", "no"}, "a power cut may take acknowledged writes; a failover may take acknowledged writes"},
		{"torn batches are kept", []string{"--aof-load-truncated", "yes"}, "an acknowledged write is on the primary's disk; a failover may take acknowledged writes; a crash may leave a part of a batch that was not acknowledged: set aof-load-truncated no"},
		{"no log", []string{"--appendonly", "no"}, "an acknowledged write is in memory alone and ends with the server; a failover may take acknowledged writes"},
	}
	for _, test := range tests {
		d, err := openAt(t, redistest.Start(t, test.args...).Address(), hasty).Durability(t.Context())
		if err != nil || d.String() != test.want {
			t.Errorf("%s: %q, %v; want %q", test.name, d, err, test.want)
		}
	}
}

func TestAwaitReturnsWhenAChangeComes(t *testing.T) {
	t.Parallel()
	s := openAt(t, redistest.Start(t).Address(), redisstore.Options{Timeout: 400 * time.Millisecond})
	if some, err := s.Await(t.Context(), 0, 20*time.Millisecond); err != nil || some {
		t.Errorf("an empty store: %t, %v; want no change", some, err)
	}
	type outcome struct {
		some bool
		err  error
	}
	came := make(chan outcome)
	go func() {
		some, err := s.Await(t.Context(), 0, redistest.Soon)
		came <- outcome{some, err}
	}()
	mustPut(t, s, "acme", "first")
	if o := <-came; o.err != nil || !o.some {
		t.Errorf("after a change: %+v; want it noticed", o)
	}
	changes, err := s.Changes(t.Context(), 0, 10)
	if err != nil || len(changes) != 1 {
		t.Fatal(changes, err)
	}
	if some, err := s.Await(t.Context(), changes[0].Seq, 20*time.Millisecond); err != nil || some {
		t.Errorf("after the last change: %t, %v; want none", some, err)
	}
}

func TestTheREADMEListsTheRightsThatAUserNeeds(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range aclUser[5:] {
		if !strings.Contains(string(text), word.(string)) {
			t.Errorf("README.md does not mention %s", word)
		}
	}
}

// keeps checks that a store keeps what is beside the settings.
func keeps(t *testing.T, s *redisstore.Store) {
	t.Helper()
	e := auth.Entry{At: observedHour, Subject: "local", Action: auth.CreateToken}
	token := auth.Token{ID: "abcdefgh2345", Name: "ci", Role: auth.Sales, Created: observedHour, Expires: observedHour.AddDate(1, 0, 0)}
	note := ledger.Entry{ID: "one", At: observedHour, Actor: "privacy", Customer: "acme", Claim: "c", Kind: ledger.Withdrawn}
	report := atlas.NewReport(atlas.Report{
		Customer: "acme", Claim: "c", Verdict: "HOLDS", Actor: "a", Role: "PRIVACY", Created: observedHour, Expires: footprint.DateOf(observedHour), Body: []byte("{}"),
	})
	ctx := t.Context()
	_, _, revoking := s.RevokeToken(ctx, "nobody", observedHour, e)
	_, noted := s.AppendLedger(ctx, note)
	_, listed := s.Ledger(ctx, "acme", 0, 10)
	_, chained := auth.VerifyAudit(ctx, s)
	_, reports := s.Reports(ctx, "acme", 10)
	_, seen := s.SeenCustomers(ctx, time.Time{}, time.Time{})
	_, files := s.Files(ctx, 10)
	err := errors.Join(
		s.AddToken(ctx, token, func([]auth.Token) error { return nil }, e), s.TouchToken(ctx, token.ID, observedHour), revoking, noted, listed, chained,
		s.PutReport(ctx, report), reports, s.Record(ctx, observedBatch(evidence.Digest{1}, []string{"acme", "globex"})), s.FinishRanges(ctx), seen, files,
	)
	if n := eventsOf(t, s, "acme"); err != nil || n != 3 {
		t.Errorf("%d events, %v", n, err)
	}
}
