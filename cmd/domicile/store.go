package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/redisstore"
)

// storeForms are the addresses a store can have.
const storeForms = `a directory, sqlite:DIRECTORY, redis://[user:password@]host[:port][/database], ` +
	`redis+sentinel://host,host/primary or redis+cluster://host,host (rediss for TLS)`

// storeFlag is --store. Its default may hold a password, so that no help shows
// it.
func (a *app) storeFlag(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&a.config.Store, "store", a.config.Store,
		"address of the store, or DOMICILE_STORE: a directory, sqlite:DIRECTORY, redis://, redis+sentinel:// or redis+cluster:// (default the database in --data)")
	f.Lookup("store").DefValue = ""
}

// openAddress opens the store at an address; none is that of --data.
func (a *app) openAddress(ctx context.Context, address string) (atlas.Store, error) {
	if name, ok := strings.CutPrefix(address, "env:"); ok {
		if address = a.env(name); address == "" {
			return nil, fmt.Errorf("env:%s: the environment variable is empty: let it hold the address of a store", name)
		}
	}
	scheme, _, hasScheme := strings.Cut(address, "://")
	switch dir, sqlite := strings.CutPrefix(address, "sqlite:"); {
	case address == "":
		return a.openDirectory(ctx, a.config.Data)
	case sqlite && strings.TrimPrefix(dir, "//") == "":
		return nil, errors.New("--store sqlite: names no directory: write sqlite:DIRECTORY")
	case sqlite:
		return a.openDirectory(ctx, strings.TrimPrefix(dir, "//"))
	case !hasScheme:
		return a.openDirectory(ctx, address)
	case strings.HasPrefix(scheme, "redis"):
		return a.openRedis(ctx, address)
	}
	return nil, errors.New("--store: the address begins like none that is known; want " + storeForms)
}

// openDirectory opens the store of this machine, also by its file.
func (a *app) openDirectory(ctx context.Context, dir string) (atlas.Store, error) {
	if filepath.Base(dir) == embedded.FileName {
		dir = filepath.Dir(dir)
	}
	return embedded.Open(ctx, dir, embedded.Options{})
}

// servingWait is how long a service lets a call try while servers fail over: less than
// an operation may last, so that its answer says what the matter is.
const servingWait = 8 * time.Second

// openRedis opens a store that several machines share.
func (a *app) openRedis(ctx context.Context, address string) (atlas.Store, error) {
	var o redisstore.Options
	if a.serving {
		o.Wait = servingWait
	}
	return redisstore.Open(ctx, address, o)
}

// named is a store that says where it is, without what is secret.
func named(store atlas.Store) string {
	if s, ok := store.(fmt.Stringer); ok {
		return s.String()
	}
	return "a store in memory"
}

// storeArgument is the argument that lets another command find the store. A
// password is left to whoever knows it.
func (a *app) storeArgument(store atlas.Store) string {
	if a.config.Store == "" {
		return "--data " + a.config.Data
	}
	return "--store " + named(store)
}

// promises says what a write that the store acknowledged survives.
func promises(ctx context.Context, store atlas.Store) string {
	s, ok := store.(interface {
		Durability(context.Context) (redisstore.Durability, error)
	})
	if !ok {
		return "an acknowledged write is on this machine's disk"
	}
	d, err := s.Durability(ctx)
	if err != nil {
		return "what its servers do with a write could not be asked: " + err.Error()
	}
	return d.String()
}
