package edgelog

import "strings"

// slot is a value of a line that a record is made from.
type slot int8

const (
	noSlot   slot = iota - 1
	timeSlot      // when the event began
	endSlot       // when it ended: the time, if the beginning is absent
	siteSlot
	egressSlot
	hostSlot
	clientSlot
	originSlot
	raySlot
	statusSlot
	upperSlot
	smartSlot
	sampleSlot
	tieredSlot
	reserveSlot
	o2oSlot
	subrequestSlot
	cacheSlot
	parentSlot
	sourceSlot
	protocolSlot
	tlsSlot
	clientKeySlot
	originKeySlot
	clientCountrySlot
	siteCountrySlot
	slots
)

// layout is what the reader knows about a dataset: the fields it reads, and the
// others that help to recognise it.
type layout struct {
	read   map[string]slot
	others string
}

// layouts follow the provider's pages of its datasets, such as
// https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/
// (2026-12-01). A field that none has yet changes nothing.
var layouts = [datasetEnd]layout{
	HTTPRequests: {
		read: map[string]slot{
			"EdgeStartTimestamp": timeSlot, "EdgeEndTimestamp": endSlot, "EdgeColoCode": siteSlot,
			"ClientRequestHost": hostSlot, "ClientIP": clientSlot, "OriginIP": originSlot,
			"EdgeResponseStatus": statusSlot, "UpperTierColoID": upperSlot, "SmartRouteColoID": smartSlot,
			"CacheTieredFill": tieredSlot, "CacheReserveUsed": reserveSlot, "EdgeCFConnectingO2O": o2oSlot,
			"WorkerSubrequest": subrequestSlot, "CacheCacheStatus": cacheSlot, "ParentRayID": parentSlot,
			"ClientRequestSource": sourceSlot, "ClientRequestProtocol": protocolSlot,
			"ClientSSLProtocol": tlsSlot, "ClientCountry": clientCountrySlot, "RayID": raySlot,
		},
		others: `BotDetectionIDs BotDetectionTags BotScore BotScoreSrc BotTags CacheResponseBytes CacheResponseStatus ClientASN
			ClientCity ClientDeviceType ClientIPClass ClientLatitude ClientLongitude ClientMTLSAuthCertFingerprint ClientMTLSAuthStatus
			ClientRegionCode ClientRequestBytes ClientRequestMethod ClientRequestPath ClientRequestReferer ClientRequestScheme
			ClientRequestURI ClientRequestUserAgent ClientSSLCipher ClientSrcPort ClientTCPRTTMs ClientXRequestedWith
			ContentScanObjResults ContentScanObjSizes ContentScanObjTypes Cookies EdgeColoID EdgePathingOp EdgePathingSrc
			EdgePathingStatus EdgeRequestHost EdgeResponseBodyBytes EdgeResponseBytes EdgeResponseCompressionRatio
			EdgeResponseContentType EdgeServerIP EdgeTimeToFirstByteMs FraudAttack FraudDetectionIDs FraudDetectionTags
			FraudEmailRisk FraudUserID JA3Hash JA4 JA4Signals JSDetectionPassed
			LeakedCredentialCheckResult OriginDNSResponseTimeMs OriginRequestHeaderSendDurationMs OriginResponseBytes
			OriginResponseDurationMs OriginResponseHTTPExpires OriginResponseHTTPLastModified
			OriginResponseHeaderReceiveDurationMs OriginResponseStatus OriginResponseTime OriginSSLProtocol
			OriginTCPHandshakeDurationMs OriginTLSHandshakeDurationMs PayPerCrawlStatus RequestHeaders ResponseHeaders
			SecurityAction SecurityActions SecurityRuleDescription SecurityRuleID SecurityRuleIDs SecuritySources
			VerifiedBotCategory WebAssetsLabelsManaged WebAssetsOperationID WAFAttackScore WAFFlags WAFMatchedVar WAFRCEAttackScore WAFSQLiAttackScore WAFXSSAttackScore
			WorkerCPUTime WorkerScriptName WorkerStatus WorkerSubrequestCount WorkerWallTimeUs ZoneName`,
	},
	FirewallEvents: {
		read: map[string]slot{
			"Datetime": timeSlot, "EdgeColoCode": siteSlot, "ClientRequestHost": hostSlot, "ClientIP": clientSlot,
			"EdgeResponseStatus": statusSlot, "ClientRequestProtocol": protocolSlot, "ClientCountry": clientCountrySlot,
		},
		others: `Action ClientASN ClientASNDescription ClientIPClass ClientRefererHost ClientRefererPath ClientRefererQuery
			ClientRefererScheme ClientRequestMethod ClientRequestPath ClientRequestQuery ClientRequestScheme
			ClientRequestUserAgent ContentScanObjResults ContentScanObjSizes ContentScanObjTypes Description Kind
			LeakedCredentialCheckResult MatchIndex Metadata OriginResponseStatus OriginatorRayID RayID Ref RuleID Source`,
	},
	DNSLogs: {
		read:   map[string]slot{"Timestamp": timeSlot, "ColoCode": siteSlot, "QueryName": hostSlot, "SourceIP": clientSlot},
		others: `EDNSSubnet EDNSSubnetLength QueryType ResponseCached ResponseCode`,
	},
	DNSFirewallLogs: {
		read: map[string]slot{"Timestamp": timeSlot, "ColoCode": siteSlot, "QueryName": hostSlot, "SourceIP": clientSlot},
		others: `ClientResponseCode ClusterID EDNSSubnet EDNSSubnetLength QueryDO QueryRD QuerySize QueryTCP QueryType
			ResponseCached ResponseCachedStale ResponseReason UpstreamIP UpstreamResponseCode UpstreamResponseTimeMs`,
	},
	SpectrumEvents: {
		read: map[string]slot{
			"Timestamp": timeSlot, "ConnectTimestamp": endSlot, "ColoCode": siteSlot, "ClientTlsClientHelloServerName": hostSlot,
			"ClientIP": clientSlot, "OriginIP": originSlot, "ClientTlsStatus": clientKeySlot, "OriginTlsStatus": originKeySlot,
			"ClientTlsProtocol": tlsSlot, "ClientCountry": clientCountrySlot,
		},
		others: `Application ClientAsn ClientBytes ClientMatchedIpFirewall ClientPort ClientProto ClientTcpRtt ClientTlsCipher
			DisconnectTimestamp Event IpFirewall OriginBytes OriginPort OriginProto OriginTcpRtt OriginTlsCipher
			OriginTlsFingerprint OriginTlsMode OriginTlsProtocol ProxyProtocol Status`,
	},
	GatewayDNS: {
		read: map[string]slot{"Datetime": timeSlot, "ColoCode": siteSlot, "SrcIP": clientSlot, "SrcIPCountryCode": clientCountrySlot},
		others: `ColoID AccountID ApplicationID ApplicationName DeviceID DeviceName DoHSubdomain DoTSubdomain DstIP DstPort Email
			Location LocationID MatchedCategoryIDs Policy PolicyID Protocol QueryCategoryIDs QueryID QueryIndicatorFeedIDs
			QueryName QueryNameReversed QuerySize QueryType QueryTypeName RCode RData ResolvedIPs ResolvedIPCountryCodes
			ResolverDecision ResolverPolicyID ResourceRecords ResourceRecordsJSON ResponseTimeMs SrcIPContinentCode SrcPort TimeZone UserID`,
	},
	ZeroTrustSessions: {
		read: map[string]slot{
			"SessionStartTime": timeSlot, "SessionEndTime": endSlot, "IngressColoName": siteSlot, "EgressColoName": egressSlot,
			"SourceIP": clientSlot, "OriginIP": originSlot,
		},
		others: `AccountID BytesReceived BytesSent ClientTCPHandshakeDurationMs ClientTLSCipher ClientTLSHandshakeDurationMs
			ClientTLSVersion ConnectionCloseReason ConnectionReuse DestinationTunnelID DetectedProtocol DeviceID DeviceName
			EgressIP EgressPort EgressRuleID EgressRuleName Email InitialOriginIP Offramp OriginPort OriginTLSCertificateIssuer
			OriginTLSCertificateValidationResult ResolvedFQDN SNI OriginTLSCipher OriginTLSHandshakeDurationMs OriginTLSVersion Protocol RegistrationID RuleEvaluationDurationMs
			SessionID SourceInternalIP SourcePort UserID VirtualNetworkID VirtualNetworkName`,
	},
	NetworkAnalytics: {
		read: map[string]slot{
			"Datetime": timeSlot, "ColoCode": siteSlot, "ColoCountry": siteCountrySlot, "IPSourceAddress": clientSlot,
			"SourceCountry": clientCountrySlot, "SampleInterval": sampleSlot,
		},
		others: `AttackCampaignID AttackID AttackVector ColoCity ColoGeoHash ColoName DestinationASN DestinationASNName
			DestinationCountry DestinationGeoHash DestinationPort Direction GREChecksum GREEtherType GREHeaderLength GREKey
			ICMPCode ICMPType IPDestinationAddress IPDestinationSubnet IPFragmentOffset IPHeaderLength IPMoreFragments
			IPProtocol IPProtocolName IPSourceSubnet IPTTL IPTotalLength IPv4Checksum IPv6FlowLabel MitigationReason
			MitigationScope MitigationSystem Outcome PFPCustomTag ProtocolState RuleID RuleName RulesetID RulesetOverrideID
			SourceASN SourceASNName SourceGeoHash SourcePort TCPFlags TCPSYNPercent Verdict UDPPayloadLength`,
	},
	IDSDetections: {
		read:   map[string]slot{"Timestamp": timeSlot, "ColoCode": siteSlot, "SourceIP": clientSlot},
		others: `Action ColoCity DestinationIP DestinationPort Protocol SignatureID SignatureMessage SignatureRevision SourcePort`,
	},
	GatewayHTTP: {others: `AccountID Action ApplicationIDs BlockedFileHash BlockedFileName DestinationIP DestinationIPCountryCode
			DestinationPort Datetime DeviceID DeviceName DownloadedFileNames Email FileInfo HTTPHost HTTPMethod HTTPStatusCode
			HTTPVersion IsIsolated PolicyID PolicyName Referer RequestID SessionID SourceIP SourceIPCountryCode
			SourceInternalIP SourcePort UploadedFileNames URL UserAgent UserID`},
	GatewayNetwork: {others: `AccountID Action ApplicationIDs CategoryIDs Datetime DestinationIP DestinationIPCountryCode DestinationPort
			DetectedProtocol DeviceID DeviceName Email OverrideIP OverridePort PolicyID PolicyName ProxyEndpoint SNI SessionID
			SourceIP SourceIPCountryCode SourceInternalIP SourcePort Transport UserID`},
	WorkersTraceEvents: {others: `CPUTimeMs DispatchNamespace Entrypoint Event EventTimestampMs EventType Exceptions Logs Outcome
			ScriptName ScriptTags ScriptVersion WallTimeMs`},
	AccessRequests: {others: `Action Allowed AppDomain AppUUID Connection Country CreatedAt Email IPAddress PurposeJustificationPrompt
			PurposeJustificationResponse RayID TemporaryAccessApprovers TemporaryAccessDuration UserUID`},
	SinkholeHTTPLogs: {others: `AccountID Body BodyLength DestAddr Headers Host Method Password R2Path Referrer SinkholeID SrcAddr Timestamp
			URI URL UserAgent Username`},
	IPSecLogs:       {others: `ErrorCode ErrorMessage EventType IKEVersion LocalIP Message RemoteIP Timestamp TunnelID TunnelName`},
	TurnstileEvents: {others: `ASN Action BrowserMajor BrowserName ClientIP CountryCode EventType Hostname OSMajor OSName Sitekey Timestamp UserAgent`},
	FlowLogs: {others: `AWSAccountID Bytes DestinationAddress DestinationPort DeviceID EtherType FlowTimestamp Packets Protocol
			SampleRate SourceAddress SourcePort TCPFlags Timestamp`},
	AuditLogs: {others: `ActionResult ActionType ActorEmail ActorID ActorIP ActorType ID Interface Metadata NewValue OldValue OwnerID
			ResourceID ResourceType When`},
	NELReports: {others: `ClientIPASN ClientIPASNDescription ClientIPCountry LastKnownGoodColoCode Phase Timestamp Type`},
}

// owners tells of every known field the datasets that have it, as bits.
var owners = fieldOwners()

func fieldOwners() map[string]uint32 {
	all := map[string]uint32{}
	for d := range layouts {
		for _, name := range strings.Fields(layouts[d].others) {
			all[name] |= 1 << d
		}
		for name := range layouts[d].read {
			all[name] |= 1 << d
		}
	}
	return all
}

// detect finds the dataset that most of the named fields belong to. Two that fit
// alike are no answer; both are returned.
func detect(names []string) (best, rival Dataset) {
	var score [datasetEnd]int
	for _, name := range names {
		for d := range score {
			score[d] += int(owners[name] >> d & 1)
		}
	}
	for d := range score {
		switch {
		case score[d] > score[best]:
			best, rival = Dataset(d), UnknownDataset
		case score[d] == score[best] && score[d] > 0:
			rival = Dataset(d)
		}
	}
	return best, rival
}
