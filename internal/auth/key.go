package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeyFileName is the name of the server key's file in the data directory.
const KeyFileName = "token.key"

// MAC is what a store keeps of an API token instead of its secret.
type MAC [sha256.Size]byte

// Key is the server key under which API tokens are kept. It does not print.
type Key struct{ bytes [32]byte }

// String hides the key.
func (Key) String() string { return "server key" }

// GoString hides the key.
func (Key) GoString() string { return "server key" }

// mac is the MAC of a token. The prefix keeps this use of the key apart from
// any other.
func (k Key) mac(t TokenText) MAC {
	h := hmac.New(sha256.New, k.bytes[:])
	io.WriteString(h, "domicile token 1\n"+t.text)
	var m MAC
	h.Sum(m[:0])
	return m
}

// Derive makes a key for another use, by its name. Nobody can tell the server key
// from it.
func (k Key) Derive(use string) []byte {
	h := hmac.New(sha256.New, k.bytes[:])
	io.WriteString(h, "domicile derived 1\n"+use)
	return h.Sum(nil)
}

// OpenKey reads the server key of a data directory, and makes one where there
// is none; of several processes that start at once, all get the same. The error
// names the file and the fix where others can read it or it is damaged.
func OpenKey(dir string) (Key, error) {
	path := filepath.Join(dir, KeyFileName)
	k, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(dir, path); err == nil {
			k, err = readKey(path)
		}
	}
	if err != nil {
		return Key{}, fmt.Errorf("server key: %w", err)
	}
	return k, nil
}

func readKey(path string) (k Key, err error) {
	f, err := os.Open(path)
	if err != nil {
		return k, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return k, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return k, fmt.Errorf("%s can be read by others (mode %04o): chmod 600 it; if others had it, remove it and issue all API tokens anew", path, info.Mode().Perm())
	}
	const digits = 2 * len(k.bytes)
	text, err := io.ReadAll(io.LimitReader(f, int64(digits)+2))
	if err != nil {
		return k, err
	}
	raw, err := hex.DecodeString(strings.TrimSuffix(string(text), "\n"))
	if err != nil || copy(k.bytes[:], raw) != len(k.bytes) || len(raw) != len(k.bytes) {
		return Key{}, fmt.Errorf("%s is damaged (want %d hexadecimal digits): restore it, or remove it and issue all API tokens anew", path, digits)
	}
	return k, nil
}

// makeKey writes a new key under another name, then gives it its own name,
// which fails where another process was first: then that one's counts.
func makeKey(dir, path string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, KeyFileName+".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	var raw [len(Key{}.bytes)]byte
	rand.Read(raw[:])
	_, err = fmt.Fprintf(f, "%x\n", raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return errors.Join(err, syncDir(dir))
}

// syncDir makes a new name in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
