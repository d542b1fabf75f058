package signin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

// How long things last.
const (
	MaxLife      = 10 * time.Hour   // of a session that the provider is asked about
	MaxUnchecked = time.Hour        // of one that it cannot be asked about
	MaxIdle      = 2 * time.Hour    // between two requests
	CheckEvery   = 5 * time.Minute  // between two questions to the provider
	maxSilence   = 30 * time.Minute // after which a provider that does not answer ends sessions
	loginLife    = 10 * time.Minute // between leaving for the provider and coming back
	seenEvery    = time.Minute      // how often a cookie is renewed for having been seen
	skew         = 2 * time.Minute  // between the clocks of replicas
)

// Header is the header beside which a cookie counts for the API; any text.
const Header = "Domicile-Request"

// Paths of the routes.
const (
	LoginPath    = "/auth/login"
	CallbackPath = "/auth/callback"
	LogoutPath   = "/auth/logout"
	ViewerPath   = "/auth/viewer"
	// OutPath is the page's address for whoever is not signed in.
	OutPath = "/signed-out"
)

// Provider signs people in; openid.Flow is one.
type Provider interface {
	Begin(ctx context.Context, state, nonce, verifier string) (string, error)
	Finish(ctx context.Context, code, issuer, verifier, nonce string) (openid.Person, error)
	Again(ctx context.Context, refresh, subject string) (openid.Person, error)
	Revoke(ctx context.Context, refresh string) error
	EndSession(ctx context.Context, after string) string
}

// Config is what a Handler is made of.
type Config struct {
	// URL is where people reach this service: https, or http on loopback.
	URL      string
	Provider Provider
	// Key makes a key for a use, from a key that all replicas share.
	Key func(use string) []byte
	// Record is told who signed in or out; an error keeps a sign-in from
	// happening. Nil records nothing.
	Record func(ctx context.Context, v auth.Viewer, a auth.Action) error
	Log    *slog.Logger     // nil is silence
	Now    func() time.Time // nil is time.Now
}

// Handler serves the routes and reads cookies. Make one with New.
type Handler struct {
	Config
	secure  bool
	origin  *http.CrossOriginProtection
	mux     *http.ServeMux
	live    *live // sessions
	spent   *live // questions that were answered
	logins  *limit
	finish  chan struct{} // places of exchanges that run at once
	session string        // name of the cookie
	login   string
}

// New returns a handler. The error names what is wrong with the config.
func New(c Config) (*Handler, error) {
	if c.Provider == nil || c.Key == nil {
		return nil, errors.New("sign-in: no provider or no key")
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return nil, fmt.Errorf("sign-in: %q is no address of this service: want https://host", c.URL)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || auth.CheckLoopback(hostPort(u)) != nil) {
		return nil, fmt.Errorf("sign-in: %s: want https (http on loopback only)", c.URL)
	}
	c.URL = u.Scheme + "://" + u.Host
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Record == nil {
		c.Record = func(context.Context, auth.Viewer, auth.Action) error { return nil }
	}
	h := &Handler{
		Config: c, secure: u.Scheme == "https", origin: http.NewCrossOriginProtection(), live: newLive(), spent: newLive(),
		logins: newLimit(loginRate, loginBurst, c.Now), finish: make(chan struct{}, maxFinishing),
		session: "domicile-session", login: "domicile-login",
	}
	if h.secure {
		h.session, h.login = "__Host-"+h.session, "__Host-"+h.login
	}
	h.mux = http.NewServeMux()
	h.mux.HandleFunc("GET "+LoginPath, h.serveLogin)
	h.mux.HandleFunc("GET "+CallbackPath, h.serveCallback)
	h.mux.HandleFunc("POST "+LogoutPath, h.serveLogout)
	h.mux.HandleFunc("GET "+ViewerPath, h.serveViewer)
	return h, nil
}

func hostPort(u *url.URL) string {
	if u.Port() == "" {
		return u.Host + ":80"
	}
	return u.Host
}

// CallbackURL is where the provider sends people back to, for a service at an
// address.
func CallbackURL(service string) string {
	u, err := url.JoinPath(service, CallbackPath)
	if err != nil {
		return ""
	}
	return u
}

// ServeHTTP answers the routes under /auth/.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	h.mux.ServeHTTP(w, r)
}
