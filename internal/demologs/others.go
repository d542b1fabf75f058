package demologs

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shapes are lines of the other datasets. What stands in braces is filled in.
var shapes = map[string]string{
	"firewall_events": `{"Action":"block","ClientASN":64500,"ClientCountry":"{country}","ClientIP":"{ip}","ClientRequestHost":"{host}",` +
		`"ClientRequestMethod":"GET","ClientRequestPath":"/login","ClientRequestProtocol":"HTTP/2","Datetime":{nanos},"EdgeColoCode":"{site}",` +
		`"EdgeResponseStatus":403,"Kind":"firewall","MatchIndex":0,"Metadata":{"ruleset":"managed"},"OriginatorRayID":"00","RayID":"{ray}",` +
		`"RuleID":"100015","Source":"firewallManaged"}`,
	"dns_logs": `{"ColoCode":"{site}","EDNSSubnet":"","EDNSSubnetLength":0,"QueryName":"{host}","QueryType":28,"ResponseCached":true,` +
		`"ResponseCode":0,"SourceIP":"{ip}","Timestamp":{nanos}}`,
	"spectrum_events": `{"Application":"{ray}","ClientAsn":64500,"ClientBytes":4096,"ClientCountry":"{country}","ClientIP":"{ip}","ClientPort":51000,` +
		`"ClientProto":"tcp","ClientTcpRtt":23000000,"ClientTlsClientHelloServerName":"{host}","ClientTlsProtocol":"TLSv1.3",` +
		`"ClientTlsStatus":"KEYLESS_RPC","ColoCode":"{site}","ConnectTimestamp":{nanos},"Event":"connect","OriginIP":"203.0.113.8",` +
		`"OriginPort":443,"OriginTlsStatus":"OK","Status":0,"Timestamp":{nanos}}`,
	"gateway_dns": `{"ColoCode":"{site}","ColoID":41,"Datetime":"{rfc3339}","DeviceID":"{ray}","Email":"user@acme.example","Location":"office",` +
		`"QueryName":"visited.example","QueryType":1,"RCode":0,"ResolverDecision":"allowedByQueryName","SrcIP":"{ip}","SrcIPCountryCode":"{country}","UserID":"{ray}"}`,
	"zero_trust_network_sessions": `{"BytesReceived":900,"BytesSent":1200,"DeviceID":"{ray}","EgressColoName":"{other}","EgressIP":"203.0.113.77",` +
		`"Email":"user@acme.example","IngressColoName":"{site}","Offramp":"INTERNET","OriginIP":"203.0.113.9","OriginPort":443,"Protocol":"TCP",` +
		`"SessionEndTime":"{rfc3339}","SessionID":"{ray}","SessionStartTime":"{rfc3339}","SourceIP":"{ip}","SourcePort":50123}`,
	"network_analytics_logs": `{"AttackID":"","ColoCity":"","ColoCode":"{site}","ColoCountry":"{country}","ColoGeoHash":"u0","ColoName":"{facility}",` +
		`"Datetime":{nanos},"DestinationPort":443,"Direction":"ingress","IPDestinationAddress":"203.0.113.1","IPProtocol":6,"IPSourceAddress":"{ip}",` +
		`"IPSourceSubnet":"","IPTotalLength":60,"MitigationSystem":"","Outcome":"pass","SampleInterval":1000,"SourceCountry":"{country}","Verdict":"pass"}`,
	"gateway_http": `{"AccountID":"{ray}","Action":"none","Datetime":"{rfc3339}","DestinationIP":"203.0.113.9","DeviceID":"{ray}","Email":"user@acme.example",` +
		`"HTTPHost":"visited.example","HTTPMethod":"GET","HTTPStatusCode":200,"SessionID":"{ray}","SourceIP":"{ip}","URL":"https://visited.example/"}`,
	"workers_trace_events": `{"CPUTimeMs":2,"Event":{"RayID":"{ray}"},"EventTimestampMs":{millis},"EventType":"fetch","Exceptions":[],"Logs":[],` +
		`"Outcome":"ok","ScriptName":"front","WallTimeMs":11}`,
	"access_requests": `{"Action":"login","Allowed":true,"AppDomain":"{host}","AppUUID":"{ray}","Connection":"saml","Country":"{country}",` +
		`"CreatedAt":"{rfc3339}","Email":"user@acme.example","IPAddress":"{ip}","RayID":"{ray}","UserUID":"{ray}"}`,
}

// Others returns the names of the datasets that WriteOther writes, in order.
func Others() []string {
	var out []string
	for name := range shapes {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// WriteOther writes lines of a dataset other than http_requests as NDJSON, with the
// plan's seed, hosts, sites, number of lines and times; nothing is planted. Counts of
// the truth have the site a session enters at, and the host where the dataset names
// one of the customer's.
func WriteOther(w io.Writer, dataset string, plan Plan) (Truth, error) {
	shape, ok := shapes[dataset]
	if !ok {
		return Truth{}, fmt.Errorf("%w: no lines of dataset %q (want one of %s)", errPlan, dataset, strings.Join(Others(), ", "))
	}
	plan, err := plan.withDefaults()
	if err != nil {
		return Truth{}, err
	}
	random := rand.New(rand.NewPCG(plan.Seed, 0x6f7468657273))
	clients := newClients(random, min(plan.Clients, 1000))
	truth := Truth{Counts: map[Cell]uint64{}}
	out := bufio.NewWriter(w)
	for i := range plan.Lines {
		at := plan.From.Add(time.Duration(float64(plan.Span) * float64(i) / float64(plan.Lines))).Truncate(time.Second).UTC()
		h := &plan.Hosts[random.IntN(len(plan.Hosts))]
		c := &clients[random.IntN(len(clients))]
		site := h.Sites[random.IntN(len(h.Sites))]
		fill := strings.NewReplacer(
			"{country}", c.country, "{ip}", c.text, "{host}", h.Name, "{site}", site, "{other}", h.Sites[len(h.Sites)-1],
			"{facility}", strings.ToLower(site)+"01", "{ray}", hex(random.Uint64()), "{rfc3339}", at.Format(time.RFC3339),
			"{nanos}", strconv.FormatInt(at.UnixNano(), 10), "{millis}", strconv.FormatInt(at.UnixMilli(), 10),
		)
		if _, err := fill.WriteString(out, shape+"\n"); err != nil {
			return truth, fmt.Errorf("write demo logs: line %d: %w", i+1, err)
		}
		cell := Cell{Site: site, Hour: at.Unix() / 3600}
		if strings.Contains(shape, `Host":"{host}`) || strings.Contains(shape, `Name":"{host}`) {
			cell.Host = h.Name
		}
		truth.Lines++
		truth.Accepted++
		truth.Counts[cell]++
	}
	if err := out.Flush(); err != nil {
		return truth, fmt.Errorf("write demo logs: %w", err)
	}
	return truth, nil
}
