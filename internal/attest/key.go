package attest

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// ErrKey is wrapped by what is wrong with a key. No error repeats any of it.
var ErrKey = errors.New("not a key")

// MaxKey bounds the file of a key, in bytes.
const MaxKey = 64 << 10

// Key signs, or only verifies. It does not print.
type Key struct {
	id      string
	public  crypto.PublicKey
	private crypto.Signer // nil where it only verifies
}

// String hides the key and shows its id.
func (k *Key) String() string { return "key " + k.id }

// GoString is String.
func (k *Key) GoString() string { return k.String() }

// ID is the SHA-256 of the public key.
func (k *Key) ID() string { return k.id }

// PrivateKey reads a key that signs: PEM, PKCS #8.
func PrivateKey(text []byte) (*Key, error) {
	der, err := block(text, "PRIVATE KEY", "write one with: openssl genpkey -algorithm ed25519")
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w: no PKCS #8", ErrKey)
	}
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, errKind()
	}
	k, err := newKey(signer.Public())
	if err != nil {
		return nil, err
	}
	k.private = signer
	return k, nil
}

// PublicKey reads a key that verifies: PEM, PKIX.
func PublicKey(text []byte) (*Key, error) {
	der, err := block(text, "PUBLIC KEY", "write it with: openssl pkey -pubout")
	if err != nil {
		return nil, err
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w: no PKIX", ErrKey)
	}
	return newKey(public)
}

// block returns the one PEM block of a text.
func block(text []byte, kind, fix string) ([]byte, error) {
	if len(text) > MaxKey {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrKey, MaxKey)
	}
	b, rest := pem.Decode(text)
	if b == nil || b.Type != kind {
		return nil, fmt.Errorf("%w: want one PEM block of %s; %s", ErrKey, kind, fix)
	}
	if more, _ := pem.Decode(rest); more != nil {
		return nil, fmt.Errorf("%w: several PEM blocks, want one", ErrKey)
	}
	return b.Bytes, nil
}

func errKind() error {
	return fmt.Errorf("%w of a kind that is taken: want Ed25519, or ECDSA on P-256", ErrKey)
}

func newKey(public crypto.PublicKey) (*Key, error) {
	switch p := public.(type) {
	case ed25519.PublicKey:
	case *ecdsa.PublicKey:
		if p.Curve != elliptic.P256() {
			return nil, errKind()
		}
	default:
		return nil, errKind()
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, errKind()
	}
	sum := sha256.Sum256(der)
	return &Key{id: hex.EncodeToString(sum[:]), public: public}, nil
}

// signer is a key as the envelope asks for it.
type signer struct{ *Key }

func (s signer) KeyID() (string, error) { return s.id, nil }

func (s signer) Public() crypto.PublicKey { return s.public }

// Sign signs a message.
func (s signer) Sign(_ context.Context, message []byte) ([]byte, error) {
	switch {
	case s.private == nil:
		return nil, fmt.Errorf("%w that signs: it is public", ErrKey)
	case s.edwards():
		return s.private.Sign(rand.Reader, message, crypto.Hash(0))
	}
	sum := sha256.Sum256(message)
	return s.private.Sign(rand.Reader, sum[:], crypto.SHA256)
}

func (s signer) edwards() bool {
	_, ok := s.public.(ed25519.PublicKey)
	return ok
}

var errSignature = errors.New("the signature is not this key's")

// Verify checks a signature of a message.
func (s signer) Verify(_ context.Context, message, signature []byte) error {
	ok := false
	switch p := s.public.(type) {
	case ed25519.PublicKey:
		ok = ed25519.Verify(p, message, signature)
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(message)
		ok = ecdsa.VerifyASN1(p, sum[:], signature)
	}
	if !ok {
		return errSignature
	}
	return nil
}
