package redisstore_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
)

// answer is an error as a server sends it.
type answer string

func (a answer) Error() string { return string(a) }

// RedisError marks the text as an answer.
func (a answer) RedisError() {}

// What the table of errors says about one.
const (
	again = 1 << iota // the call is repeated for a while
	later             // the caller may try again later
)

var sorted = []struct {
	name string
	err  error
	want int
	fix  string
}{
	{"a replica", answer("READONLY You can't write against a read only replica."), again | later, "a failover may be under way"},
	{"a script on a replica", answer("READONLY Can not run script with write flag on readonly replica."), again | later, "a failover may be under way"},
	{"a slot elsewhere", answer("MOVED 3999 127.0.0.1:6381"), again | later, "slots are moving"},
	{"a slot on its way", answer("ASK 3999 127.0.0.1:6381"), again | later, "redis-cli --cluster fix"},
	{"several keys of a slot on its way", answer("TRYAGAIN Multiple keys request during rehashing of slot"), again | later, "redis-cli --cluster fix"},
	{"a cluster that is down", answer("CLUSTERDOWN Hash slot not served"), again | later, "every slot of the cluster has a primary"},
	{"loading", answer("LOADING Redis is loading the dataset in memory"), again | later, "is reading its data"},
	{"a replica alone", answer("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."), again | later, "the replica reaches its primary"},
	{"too few replicas", answer("NOREPLICAS Not enough good replicas to write."), again | later, "min-replicas-to-write"},
	{"a script that does not end", answer("BUSY Redis is busy running a script."), again | later, "SCRIPT KILL"},
	{"a call that a failover ended", answer("UNBLOCKED force unblock from blocking operation"), again | later, "failover"},
	{"too many clients", answer("ERR max number of clients reached"), again | later, "maxclients"},
	{"full", answer("OOM command not allowed when used memory > 'maxmemory'."), later, "raise maxmemory"},
	{"full, by a script", answer("OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"), later, "raise maxmemory"},
	{"a full disk", answer("MISCONF Errors writing to the AOF file: No space left on device"), later, "cannot write to its disk"},
	{"a store without its identity", answer("DAMAGED the store lost the key {domicile}:meta"), 0, "from their backup"},
	{"no password", answer("NOAUTH Authentication required."), 0, "write user:password@"},
	{"a wrong password", answer("WRONGPASS invalid username-password pair or user is disabled."), 0, "check the user and the password"},
	{"a password where there is none", answer("ERR AUTH <password> called without any password configured for the default user."), 0, "has no password set"},
	{"a command that is not allowed", answer("NOPERM this user has no permissions to run the 'evalsha' command"), 0, "a user that may do this"},
	{"a command that a script may not run", answer("ERR The user executing the script can't run this command or subcommand script: x"), 0, "a user that may do this"},
	{"protected mode", answer("DENIED Redis is running in protected mode"), 0, "protected mode"},
	{"keys of another program", answer("WRONGTYPE Operation against a key holding the wrong kind of value"), 0, "another prefix"},
	{"keys of several slots", answer("CROSSSLOT Keys in request don't hash to the same slot"), 0, "redis+cluster"},
	{"no cluster", answer("ERR This instance has cluster support disabled"), 0, "begin with redis"},
	{"no such database", answer("ERR DB index is out of range"), 0, "a database that the server has"},
	{"a write too large", answer("ERR Protocol error: invalid bulk length"), 0, "write less at once"},
	{"an old server", answer("ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'"), 0, "Redis 7.0 or newer"},
	{"a server that knows less", answer("ERR unknown command 'XREAD'"), 0, "Redis 7.0 or newer"},
	{"an answer that nobody expects", answer("ERR something new"), 0, "this should not happen"},
	{"no answer", os.ErrDeadlineExceeded, again | later, "see that the server runs"},
	{"nobody there", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, again | later, "see that the server runs"},
	{"a connection that ends", io.EOF, again | later, "see that the server runs"},
	{"a connection that is cut", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, again | later, "see that the server runs"},
	{"a connection that was closed", net.ErrClosed, again | later, "see that the server runs"},
	{"no connection free", redis.ErrPoolTimeout, again | later, "see that the server runs"},
	{"the store's own deadline", context.DeadlineExceeded, again | later, "see that the server runs"},
	{"an unknown name", &net.DNSError{Err: "no such host", Name: "cache"}, again | later, "check the server's name"},
	{"no sentinel", errors.New("redis: all sentinels specified in configuration are unreachable: EOF"), again | later, "see that the server runs"},
	{"a certificate of nobody", x509.UnknownAuthorityError{}, 0, "ca="},
	{"a certificate of another server", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "cache"}, 0, "ca="},
	{"an expired certificate", x509.CertificateInvalidError{Reason: x509.Expired, Cert: &x509.Certificate{}}, 0, "ca="},
	{"no TLS", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, 0, "does not speak TLS"},
	{"a conflict", atlas.ErrConflict, 0, ""},
	{"a closed client", redis.ErrClosed, 0, ""},
	{"what nobody expects", errors.New("strange"), 0, "this should not happen"},
}

func TestErrorsAreSorted(t *testing.T) {
	for _, test := range sorted {
		t.Run(test.name, func(t *testing.T) {
			for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err)} {
				retry, unavailable, fix := redisstore.Advise(err)
				if retry != (test.want&again != 0) || unavailable != (test.want&later != 0) || !strings.Contains(fix, test.fix) || (fix == "") != (test.fix == "") {
					t.Errorf("%v: retry %t, unavailable %t, %q; want %q", err, retry, unavailable, fix, test.fix)
				}
			}
		})
	}
}

func TestServersThatCannotKeepAStoreAreRefused(t *testing.T) {
	const good = "redis_version:7.0.15\r\nredis_mode:%s\r\nrole:%s\r\nmaxmemory_policy:%s\r\n"
	tests := []struct {
		name, info, address, text string
	}{
		{"a single primary", fmt.Sprintf(good, "standalone", "master", "noeviction"), "redis://a", ""},
		{"one that evicts what expires", fmt.Sprintf(good, "standalone", "master", "volatile-lru"), "redis://a", ""},
		{"a node of a cluster", fmt.Sprintf(good, "cluster", "master", "noeviction"), "redis+cluster://a", ""},
		{"a replica that sentinels are about to promote", fmt.Sprintf(good, "standalone", "slave", "noeviction"), "redis+sentinel://a/fleet", ""},
		{"a newer version", "redis_version:8.2.1\nredis_mode:standalone\nrole:master\nmaxmemory_policy:noeviction\n", "redis://a", ""},
		{"an older version", "redis_version:6.2.14\nredis_mode:standalone\n", "redis://a", `the server is Redis "6.2.14"`},
		{"no version", "", "redis://a", `the server is Redis ""`},
		{"a sentinel", fmt.Sprintf(good, "sentinel", "", ""), "redis://a", "the server is a sentinel"},
		{"a node of a cluster alone", fmt.Sprintf(good, "cluster", "master", "noeviction"), "redis://a", "part of a cluster"},
		{"a single server as a cluster", fmt.Sprintf(good, "standalone", "master", "noeviction"), "redis+cluster://a", "no part of a cluster"},
		{"a replica", fmt.Sprintf(good, "standalone", "slave", "noeviction"), "redis://a", "the server is a replica"},
		{"one that evicts anything", fmt.Sprintf(good, "standalone", "master", "allkeys-lfu"), "redis://a", "evicts data"},
	}
	for _, test := range tests {
		err := redisstore.Fit(test.info, test.address)
		if (err == nil) != (test.text == "") || err != nil && !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: error = %v, want %q", test.name, err, test.text)
		}
	}
}
