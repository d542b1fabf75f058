package redisstore

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// kind is how the servers behind an address work together.
type kind uint8

const (
	single   kind = iota // one server, or a primary that is named
	sentinel             // a primary that Sentinels know
	cluster              // a Redis Cluster
)

// defaultPorts of an address that names none.
var defaultPorts = [...]string{single: "6379", sentinel: "26379", cluster: "6379"}

// schemes an address can have; those with rediss use TLS.
var schemes = map[string]struct {
	kind kind
	tls  bool
}{
	"redis": {single, false}, "redis+sentinel": {sentinel, false}, "redis+cluster": {cluster, false},
	"rediss": {single, true}, "rediss+sentinel": {sentinel, true}, "rediss+cluster": {cluster, true},
}

const schemeList = "redis, rediss, redis+sentinel, rediss+sentinel, redis+cluster or rediss+cluster"

// Bounds of what an address may hold.
const (
	maxAddress  = 4096
	maxReplicas = 16
	maxDatabase = 1<<16 - 1
)

// address is where a store is and how to get in.
type address struct {
	scheme           string
	kind             kind
	tls              bool
	user, password   string
	hosts            []string // host:port
	master           string   // of a sentinel address
	db               int
	replicas         int // that confirm a write before it counts
	prefix           string
	ca, cert, key    string // files, PEM
	sentinelUser     string
	sentinelPassword string
}

var prefixForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

// parseAddress reads the address of a store. Errors never hold anything that
// could be a password: where an @ is out of place, they quote nothing.
func parseAddress(text string) (address, error) {
	scheme, rest, found := strings.Cut(text, "://")
	known, ok := schemes[scheme]
	switch {
	case len(text) > maxAddress:
		return address{}, fmt.Errorf("the address is longer than %d bytes", maxAddress)
	case !found || !ok:
		return address{}, errors.New("the address must begin with " + schemeList + ", and ://")
	case strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return address{}, errors.New("the address holds a space or a control character: write it percent-encoded")
	}
	a := address{scheme: scheme, kind: known.kind, tls: known.tls, prefix: "domicile"}
	if a.kind != single {
		a.replicas = 1
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, tail := rest[:end], rest[end:]
	if strings.Count(authority, "@") > 1 || strings.Contains(tail, "@") {
		return address{}, errors.New("an @ is out of place: write @ / ? # and : in a user or password as %40 %2F %3F %23 and %3A")
	}
	if strings.Contains(tail, "#") {
		return address{}, errors.New("the address holds a #: write it as %23")
	}
	path, query, _ := strings.Cut(tail, "?")
	if err := a.readAuthority(authority); err != nil {
		return address{}, err
	}
	if err := a.readPath(strings.TrimPrefix(path, "/")); err != nil {
		return address{}, err
	}
	if err := a.readQuery(query); err != nil {
		return address{}, err
	}
	return a, a.check()
}

func (a *address) readAuthority(text string) error {
	login, hosts, found := strings.Cut(text, "@")
	if !found {
		login, hosts = "", text
	}
	if found {
		user, password, ok := strings.Cut(login, ":")
		if !ok || password == "" {
			return errors.New("a user without a password: write user:password@ or :password@")
		}
		var err1, err2 error
		a.user, err1 = url.PathUnescape(user)
		a.password, err2 = url.PathUnescape(password)
		if err1 != nil || err2 != nil || strings.Contains(password, ":") {
			return errors.New("the user or the password is not percent-encoded: write % as %25 and : as %3A")
		}
	}
	for _, host := range strings.Split(hosts, ",") {
		at, err := readHost(host, defaultPorts[a.kind])
		if err != nil {
			return err
		}
		if slices.Contains(a.hosts, at) {
			return fmt.Errorf("the server %s is named twice", at)
		}
		a.hosts = append(a.hosts, at)
	}
	return nil
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func readHost(text, port string) (string, error) {
	host := text
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		host = text[1 : len(text)-1]
	} else if h, p, err := net.SplitHostPort(text); err == nil {
		host, port = h, p
	} else if strings.Contains(text, ":") {
		return "", fmt.Errorf("%q is not host or host:port (an IPv6 address goes in brackets)", text)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("server %q: %q is no port", text, port)
	}
	if !hostForm.MatchString(host) && net.ParseIP(host) == nil {
		return "", fmt.Errorf("%q is no server: write host:port", text)
	}
	return net.JoinHostPort(host, port), nil
}

func (a *address) readPath(path string) error {
	if a.kind == sentinel {
		a.master, path, _ = strings.Cut(path, "/")
		if !hostForm.MatchString(a.master) {
			return errors.New("the name of the primary that the sentinels know is missing: write " + a.scheme + "://host:26379/name")
		}
	}
	if path == "" {
		return nil
	}
	n, err := strconv.ParseUint(path, 10, 32)
	if err != nil || n > maxDatabase || a.kind == cluster && n > 0 {
		return fmt.Errorf("%q is no database: a number, and none for a cluster", path)
	}
	a.db = int(n)
	return nil
}

func (a *address) readQuery(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what follows the ? is not name=value&name=value")
	}
	for name, v := range values {
		if len(v) != 1 || v[0] == "" {
			return fmt.Errorf("%q must be given once, with a value", name)
		}
		if err := a.set(name, v[0]); err != nil {
			return err
		}
	}
	return nil
}

func (a *address) set(name, value string) error {
	switch name {
	case "replicas":
		n, err := strconv.ParseUint(value, 10, 8)
		if err != nil || n > maxReplicas {
			return fmt.Errorf("replicas must be a number up to %d", maxReplicas)
		}
		a.replicas = int(n)
	case "prefix":
		if !prefixForm.MatchString(value) {
			return errors.New("prefix must be up to 32 of a-z, 0-9, _ and -, and begin with a letter")
		}
		a.prefix = value
	case "ca":
		a.ca = value
	case "cert":
		a.cert = value
	case "key":
		a.key = value
	case "sentinel_user":
		a.sentinelUser = value
	case "sentinel_password":
		a.sentinelPassword = value
	default:
		return fmt.Errorf("unknown %q: there are replicas, prefix, ca, cert, key, sentinel_user and sentinel_password", name)
	}
	return nil
}

// check refuses combinations that cannot be meant.
func (a *address) check() error {
	switch {
	case !a.tls && (a.ca != "" || a.cert != "" || a.key != ""):
		return errors.New("ca, cert and key need TLS: begin with rediss")
	case (a.cert == "") != (a.key == ""):
		return errors.New("cert and key belong together")
	case a.kind != sentinel && (a.sentinelUser != "" || a.sentinelPassword != ""):
		return errors.New("sentinel_user and sentinel_password need redis+sentinel or rediss+sentinel")
	case a.sentinelUser != "" && a.sentinelPassword == "":
		return errors.New("sentinel_user needs sentinel_password")
	case a.kind == single && len(a.hosts) > 1:
		return errors.New("several servers: begin with redis+cluster or redis+sentinel, as they are")
	}
	return nil
}

// String returns the address without what is secret.
func (a address) String() string {
	var b strings.Builder
	b.WriteString(a.scheme + "://" + strings.Join(a.hosts, ","))
	if a.master != "" {
		b.WriteString("/" + a.master)
	}
	if a.db != 0 {
		b.WriteString("/" + strconv.Itoa(a.db))
	}
	return b.String()
}
