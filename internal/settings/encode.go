package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// ErrNotSettings is wrapped when settings say what a settings file cannot.
var ErrNotSettings = errors.New("not expressible as a settings file")

// Encode writes settings as canonical JSON: keys sorted, what is at its default
// left out, lists whose order means nothing in a fixed order. Equal settings
// give equal bytes, and [Decode] gives the settings back, as does [Parse] with
// a catalog that knows their codes.
//
// Settings that would not read back as they are, such as a name in capitals,
// are an error that wraps [ErrNotSettings].
func Encode(s *residency.Settings) ([]byte, error) {
	s = canonical(s)
	if err := expressible(s); err != nil {
		return nil, fmt.Errorf("encode settings of %s: %w", quote(s.Customer), err)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(toFile(s)); err != nil {
		return nil, fmt.Errorf("encode settings of %s: %w", quote(s.Customer), err)
	}
	out := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	back, err := Decode(out)
	if err != nil {
		return nil, fmt.Errorf("encode settings of %s: %w: %w", quote(s.Customer), ErrNotSettings, err)
	}
	if !reflect.DeepEqual(back, s) {
		return nil, fmt.Errorf("encode settings of %s: %w: they would not read back as they are", quote(s.Customer), ErrNotSettings)
	}
	return out, nil
}

// expressible refuses lists said to be incomplete by their flag alone: read
// back, they would pass for complete.
func expressible(s *residency.Settings) error {
	for i := range s.Zones {
		z := &s.Zones[i]
		if len(z.Hostnames) > 0 && !z.HostnamesListed {
			return fmt.Errorf("%w: zone %s has hostnames but they are not listed; mark zones.%s.hostnames unknown", ErrNotSettings, z.Name, z.Name)
		}
		if len(z.Certificates) > 0 && !z.CertificatesListed {
			return fmt.Errorf("%w: zone %s has certificates but they are not listed; mark zones.%s.certificates unknown", ErrNotSettings, z.Name, z.Name)
		}
		for j := range z.Certificates {
			if e := z.Certificates[j].KeyPolicy; e != nil && e.String() == "" {
				return fmt.Errorf("%w: zone %s: a key policy without text", ErrNotSettings, z.Name)
			}
		}
	}
	for _, c := range s.CustomRegions {
		if c.Definition == nil || c.Definition.String() == "" {
			return fmt.Errorf("%w: custom region %s has no definition", ErrNotSettings, quote(c.Key))
		}
	}
	return nil
}

// The file types mirror the settings file. Fields stand in the order of their
// keys, which is the order they are written in.
type (
	fileCustomer struct {
		CustomRegions     map[string]string   `json:"custom_regions,omitempty"`
		Customer          string              `json:"customer"`
		DefaultRegion     string              `json:"default_processing_region,omitempty"`
		Effective         footprint.Date      `json:"effective,omitzero"`
		Features          map[string]string   `json:"features,omitempty"`
		IPBindings        []fileBinding       `json:"ip_bindings,omitempty"`
		LogDatasets       []string            `json:"log_datasets,omitempty"`
		LogRegion         string              `json:"log_region,omitempty"`
		LogRetention      bool                `json:"log_retention,omitempty"`
		Name              string              `json:"name,omitempty"`
		OutOfRegionAccess bool                `json:"out_of_region_access,omitempty"`
		Plan              string              `json:"plan,omitempty"`
		Products          any                 `json:"products,omitempty"`
		Promises          []filePromise       `json:"promises,omitempty"`
		ServedOn          map[string][]string `json:"served_on,omitempty"`
		Storage           []fileResource      `json:"storage,omitempty"`
		Unknown           []string            `json:"unknown,omitempty"`
		Workers           []fileWorker        `json:"workers,omitempty"`
		Zones             []fileZone          `json:"zones,omitempty"`
	}
	fileZone struct {
		Certificates    []fileCertificate    `json:"certificates,omitzero"` // empty is not absent
		CustomHostnames []fileCustomHostname `json:"custom_hostnames,omitempty"`
		Hostnames       []fileHostname       `json:"hostnames,omitzero"` // empty is not absent
		Name            string               `json:"name"`
		SecondaryDNS    bool                 `json:"secondary_dns,omitempty"`
		Spectrum        []fileSpectrum       `json:"spectrum,omitempty"`
	}
	fileHostname struct {
		Addresses []netip.Addr `json:"addresses,omitempty"`
		Name      string       `json:"name"`
		Region    string       `json:"processing_region,omitempty"`
	}
	fileSpectrum struct {
		Hostname      string `json:"hostname"`
		Protocol      string `json:"protocol"`
		Region        string `json:"region,omitempty"`
		TerminatesTLS bool   `json:"terminates_tls,omitempty"`
	}
	fileCustomHostname struct {
		Name   string `json:"name"`
		Target string `json:"target,omitempty"`
	}
	fileCertificate struct {
		Hosts     []string `json:"hosts"`
		KeyPolicy string   `json:"key_policy,omitempty"`
		KeyRegion string   `json:"key_region,omitempty"`
		KeyServer string   `json:"key_server,omitempty"`
		Keyless   bool     `json:"keyless,omitempty"`
	}
	fileBinding struct {
		CIDR   netip.Prefix `json:"cidr"`
		Region string       `json:"region"`
	}
	fileResource struct {
		Jurisdiction   string `json:"jurisdiction,omitempty"`
		Name           string `json:"name"`
		Product        string `json:"product"`
		PublicHostname string `json:"public_hostname,omitempty"`
	}
	fileWorker struct {
		Cron            *bool    `json:"cron,omitempty"`
		Name            string   `json:"name"`
		Queues          *bool    `json:"queues,omitempty"`
		Routes          []string `json:"routes,omitempty"`
		SubrequestHosts []string `json:"subrequest_hosts,omitempty"`
		Subrequests     *bool    `json:"subrequests,omitempty"`
	}
	filePromise struct {
		Claim    string         `json:"claim"`
		Contract string         `json:"contract,omitempty"`
		Reading  string         `json:"reading"`
		Since    footprint.Date `json:"since,omitzero"`
		Until    footprint.Date `json:"until,omitzero"`
	}
)

func toFile(s *residency.Settings) *fileCustomer {
	f := &fileCustomer{
		Customer: s.Customer, DefaultRegion: s.DefaultRegion, Effective: s.Effective, Features: s.Features,
		LogDatasets: s.LogDatasets, LogRegion: s.LogRegion, LogRetention: s.LogRetention, Name: s.Name,
		OutOfRegionAccess: s.OutOfRegionAccess, Plan: s.Plan, Products: productsValue(s.Products),
		ServedOn: s.ServedOn, Unknown: s.Unknown,
	}
	for _, c := range s.CustomRegions {
		if f.CustomRegions == nil {
			f.CustomRegions = make(map[string]string, len(s.CustomRegions))
		}
		f.CustomRegions[c.Key] = c.Definition.String()
	}
	for i := range s.Zones {
		f.Zones = append(f.Zones, zoneValue(&s.Zones[i]))
	}
	for _, b := range s.IPBindings {
		f.IPBindings = append(f.IPBindings, fileBinding(b))
	}
	for _, x := range s.Storage {
		f.Storage = append(f.Storage, fileResource{x.Jurisdiction, x.Name, x.Product, x.PublicHostname})
	}
	for i := range s.Workers {
		w := &s.Workers[i]
		f.Workers = append(f.Workers, fileWorker{truthValue(w.Cron), w.Name, truthValue(w.Queues), w.Routes, w.SubrequestHosts, truthValue(w.Subrequests)})
	}
	for _, p := range s.Promises {
		f.Promises = append(f.Promises, filePromise{p.Claim, p.Contract, p.Reading, p.Since, p.Until})
	}
	return f
}

func zoneValue(z *residency.Zone) fileZone {
	f := fileZone{Name: z.Name, SecondaryDNS: z.SecondaryDNS}
	if z.HostnamesListed {
		f.Hostnames = make([]fileHostname, len(z.Hostnames))
	}
	for i, h := range z.Hostnames {
		f.Hostnames[i] = fileHostname{h.Addresses, h.Name, h.Region}
	}
	for _, a := range z.Spectrum {
		f.Spectrum = append(f.Spectrum, fileSpectrum(a))
	}
	for _, c := range z.CustomHostnames {
		f.CustomHostnames = append(f.CustomHostnames, fileCustomHostname(c))
	}
	if z.CertificatesListed {
		f.Certificates = make([]fileCertificate, len(z.Certificates))
	}
	for i := range z.Certificates {
		c := &z.Certificates[i]
		f.Certificates[i] = fileCertificate{c.Hosts, "", c.KeyRegion, c.KeyServer, c.Keyless}
		if c.KeyPolicy != nil {
			f.Certificates[i].KeyPolicy = c.KeyPolicy.String()
		}
	}
	return f
}

func productsValue(p residency.Products) any {
	switch {
	case !p.Known:
		return nil
	case p.All:
		return "all"
	case p.IDs == nil:
		return []string{}
	}
	return p.IDs
}

// truthValue leaves out what is not known.
func truthValue(t residency.Truth) *bool {
	if t == residency.Unsure {
		return nil
	}
	v := t == residency.True
	return &v
}
