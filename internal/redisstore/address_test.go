package redisstore_test

import (
	"strings"
	"testing"

	"domicile/internal/redisstore"
)

func TestAnAddressMeansOneThing(t *testing.T) {
	tests := []struct {
		name, address, want string
	}{
		{"a host alone", "redis://cache", `kind 0 tls false user "" password "" hosts [cache:6379] master "" db 0 replicas 0 prefix domicile ca "" sentinel "" ""`},
		{"everything of one server", "rediss://ann:a%40b%2Fc@10.0.0.1:7000/3?replicas=2&prefix=fleet&ca=/etc/ca.pem",
			`kind 0 tls true user "ann" password "a@b/c" hosts [10.0.0.1:7000] master "" db 3 replicas 2 prefix fleet ca "/etc/ca.pem" sentinel "" ""`},
		{"a password alone", "redis://:secret@cache/", `kind 0 tls false user "" password "secret" hosts [cache:6379] master "" db 0 replicas 0 prefix domicile ca "" sentinel "" ""`},
		{"a plus sign is itself", "redis://:a+b@cache", `kind 0 tls false user "" password "a+b" hosts [cache:6379] master "" db 0 replicas 0 prefix domicile ca "" sentinel "" ""`},
		{"an IPv6 address", "redis://[::1]:7000", `kind 0 tls false user "" password "" hosts [[::1]:7000] master "" db 0 replicas 0 prefix domicile ca "" sentinel "" ""`},
		{"an IPv6 address without a port", "redis://[2001:db8::1]", `kind 0 tls false user "" password "" hosts [[2001:db8::1]:6379] master "" db 0 replicas 0 prefix domicile ca "" sentinel "" ""`},
		{"a cluster", "redis+cluster://a,b:7001,[::1]", `kind 2 tls false user "" password "" hosts [a:6379 b:7001 [::1]:6379] master "" db 0 replicas 1 prefix domicile ca "" sentinel "" ""`},
		{"a cluster that takes its chances", "redis+cluster://a/?replicas=0", `kind 2 tls false user "" password "" hosts [a:6379] master "" db 0 replicas 0 prefix domicile ca "" sentinel "" ""`},
		{"sentinels", "rediss+sentinel://ann:x@a,b/fleet/2?sentinel_user=watch&sentinel_password=w%26w",
			`kind 1 tls true user "ann" password "x" hosts [a:26379 b:26379] master "fleet" db 2 replicas 1 prefix domicile ca "" sentinel "watch" "w&w"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := redisstore.Parsed(t, test.address); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAnUnclearAddressIsRefusedWithoutItsPassword(t *testing.T) {
	tests := []struct {
		name, address, text string
	}{
		{"nothing", "", "must begin with redis, rediss"},
		{"no scheme", "ann:hunter22@cache", "must begin with redis, rediss"},
		{"another scheme", "http://ann:hunter22@cache", "must begin with redis, rediss"},
		{"a socket", "unix:///run/redis.sock", "must begin with redis, rediss"},
		{"one slash", "redis:/ann:hunter22@cache", "must begin with redis, rediss"},
		{"no host", "redis://", "is no server: write host:port"},
		{"a user and no password", "redis://hunter22@cache", "a user without a password"},
		{"an empty password", "redis://ann:@cache", "a user without a password"},
		{"an @ in the password", "redis://ann:hunter22@more@cache", "an @ is out of place"},
		{"a slash in the password", "redis://ann:hunter22/more@cache", "an @ is out of place"},
		{"a question mark in the password", "redis://ann:hunter22?more@cache", "an @ is out of place"},
		{"a hash in the password", "redis://ann:hunter22#more@cache", "an @ is out of place"},
		{"a colon in the password", "redis://ann:hunter22:more@cache", "is not percent-encoded"},
		{"a percent sign in the password", "redis://ann:hunter22%more@cache", "is not percent-encoded"},
		{"a space", "redis://ann:hunter22 @cache", "a space or a control character"},
		{"a line", "redis://cache\n", "a space or a control character"},
		{"a fragment", "redis://cache#1", "holds a #"},
		{"a port that is none", "redis://cache:port", `"port" is no port`},
		{"port zero", "redis://cache:0", `"0" is no port`},
		{"a port too high", "redis://cache:65536", `"65536" is no port`},
		{"an IPv6 address without brackets", "redis://2001:db8::1", "an IPv6 address goes in brackets"},
		{"a host with odd characters", "redis://ca*che", "is no server"},
		{"a host left out", "redis+cluster://a,,b", "is no server"},
		{"a host twice", "redis+cluster://a,a:6379", "named twice"},
		{"several single servers", "redis://a,b", "several servers: begin with redis+cluster or redis+sentinel"},
		{"a database that is a word", "redis://cache/main", "is no database"},
		{"a negative database", "redis://cache/-1", "is no database"},
		{"a database of a cluster", "redis+cluster://cache/1", "none for a cluster"},
		{"a path too long", "redis://cache/1/2", "is no database"},
		{"sentinels without a name", "redis+sentinel://a,b", "the name of the primary that the sentinels know is missing"},
		{"an unknown name", "redis://cache?pool=7", `unknown "pool"`},
		{"a name twice", "redis://cache?replicas=1&replicas=2", "must be given once"},
		{"a name without a value", "redis://cache?replicas", "must be given once, with a value"},
		{"replicas that are a word", "redis://cache?replicas=some", "must be a number up to 16"},
		{"too many replicas", "redis://cache?replicas=17", "must be a number up to 16"},
		{"a prefix that could end a hash tag", "redis://cache?prefix=a}b", "prefix must be"},
		{"a certificate without TLS", "redis://cache?ca=ca.pem", "need TLS: begin with rediss"},
		{"a certificate without its key", "rediss://cache?cert=c.pem", "belong together"},
		{"a sentinel's password without sentinels", "redis://cache?sentinel_password=hunter22", "need redis+sentinel"},
		{"a sentinel's user without a password", "redis+sentinel://cache/x?sentinel_user=ann", "needs sentinel_password"},
		{"a query that is none", "redis://cache?a=%zz", "name=value"},
		{"too long", "redis://" + strings.Repeat("a", 5000), "longer than 4096 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := redisstore.Open(t.Context(), test.address, redisstore.Options{})
			if s != nil || err == nil || !strings.Contains(err.Error(), test.text) {
				t.Fatalf("error = %v, want one that says %q", err, test.text)
			}
			if strings.Contains(err.Error(), "hunter22") {
				t.Errorf("error = %v, which shows the password", err)
			}
		})
	}
}

func FuzzNoErrorShowsThePassword(f *testing.F) {
	f.Add("redis://", "ann", "hunter22", "cache:6379/1")
	f.Add("redis+cluster://", "", "a@b/c?d#e", "a,b")
	f.Add("rediss+sentinel://", "%", "secret", "[::1/fleet?replicas=x")
	f.Add("", "a", "hunter22:", "")
	f.Fuzz(func(t *testing.T, scheme, user, password, rest string) {
		const mark = "zq9secret9qz"
		text := scheme + user + ":" + mark + password + "@" + rest
		shown, err := redisstore.Redacted(text)
		if err == nil && strings.Contains(shown, mark) {
			t.Errorf("%q is shown as %q", text, shown)
		}
		if err != nil && strings.Contains(err.Error(), mark) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
