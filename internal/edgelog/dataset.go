package edgelog

import (
	"fmt"
	"strings"
)

// Dataset is the kind of log a file holds. The zero value is unknown.
type Dataset uint8

// The datasets whose lines name a site, then those that prove nothing about places.
const (
	UnknownDataset Dataset = iota
	HTTPRequests
	FirewallEvents
	DNSLogs
	DNSFirewallLogs
	SpectrumEvents
	GatewayDNS
	ZeroTrustSessions
	NetworkAnalytics
	IDSDetections

	GatewayHTTP
	GatewayNetwork
	WorkersTraceEvents
	AccessRequests
	SinkholeHTTPLogs
	IPSecLogs
	TurnstileEvents
	FlowLogs
	AuditLogs
	NELReports
	datasetEnd
)

const firstWithoutSite = GatewayHTTP

var datasetNames = [...]string{
	"unknown", "http_requests", "firewall_events", "dns_logs", "dns_firewall_logs", "spectrum_events", "gateway_dns",
	"zero_trust_network_sessions", "network_analytics_logs", "magic_ids_detections",
	"gateway_http", "gateway_network", "workers_trace_events", "access_requests", "sinkhole_http_logs", "ipsec_logs",
	"turnstile_events", "mnm_flow_logs", "audit_logs", "nel_reports",
}

// String returns the provider's identifier: "http_requests".
func (d Dataset) String() string { return datasetNames[d] }

// CarriesSite reports whether lines of the dataset name the site that handled what
// they are about. Without it they prove nothing about places.
func (d Dataset) CarriesSite() bool { return d > UnknownDataset && d < firstWithoutSite }

// Why says in a sentence what the dataset can and cannot show about places.
func (d Dataset) Why() string {
	switch d {
	case UnknownDataset:
		return "No known dataset."
	case HTTPRequests:
		return "Names the site that decrypted the request, not the one that took the packets."
	case GatewayDNS:
		return "Names the site that resolved, which no setting confines."
	case ZeroTrustSessions:
		return "Names the sites where a session entered and left the network; they may differ."
	case NetworkAnalytics:
		return "A sample of packets at the site where they arrived."
	case GatewayHTTP, GatewayNetwork:
		return "Carries no site and therefore proves nothing; the sessions of zero_trust_network_sessions do."
	case NELReports:
		return "Names the last site a browser could reach, not one that handled the failed request, and therefore proves nothing."
	}
	if d.CarriesSite() {
		return "Names the site that handled the event."
	}
	return "Carries no site and therefore proves nothing."
}

// Datasets returns all known ones in a fixed order, those that carry a site first.
func Datasets() []Dataset {
	out := make([]Dataset, 0, datasetEnd-1)
	for d := HTTPRequests; d < datasetEnd; d++ {
		out = append(out, d)
	}
	return out
}

// ParseDataset reads the provider's identifier of a dataset.
func ParseDataset(s string) (Dataset, error) {
	for i, n := range datasetNames {
		if i > 0 && strings.EqualFold(s, n) {
			return Dataset(i), nil
		}
	}
	return UnknownDataset, fmt.Errorf("unknown dataset (want one of %s)", strings.Join(datasetNames[1:], ", "))
}
