package redisstore

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
)

// A body is what a version keeps in its customer's key: a line
//
//	1 <valid from, or -> <recorded at, microseconds> <length of the actor>
//
// followed by the actor and the settings, byte by byte.
const (
	bodyFormat = "1"
	maxLine    = 80
)

func encodeBody(v atlas.Version) []byte {
	day := v.ValidFrom.String()
	if day == "" {
		day = "-"
	}
	b := make([]byte, 0, maxLine+len(v.Actor)+len(v.Settings))
	b = fmt.Appendf(b, "%s %s %d %d\n", bodyFormat, day, v.RecordedAt.UnixMicro(), len(v.Actor))
	return append(append(b, v.Actor...), v.Settings...)
}

// decodeBody reads a body. The settings are part of the data.
func decodeBody(data []byte) (v atlas.Version, err error) {
	line, rest, found := bytes.Cut(data[:min(len(data), maxLine)], []byte{'\n'})
	fields := strings.Split(string(line), " ")
	if !found || len(fields) != 4 || fields[0] != bodyFormat {
		return v, errors.New("its first line is not that of a version")
	}
	if day := fields[1]; day != "-" {
		if v.ValidFrom, err = footprint.ParseDate(day); err != nil {
			return v, fmt.Errorf("valid from: %w", err)
		}
	}
	at, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return v, fmt.Errorf("recorded at: %w", err)
	}
	rest = data[len(line)+1:]
	actor, err := strconv.ParseUint(fields[3], 10, 32)
	if err != nil || actor > uint64(len(rest)) {
		return v, fmt.Errorf("it ends before its actor of %.20s bytes", fields[3])
	}
	v.RecordedAt = time.UnixMicro(at).UTC()
	v.Actor = string(rest[:actor])
	v.Settings = rest[actor:]
	return v, nil
}

// digestOf tells versions apart that say different things.
func digestOf(day footprint.Date, settings []byte) string {
	h := sha256.New()
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(day))
	h.Write(n[:])
	h.Write(settings)
	return string(h.Sum(nil))
}

// Sizes of what names a body, in bytes: the id of a transaction, and that
// followed by the number of the write in it.
const (
	txSize = 8
	idSize = txSize + 4
)

func bodyID(tx string, write int) string {
	return string(binary.BigEndian.AppendUint32([]byte(tx), uint32(write)))
}

// headFixed is the part of a head before its ids: a sequence number in 16
// digits and a digest.
const headFixed = 16 + sha256.Size

// head is what the log keeps of a customer.
type head struct {
	seq int64    // of the newest version, or of a later one of the same batch
	ids []string // of the bodies, ascending by version number
}

func parseHead(text string) (h head, err error) {
	if text == "" {
		return h, nil
	}
	if len(text) <= headFixed || (len(text)-headFixed)%idSize != 0 {
		return h, fmt.Errorf("a head of %d bytes", len(text))
	}
	if h.seq, err = strconv.ParseInt(text[:16], 10, 64); err != nil {
		return h, err
	}
	for ids := text[headFixed:]; ids != ""; ids = ids[idSize:] {
		h.ids = append(h.ids, ids[:idSize])
	}
	return h, nil
}

// prepared is one body that a transaction stored before its commit.
type prepared struct {
	customer, id string
}

// encodeIntent lists the bodies of a transaction for whoever has to remove
// them.
func encodeIntent(writes []atlas.Write) []byte {
	var b []byte
	for i, w := range writes {
		b = binary.AppendUvarint(b, uint64(i))
		b = binary.AppendUvarint(b, uint64(len(w.Customer)))
		b = append(b, w.Customer...)
	}
	return b
}

func decodeIntent(tx string, b []byte) ([]prepared, error) {
	errTorn := errors.New("the record of a transaction is torn")
	var all []prepared
	for len(b) > 0 {
		write, n := binary.Uvarint(b)
		if n <= 0 || write > maxBatch {
			return nil, errTorn
		}
		b = b[n:]
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return nil, errTorn
		}
		b = b[n:]
		all = append(all, prepared{string(b[:size]), bodyID(tx, int(write))})
		b = b[size:]
	}
	return all, nil
}
