package redisstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
)

// What goes wrong without Redis noticing.
var (
	errClosed = errors.New("the store is closed")
	errSilent = errors.New("no answer in time")
	errStale  = errors.New("other writers were faster")
	errLost   = errors.New("a version that was recorded is gone")
	errTorn   = errors.New("a version cannot be read")
	// errReplaced is what a script answers as REPLACED.
	errReplaced = errors.New("the data was emptied or replaced while it was open")
)

// unconfirmedError is a write that too few replicas have.
type unconfirmedError struct{ confirmed, wanted int }

func (e unconfirmedError) Error() string {
	return fmt.Sprintf("%d of %d replicas confirmed in time", e.confirmed, e.wanted)
}

// newerError is a store whose format this version does not know.
type newerError struct{ found, known int }

func (e newerError) Error() string {
	return fmt.Sprintf("it has format %d and this program knows up to %d", e.found, e.known)
}

// unfitError is a server that cannot keep a store.
type unfitError struct{ what, fix string }

func (e unfitError) Error() string { return e.what }

// remedy is what can be done about an error.
type remedy struct {
	retry       bool   // the same call may pass in a moment
	unavailable bool   // it may pass later, without anybody changing the program or its settings
	fix         string // for a person
}

// What a person can do about errors that have several spellings.
const (
	fixAddress  = "let the address name the primary, or begin with redis+cluster or redis+sentinel"
	fixServer   = "see that the server runs, can be reached, and speaks TLS where the address begins with rediss and only there; then try again"
	fixACL      = "let the address hold a user that may do this (the package's README lists the commands)"
	fixTLS      = "let the address name the certificate's issuer with ca=, and a server that the certificate is for"
	fixFormat   = "use another prefix, or a version of domicile that knows this store"
	fixReplaced = "restore the data, or restart every process that uses it"
	fixRestore  = "restore the servers from their backup, or copy the store from one that has everything"
)

// replies are the answers of Redis by how they begin. The first that fits
// counts.
var replies = []struct {
	begin string
	remedy
}{
	{"READONLY", remedy{true, true, "a failover may be under way; if it stays so, " + fixAddress}},
	{"MOVED", remedy{true, true, "slots are moving between nodes; if it stays so, " + fixAddress}},
	{"ASK", remedy{true, true, "slots are moving between nodes; if it stays so, end it with redis-cli --cluster fix"}},
	{"TRYAGAIN", remedy{true, true, "slots are moving between nodes; if it stays so, end it with redis-cli --cluster fix"}},
	{"CLUSTERDOWN", remedy{true, true, "see that every slot of the cluster has a primary, then try again"}},
	{"LOADING", remedy{true, true, "the server is reading its data; try again in a while"}},
	{"MASTERDOWN", remedy{true, true, "see that the replica reaches its primary, then try again"}},
	{"NOREPLICAS", remedy{true, true, "bring replicas back until min-replicas-to-write is met, then try again"}},
	{"BUSY ", remedy{true, true, "a script of somebody else blocks the server: end it with SCRIPT KILL, then try again"}},
	{"UNBLOCKED", remedy{true, true, "a failover may be under way; try again"}},
	{"ERR max number of clients reached", remedy{true, true, "raise maxclients or end idle clients, then try again"}},
	{"OOM", remedy{false, true, "the server is full: raise maxmemory or free memory, then try again"}},
	{"MISCONF", remedy{false, true, "the server cannot write to its disk: free space, read the server's log, then try again"}},
	{"DAMAGED", remedy{false, false, fixRestore}},
	{"NOAUTH", remedy{false, false, "the server wants a user and password: write user:password@ before its name"}},
	{"WRONGPASS", remedy{false, false, "check the user and the password in the address"}},
	{"ERR AUTH", remedy{false, false, "the server has no password set: leave it out of the address, or set one"}},
	{"ERR Client sent AUTH", remedy{false, false, "the server has no password set: leave it out of the address, or set one"}},
	{"NOPERM", remedy{false, false, fixACL}},
	{"ERR The user executing the script can't run this command", remedy{false, false, fixACL}},
	{"DENIED", remedy{false, false, "the server is in protected mode: set a password, or bind it to the right network"}},
	{"WRONGTYPE", remedy{false, false, "another program uses the same keys: name another prefix"}},
	{"ERR This instance has cluster support disabled", remedy{false, false, "the server is no part of a cluster: begin with redis"}},
	{"CROSSSLOT", remedy{false, false, fixAddress}},
	{"ERR DB index", remedy{false, false, "let the address name a database that the server has"}},
	{"ERR invalid DB index", remedy{false, false, "let the address name a database that the server has"}},
	{"ERR Protocol error", remedy{false, false, "the write is larger than the server accepts: write less at once"}},
}

// advise returns what can be done about err. It is the one place that sorts
// errors.
func advise(err error) remedy {
	var newer newerError
	var unfit unfitError
	var unconfirmed unconfirmedError
	switch {
	case errors.Is(err, atlas.ErrConflict), errors.Is(err, errClosed):
		return remedy{}
	case errors.Is(err, redis.ErrClosed):
		return remedy{}
	case errors.Is(err, errReplaced):
		return remedy{false, true, fixReplaced}
	case errors.Is(err, errStale):
		return remedy{true, true, "try again when fewer write"}
	case errors.Is(err, errLost):
		return remedy{true, false, "a failover lost it: " + fixRestore}
	case errors.Is(err, errTorn):
		return remedy{false, false, fixRestore}
	case errors.As(err, &newer):
		return remedy{fix: "use the version of domicile that wrote it, or a newer one"}
	case errors.As(err, &unfit):
		return remedy{fix: unfit.fix}
	case errors.As(err, &unconfirmed):
		return remedy{true, true, "bring replicas back, or accept that a failover loses writes with replicas=0 in the address"}
	}
	if r, ok := adviseReply(err); ok {
		return r
	}
	return adviseNetwork(err)
}

// adviseReply sorts what a server answered.
func adviseReply(err error) (remedy, bool) {
	var reply redis.Error
	if !errors.As(err, &reply) {
		return remedy{}, false
	}
	text := reply.Error()
	for _, r := range replies {
		if strings.HasPrefix(text, r.begin) {
			return r.remedy, true
		}
	}
	if strings.Contains(text, "compiling script") || strings.HasPrefix(text, "ERR unknown command") {
		return remedy{fix: "use Redis 7.0 or newer, or a server that does the same"}, true
	}
	return remedy{fix: "this should not happen: read the server's log"}, true
}

// adviseNetwork sorts what happens on the way to a server.
func adviseNetwork(err error) remedy {
	var host x509.HostnameError
	var issuer x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var dns *net.DNSError
	var other net.Error
	switch {
	case errors.As(err, &host), errors.As(err, &issuer), errors.As(err, &invalid), errors.As(err, &alert):
		return remedy{fix: fixTLS}
	case errors.As(err, &record):
		return remedy{fix: "the server does not speak TLS on this port: begin with redis, or name its TLS port"}
	case errors.As(err, &dns):
		return remedy{true, true, "check the server's name, then try again"}
	case errors.Is(err, errSilent), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, redis.ErrPoolTimeout),
		errors.Is(err, redis.ErrPoolExhausted), errors.As(err, &other), clientSays(err):
		return remedy{true, true, fixServer}
	}
	return remedy{fix: "this should not happen: read the server's log"}
}

// clientSays recognises the client's own errors, which have no type: no
// sentinel or no node of a cluster answers.
func clientSays(err error) bool {
	text := err.Error()
	for _, part := range []string{
		"all sentinels specified in configuration are unreachable", "cluster has no nodes", "cannot load cluster slots",
		"connection pool", "connection closed", "got 0 elements in cluster info address",
	} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// explain adds to err what was being done, which store is concerned and what to
// do about it. It wraps [atlas.ErrStoreUnavailable] where trying again later
// can help.
func (s *Store) explain(doing string, err error) error {
	if errors.Is(err, redis.ErrClosed) {
		err = errClosed
	}
	switch r := advise(err); {
	case r.fix == "":
		return fmt.Errorf("%s: %w", doing, err)
	case r.unavailable:
		return fmt.Errorf("%s: %s: %w: %w: %s", doing, s.name, atlas.ErrStoreUnavailable, foreign(err), r.fix)
	default:
		return fmt.Errorf("%s: %s: %w: %s", doing, s.name, foreign(err), r.fix)
	}
}

// foreign keeps a deadline of the store's own from looking like the caller's.
func foreign(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return errSilent
	}
	return err
}
