// Package config holds what an operator may choose, in one struct, read from
// flags and the environment, and checked before anything starts.
package config

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Config is everything an operator may choose. The zero value is not valid;
// start from Default.
type Config struct {
	Listen    string // host:port the service listens on
	Data      string // directory of the durable store
	Datasets  string // directory that replaces the embedded datasets; "" = embedded
	GeoIP     string // file that replaces the embedded country database; "" = embedded
	LogFormat string // text or json
	Demo      bool   // import the demo fleet where the store lacks it
	GraphiQL  bool   // serve the query page
}

// DefaultListen is the loopback address the service listens on.
const DefaultListen = "127.0.0.1:8080"

// Default returns the defaults, with what the environment overrides:
// DOMICILE_LISTEN, DOMICILE_DATA, DOMICILE_DATASETS, DOMICILE_GEOIP,
// DOMICILE_LOG_FORMAT.
func Default(env func(string) string) Config {
	or := func(name, other string) string {
		if v := env(name); v != "" {
			return v
		}
		return other
	}
	return Config{
		Listen:    or("DOMICILE_LISTEN", DefaultListen),
		Data:      or("DOMICILE_DATA", dataDir(env)),
		Datasets:  env("DOMICILE_DATASETS"),
		GeoIP:     env("DOMICILE_GEOIP"),
		LogFormat: or("DOMICILE_LOG_FORMAT", "text"),
	}
}

// dataDir is the user's data directory, by the XDG convention.
func dataDir(env func(string) string) string {
	if d := env("XDG_DATA_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "domicile")
	}
	if home := env("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "share", "domicile")
	}
	return filepath.Join(os.TempDir(), "domicile")
}

// Validate reports every choice that cannot work.
func (c Config) Validate() error {
	var errs []error
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		errs = append(errs, fmt.Errorf("--listen %q: %w (want host:port, for example %s)", c.Listen, err, DefaultListen))
	}
	if c.Data == "" {
		errs = append(errs, errors.New("--data is empty: name a directory"))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		errs = append(errs, fmt.Errorf("--log-format %q: want text or json", c.LogFormat))
	}
	return errors.Join(errs...)
}

// String names what was chosen; secrets, if there were any, would be left out.
func (c Config) String() string {
	parts := []string{"listen=" + c.Listen, "data=" + c.Data}
	if c.Datasets != "" {
		parts = append(parts, "datasets="+c.Datasets)
	}
	if c.GeoIP != "" {
		parts = append(parts, "geoip="+c.GeoIP)
	}
	if c.Demo {
		parts = append(parts, "demo")
	}
	return strings.Join(parts, " ")
}
