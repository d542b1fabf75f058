package edgelog_test

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/edgelog"
)

// The output_options of a log job, and what they make of two requests.
// https://developers.cloudflare.com/logs/logpush/logpush-job/log-output-options/ (read
// 2026-12-01) says which there are; the API and its Terraform provider know rfc3339ms
// and rfc3339ns as well.
func TestEveryOutputOfALogJobIsRead(t *testing.T) {
	at := []time.Time{time.Unix(1755673200, 123_456_789).UTC(), time.Unix(1755673201, 0).UTC()}
	seconds, millis, nanos := time.Second, time.Millisecond, time.Nanosecond
	names := []string{"ClientIP", "EdgeColoCode", "EdgeStartTimestamp", "ClientRequestHost", "EdgeResponseStatus", "CacheTieredFill"}
	json := func(format func(time.Time) string) string {
		return fmt.Sprintf(`{"ClientIP":"198.51.100.7","EdgeColoCode":"FRA","EdgeStartTimestamp":%s,"ClientRequestHost":"a.example","EdgeResponseStatus":200,"CacheTieredFill":true}`+"\n"+
			`{"ClientIP":"2001:db8::9","EdgeColoCode":"EWR","EdgeStartTimestamp":%s,"ClientRequestHost":"b.example","EdgeResponseStatus":0,"CacheTieredFill":false}`+"\n", format(at[0]), format(at[1]))
	}
	csv := func(delimiter string) string {
		one := strings.Join([]string{`"198.51.100.7"`, `"FRA"`, "1755673200123456789", `"a.example"`, "200", "true"}, delimiter)
		two := strings.Join([]string{`"2001:db8::9"`, `"EWR"`, "1755673201000000000", `"b.example"`, "0", "false"}, delimiter)
		return one + "\n" + two + "\n"
	}
	quoted := func(layout string) func(time.Time) string {
		return func(t time.Time) string { return `"` + t.Format(layout) + `"` }
	}
	for name, tt := range map[string]struct {
		text     string
		precise  time.Duration
		headless bool
	}{
		"ndjson, unixnano":                      {json(func(t time.Time) string { return fmt.Sprint(t.UnixNano()) }), nanos, false},
		"ndjson, unix":                          {json(func(t time.Time) string { return fmt.Sprint(t.Unix()) }), seconds, false},
		"ndjson, rfc3339":                       {json(quoted("2006-01-02T15:04:05Z")), seconds, false},
		"ndjson, rfc3339ms":                     {json(quoted("2006-01-02T15:04:05.000Z")), millis, false},
		"ndjson, rfc3339ns":                     {json(quoted("2006-01-02T15:04:05.000000000Z")), nanos, false},
		"ndjson with a record_delimiter":        {strings.ReplaceAll(json(quoted("2006-01-02T15:04:05Z")), "\n", "\r\n"), seconds, false},
		"csv with a header as its batch_prefix": {strings.Join(names, ",") + "\n" + csv(","), nanos, false},
		"tsv with a header as its batch_prefix": {strings.Join(names, "\t") + "\n" + csv("\t"), nanos, false},
		"csv as it is by default":               {csv(","), nanos, true},
		"csv with another field_delimiter":      {csv("|"), nanos, true},
		"batches behind each other in one file": {strings.Repeat(strings.Join(names, ";")+"\n", 2) + csv(";"), nanos, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := edgelog.Options{}
			if tt.headless {
				o.Fields = names
			}
			got, err := readAll(t, edgelog.NewReader(strings.NewReader(tt.text), o))
			if err != io.EOF {
				t.Fatal(err)
			}
			want := []reading{
				{Site: "FRA", Host: "a.example", Client: "198.51.100.7", Time: at[0].Truncate(tt.precise).UnixNano(), Status: 200, Flags: edgelog.TieredFill},
				{Site: "EWR", Host: "b.example", Client: "2001:db8::9", Time: at[1].UnixNano()},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What an output makes of records that are no lines, or of fields under other names, is
// refused with what to do, and nothing of it is taken for something else.
func TestOutputsThatAreNoLinesAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"one JSON object a batch":      "{\"events\":[\n  {\"info\":{\"ClientIP\":\"198.51.100.7\",\"EdgeColoCode\":\"FRA\"}},\n  {\"info\":{\"ClientIP\":\"198.51.100.7\",\"EdgeColoCode\":\"FRA\"}}\n]}\n",
		"a record_template of its own": "{\"client-ip\":\"198.51.100.7\",\"timestamp\":1506702504433000200,\"ray-id\":\"3a6050bcbe121a87\"}\n",
	} {
		got, err := readAll(t, edgelog.NewReader(strings.NewReader(text), edgelog.Options{}))
		if len(got) != 0 || !errors.Is(err, edgelog.ErrDataset) || !strings.Contains(err.Error(), "record_template") || strings.Contains(err.Error(), "198.51") {
			t.Errorf("%s: %d records, %v", name, len(got), err)
		}
	}
}

// samples are lines as the provider's pages describe them, one of each dataset that names
// a site, with every kind of value: numbers, texts, lists, objects, empty and null ones.
var samples = map[edgelog.Dataset]string{
	edgelog.HTTPRequests:      `{"BotDetectionIDs":[33554817,50331648],"BotScore":99,"BotTags":[],"CacheCacheStatus":"dynamic","CacheReserveUsed":false,"CacheTieredFill":false,"ClientASN":64500,"ClientCity":"","ClientCountry":"de","ClientIP":"203.0.113.9","ClientLatitude":"48.1","ClientRequestHost":"shop.a.example","ClientRequestProtocol":"HTTP/2","ClientRequestSource":"eyeball","ClientSSLProtocol":"TLSv1.3","Cookies":{},"EdgeCFConnectingO2O":false,"EdgeColoCode":"MUC","EdgeColoID":162,"EdgeEndTimestamp":"2026-11-01T10:00:01Z","EdgeResponseCompressionRatio":3.14,"EdgeResponseStatus":200,"EdgeServerIP":"","EdgeStartTimestamp":"2026-11-01T10:00:00Z","JA4Signals":{"h2h3_ratio_1h":0.98,"ips_rank_1h":12},"OriginIP":"","OriginSSLProtocol":"none","ParentRayID":"00","RayID":"8e0f1a2b3c4d5e6f","RequestHeaders":{"x-tenant":"a \"quoted\" one"},"SecurityRuleIDs":["a","b"],"SmartRouteColoID":0,"UpperTierColoID":0,"WAFMatchedVar":null,"WorkerSubrequest":false,"ZoneName":"a.example"}`,
	edgelog.FirewallEvents:    `{"AISecurityPIICategories":[],"Action":"block","ClientASN":64500,"ClientASNDescription":"EXAMPLE","ClientCountry":"fr","ClientIP":"203.0.113.9","ClientRequestHost":"shop.a.example","ClientRequestProtocol":"HTTP/1.1","Datetime":"2026-11-01T10:00:00Z","Description":"","EdgeColoCode":"CDG","EdgeResponseStatus":403,"Kind":"firewall","MatchIndex":0,"Metadata":{"filter":"1","type":"customer"},"OriginResponseStatus":0,"OriginatorRayID":"00","RayID":"8e0f1a2b3c4d5e6f","Ref":"","RuleID":"7c1d","Source":"firewallrules"}`,
	edgelog.DNSLogs:           `{"ColoCode":"AMS","EDNSSubnet":"203.0.113.0","EDNSSubnetLength":24,"QueryName":"shop.a.example","QueryType":28,"ResponseCached":false,"ResponseCode":0,"SourceIP":"203.0.113.9","Timestamp":"2026-11-01T10:00:00Z"}`,
	edgelog.DNSFirewallLogs:   `{"ClientResponseCode":0,"ClusterID":"c1","ColoCode":"AMS","EDNSSubnet":"","EDNSSubnetLength":0,"QueryDO":true,"QueryName":"shop.a.example","QueryRD":true,"QuerySize":60,"QueryTCP":false,"QueryType":1,"ResponseCached":true,"ResponseCachedStale":false,"ResponseReason":"success","SourceIP":"203.0.113.9","Timestamp":1793527200000000000,"UpstreamIP":"192.0.2.1","UpstreamResponseCode":0,"UpstreamResponseTimeMs":30}`,
	edgelog.SpectrumEvents:    `{"Application":"7ef0","ClientAsn":64500,"ClientBytes":0,"ClientCountry":"pl","ClientIP":"203.0.113.9","ClientPort":40456,"ClientProto":"tcp","ClientTcpRtt":8000000,"ClientTlsCipher":"UNK","ClientTlsClientHelloServerName":"shop.a.example","ClientTlsProtocol":"TLSv1.3","ClientTlsStatus":"OK","ColoCode":"WAW","ConnectTimestamp":"2026-11-01T10:00:00Z","DisconnectTimestamp":0,"Event":"connect","IpFirewall":false,"OriginIP":"192.0.2.1","OriginPort":22,"OriginProto":"tcp","OriginTlsMode":"off","OriginTlsStatus":"UNKNOWN","ProxyProtocol":"off","Status":0,"Timestamp":"2026-11-01T10:00:00Z"}`,
	edgelog.GatewayDNS:        `{"AccountID":"a1","ApplicationID":0,"CNAMEs":["b.example"],"ColoCode":"SJC","ColoID":46,"Datetime":"2026-11-01T10:00:00Z","DeviceID":"d1","DstIP":"192.0.2.53","DstPort":443,"EDEErrors":[],"Email":"user@a.example","IsResponseCached":false,"MatchedCategoryIDs":[],"PolicyName":"","Protocol":"https","QueryCategoryIDs":[7,12],"QueryName":"b.example","QueryTypeName":"A","RCode":0,"ResolverDecision":"allowedOnNoPolicyMatch","ResourceRecords":[{"type":"5","data":"AAA="}],"SrcIP":"203.0.113.9","SrcIPCountryCode":"US","TenantID":"","UserID":"u1"}`,
	edgelog.ZeroTrustSessions: `{"AccountID":"a1","BytesReceived":900,"BytesSent":400,"ClientTLSVersion":"none","ConnectionCloseReason":"CLIENT_CLOSED","ConnectionReuse":false,"DetectedProtocol":"","DeviceID":"d1","EgressColoName":"ORD","EgressIP":"192.0.2.7","Email":"user@a.example","IngressColoName":"DFW","Offramp":"INTERNET","OriginIP":"192.0.2.1","OriginPort":443,"Protocol":"TCP","SNI":"b.example","SessionEndTime":"2026-11-01T10:00:01.000000002Z","SessionID":"s1","SessionStartTime":"2026-11-01T10:00:00.000000001Z","SourceIP":"203.0.113.9","TenantID":"","VirtualNetworkID":"v1"}`,
	edgelog.NetworkAnalytics:  `{"AttackID":"","ColoCity":"Amsterdam","ColoCode":"AMS","ColoCountry":"NL","ColoGeoHash":"u173zq","ColoName":"ams01","DNSQueryName":"","Datetime":"2026-11-01T10:00:00Z","Direction":"ingress","IPDestinationAddress":"192.0.2.1","IPProtocolName":"TCP","IPSourceAddress":"203.0.113.9","MitigationSystem":"dosd","Outcome":"pass","PFPCustomTag":0,"SampleInterval":1000,"SourceCountry":"GB","SourcePort":40456,"TCPFlags":2,"TCPFlagsString":"SYN","Verdict":"pass"}`,
	edgelog.IDSDetections:     `{"Action":"pass","ColoCity":"Frankfurt","ColoCode":"FRA","DestinationIP":"192.0.2.1","DestinationPort":0,"Protocol":"any","SignatureID":2031296,"SignatureMessage":"a scan","SignatureRevision":1,"SourceIP":"203.0.113.9","SourcePort":0,"Timestamp":"2026-11-01T10:00:00Z"}`,
}

func TestEveryDatasetIsReadAsItsPageDescribesIt(t *testing.T) {
	site := map[edgelog.Dataset]string{
		edgelog.HTTPRequests: "MUC", edgelog.FirewallEvents: "CDG", edgelog.DNSLogs: "AMS", edgelog.DNSFirewallLogs: "AMS", edgelog.SpectrumEvents: "WAW",
		edgelog.GatewayDNS: "SJC", edgelog.ZeroTrustSessions: "DFW", edgelog.NetworkAnalytics: "AMS", edgelog.IDSDetections: "FRA",
	}
	for _, d := range edgelog.Datasets() {
		line, ok := samples[d]
		if ok != d.CarriesSite() {
			t.Errorf("%s: a sample is there: %t, it names a site: %t", d, ok, d.CarriesSite())
		}
		if !ok {
			continue
		}
		r := edgelog.NewReader(strings.NewReader(line+"\n"), edgelog.Options{})
		got, err := readAll(t, r)
		if err != io.EOF || r.Dataset() != d || len(got) != 1 {
			t.Errorf("%s: read as %s, %d records, %v, %+v", d, r.Dataset(), len(got), err, r.Quarantine().Samples)
			continue
		}
		if got[0].Site != site[d] || got[0].Client != "203.0.113.9" || got[0].Time/1e9 != 1793527200 {
			t.Errorf("%s: %+v", d, got[0])
		}
	}
}

// members are where the members of a sample's object begin, but for the first.
var members = regexp.MustCompile(`,"[A-Z]\w*":`)

// Fields that nobody has seen, anywhere in the line and of any type, change nothing.
func TestAFieldNeverSeenBeforeChangesNothing(t *testing.T) {
	unseen := []string{
		`"QuantumScore":0.5`, `"NewList":[1,"two",null,{"EdgeColoCode":"LHR"}]`, `"NewObject":{"ColoCode":"LHR","ClientIP":"192.0.2.99"}`,
		`"":""`, `"edgecolocode":"LHR"`, `"Edge\u0043oloCode2":true`, `"Nothing":null`,
	}
	for d, line := range samples {
		want, err := readAll(t, edgelog.NewReader(strings.NewReader(line+"\n"), edgelog.Options{}))
		if err != io.EOF {
			t.Fatal(err)
		}
		var file strings.Builder
		places := members.FindAllStringIndex(line, -1)
		for i, u := range unseen {
			at := places[i*(len(places)-1)/len(unseen)][0]
			changed := line[:at] + "," + u + line[at:]
			if i == 0 {
				changed = "{" + u + "," + line[1:]
			}
			fmt.Fprintf(&file, "%s\n%s\n", changed, line)
		}
		r := edgelog.NewReader(strings.NewReader(file.String()), edgelog.Options{})
		got, err := readAll(t, r)
		if err != io.EOF || r.Dataset() != d || r.Counts().Malformed > 0 || len(got) != 2*len(unseen) {
			t.Errorf("%s: read as %s, %d records, %v, %+v", d, r.Dataset(), len(got), err, r.Quarantine().Samples)
			continue
		}
		for i := range got {
			got[i].Flags &^= edgelog.Repeated
			if diff := cmp.Diff(want[0], got[i]); diff != "" {
				t.Errorf("%s, line %d (-want +got):\n%s", d, i+1, diff)
			}
		}
	}
}
