package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/oschwald/maxminddb-golang/v2"
)

// description is the text the rebuilt file carries about itself.
const description = "IP to Country Lite, by DB-IP (https://db-ip.com), CC BY 4.0; records laid out anew"

// rebuildCountry reads the flat country database at source and writes the same
// networks, with records in the GeoIP2 Country layout, to output.
func rebuildCountry(source, output string, out io.Writer) error {
	from, err := maxminddb.Open(source)
	if err != nil {
		return fmt.Errorf("open source: %w", err)
	}
	defer from.Close()
	tree, err := newTree("DBIP-Country-Lite", description, 6, int64(from.Metadata.BuildEpoch))
	if err != nil {
		return err
	}
	count := 0
	for result := range from.Networks() {
		code, err := flatCountry(result)
		if err != nil {
			return err
		}
		if err := tree.Insert(ipNet(result.Prefix()), countryRecord(code)); err != nil {
			return fmt.Errorf("network %s: %w", result.Prefix(), err)
		}
		count++
	}
	size, sum, err := writeTree(tree, output)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "networks  %d\nbuilt     %s\nbytes     %d\nsha256    %x\n",
		count, from.Metadata.BuildTime().UTC().Format("2006-01-02T15:04:05Z"), size, sum)
	return err
}

// flatCountry reads a source record, which holds `country_code` and nothing
// else: any other layout is an error and not a guess.
func flatCountry(result maxminddb.Result) (string, error) {
	var record map[string]any
	if err := result.Decode(&record); err != nil {
		return "", fmt.Errorf("network %s: %w", result.Prefix(), err)
	}
	code, ok := record["country_code"].(string)
	if !ok || len(record) != 1 {
		return "", fmt.Errorf("network %s: record is %v, want country_code alone", result.Prefix(), record)
	}
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return "", fmt.Errorf("network %s: country_code %q, want two capital letters", result.Prefix(), code)
	}
	return code, nil
}

// countryRecord is the GeoIP2 Country layout, reduced to what the source says.
func countryRecord(code string) mmdbtype.Map {
	return mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}}
}

// newTree is an empty tree of the smallest record size. IPv4 is not aliased into
// 6to4 and Teredo space, so that every network means what the source says.
func newTree(kind, about string, version int, epoch int64) (*mmdbwriter.Tree, error) {
	return mmdbwriter.New(mmdbwriter.Options{
		BuildEpoch:              epoch,
		DatabaseType:            kind,
		Description:             map[string]string{"en": about},
		DisableIPv4Aliasing:     true,
		IncludeReservedNetworks: true,
		IPVersion:               version,
		RecordSize:              24,
	})
}

// writeTree writes the database, equal subtrees shared, and answers its size and
// SHA-256.
func writeTree(tree *mmdbwriter.Tree, path string) (int, [sha256.Size]byte, error) {
	file, err := encode(tree)
	if err != nil {
		return 0, [sha256.Size]byte{}, fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.WriteFile(path, file, 0o644); err != nil {
		return 0, [sha256.Size]byte{}, err
	}
	return len(file), sha256.Sum256(file), nil
}

// encode is the database as bytes.
func encode(tree *mmdbwriter.Tree) ([]byte, error) {
	var buffer bytes.Buffer
	if _, err := tree.WriteTo(&buffer); err != nil {
		return nil, err
	}
	written, err := maxminddb.OpenBytes(buffer.Bytes())
	if err != nil {
		return nil, err
	}
	return shareSubtrees(buffer.Bytes(), int(written.Metadata.NodeCount))
}

// ipNet is prefix in the type the writing library takes. An IPv4 prefix stays
// one: the library puts it under ::/96 itself.
func ipNet(prefix netip.Prefix) *net.IPNet {
	address := prefix.Addr()
	return &net.IPNet{IP: address.AsSlice(), Mask: net.CIDRMask(prefix.Bits(), address.BitLen())}
}
