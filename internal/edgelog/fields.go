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
	mergedSlot // subrequests that the line of their request holds
	slots
)

// layout is what the reader knows about a dataset: the fields it reads, and the
// others that help to recognise it.
type layout struct {
	read   map[string]slot
	others string
}

// layouts follow the provider's pages of its datasets, which give every field and its
// type: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/
// and so on, as they stand in github.com/cloudflare/cloudflare-docs, under
// src/content/docs/logs/logpush/logpush-job/datasets, and the changelog of 2026-05-13 at
// https://developers.cloudflare.com/changelog/ (read 2026-12-01). A time is "int or
// string" in all of them. A field that none has yet changes nothing.
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
			"Subrequests": mergedSlot,
		},
		others: `AISecurityInjectionScore AISecurityPIICategories AISecurityTokenCount AISecurityUnsafeTopicCategories BotDetectionIDs BotDetectionTags BotScore BotScoreSrc BotTags CacheResponseBytes CacheResponseStatus ClientASN
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
		others: `AISecurityInjectionScore AISecurityPIICategories AISecurityTokenCount AISecurityUnsafeTopicCategories
			Action ClientASN ClientASNDescription ClientIPClass ClientRefererHost ClientRefererPath ClientRefererQuery
			ClientRefererScheme ClientRequestMethod ClientRequestPath ClientRequestQuery ClientRequestScheme
			ClientRequestUserAgent ContentScanObjResults ContentScanObjSizes ContentScanObjTypes Description
			FirewallForAIInjectionScore FirewallForAIPIICategories FirewallForAITokenCount FirewallForAIUnsafeTopicCategories FraudUserID Kind
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
		others: `AccountID ApplicationID ApplicationName AppliedMaxTTL AuthoritativeNameServerIPs CNAMECategoryIDs CNAMECategoryNames
			CNAMEs CNAMEsReversed ColoID CustomResolveDurationMs CustomResolverAddress CustomResolverPolicyID
			CustomResolverPolicyName CustomResolverResponse DeviceID DeviceName DoHSubdomain DoTSubdomain DstIP DstPort EDEErrors
			Email InitialCategoryIDs InitialCategoryNames InitialResolvedIPs InternalDNSDurationMs InternalDNSFallbackStrategy
			InternalDNSRCode InternalDNSViewID InternalDNSZoneID IsResponseCached Location LocationID MatchedCategoryIDs
			MatchedCategoryNames MatchedIndicatorFeedIDs MatchedIndicatorFeedNames Policy PolicyID PolicyName Protocol
			QueryApplicationIDs QueryApplicationNames QueryCategoryIDs QueryCategoryNames QueryID QueryIndicatorFeedIDs
			QueryIndicatorFeedNames QueryName QueryNameReversed QuerySize QueryType QueryTypeName RCode RData RedirectTargetURI
			RegistrationID RequestContextCategoryIDs RequestContextCategoryNames ResolvedIPCategoryIDs ResolvedIPCategoryNames
			ResolvedIPContinentCodes ResolvedIPCountryCodes ResolvedIPs ResolverDecision ResolverPolicyID ResolverPolicyName
			ResourceRecords ResourceRecordsJSON ResponseTimeMs SrcIPContinentCode SrcPort TenantID TimeZone
			TimeZoneInferredMethod UpstreamRecordTTLs UserID`,
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
			SessionID SourceInternalIP SourcePort TenantID UserID VirtualNetworkID`,
	},
	NetworkAnalytics: {
		read: map[string]slot{
			"Datetime": timeSlot, "ColoCode": siteSlot, "ColoCountry": siteCountrySlot, "IPSourceAddress": clientSlot,
			"SourceCountry": clientCountrySlot, "SampleInterval": sampleSlot,
		},
		others: `AttackCampaignID AttackID AttackVector ColoCity ColoGeoHash ColoName DNSQueryName DNSQueryType DestinationASN
			DestinationASNName DestinationCountry DestinationGeoHash DestinationPort Direction GREChecksum GREEtherType
			GREHeaderLength GREKey GRESequenceNumber GREVersion ICMPChecksum ICMPCode ICMPType IPDestinationAddress
			IPDestinationSubnet IPFragmentOffset IPHeaderLength IPMoreFragments IPProtocol IPProtocolName IPSourceSubnet IPTTL
			IPTTLBuckets IPTotalLength IPTotalLengthBuckets IPv4Checksum IPv4DSCP IPv4DontFragment IPv4ECN IPv4Identification
			IPv4Options IPv6DSCP IPv6ECN IPv6ExtensionHeaders IPv6FlowLabel IPv6Identification MitigationReason MitigationScope
			MitigationSystem Outcome PFPCustomTag ProtocolState RuleID RuleName RulesetID RulesetOverrideID SourceASN
			SourceASNName SourceGeoHash SourcePort TCPAcknowledgementNumber TCPChecksum TCPDataOffset TCPFlags TCPFlagsString
			TCPMSS TCPOptions TCPSACKBlocks TCPSACKPermitted TCPSequenceNumber TCPTimestampECR TCPTimestampValue
			TCPUrgentPointer TCPWindowScale TCPWindowSize UDPChecksum UDPPayloadLength Verdict`,
	},
	IDSDetections: {
		read:   map[string]slot{"Timestamp": timeSlot, "ColoCode": siteSlot, "SourceIP": clientSlot},
		others: `Action ColoCity DestinationIP DestinationPort Protocol SignatureID SignatureMessage SignatureRevision SourcePort`,
	},
	GatewayHTTP: {others: `AccountID Action AddedHeaders AppControlInfo ApplicationIDs ApplicationNames ApplicationStatuses BlockedFileHash
			BlockedFileName BlockedFileReason BlockedFileSize BlockedFileType CategoryIDs CategoryNames Datetime DeletedHeaders
			DestinationIP DestinationIPContinentCode DestinationIPCountryCode DestinationPort DeviceID DeviceName
			DownloadMatchedDlpProfileEntries DownloadMatchedDlpProfiles DownloadedFileNames Email FileInfo ForensicCopyStatus
			HTTPHost HTTPMethod HTTPStatusCode HTTPVersion IsIsolated PolicyID PolicyName PrivateAppAUD ProxyEndpoint Quarantined
			RedirectTargetURI Referer RegistrationID RequestID SessionID SetHeaders SourceIP SourceIPContinentCode
			SourceIPCountryCode SourceInternalIP SourcePort TenantID URL UntrustedCertificateAction
			UploadMatchedDlpProfileEntries UploadMatchedDlpProfiles UploadedFileNames UserAgent UserID VirtualNetworkID
			VirtualNetworkName Warnings`},
	GatewayNetwork: {others: `AccountID Action ApplicationIDs ApplicationNames CategoryIDs CategoryNames Datetime DestinationIP
			DestinationIPContinentCode DestinationIPCountryCode DestinationPort DetectedProtocol DeviceID DeviceName Email
			OverrideIP OverridePort PolicyID PolicyName ProxyEndpoint RegistrationID SNI SessionID SourceIP SourceIPContinentCode
			SourceIPCountryCode SourceInternalIP SourcePort TenantID Transport TransportProtocol UserID VirtualNetworkID
			VirtualNetworkName`},
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
