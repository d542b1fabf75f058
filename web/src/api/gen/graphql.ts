/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What happens to data at a place. */
export type Activity =
  /** A person or client at that place may read it. The place is the reader's, not the disk's. */
  | 'ACCESS'
  /** Kept for a while to be served again. */
  | 'CACHE'
  /** Readable in memory: TLS termination, inspection, execution. */
  | 'PROCESS'
  /** At rest beyond the request, replicas and backups included. */
  | 'STORE'
  /** Encrypted bytes pass; the site cannot read them. */
  | 'TRANSIT';

/** A certificate, and where its private key may be: a key region, a key policy or Keyless SSL. */
export type CertificateInput = {
  hosts: Array<string>;
  keyPolicy?: string | null | undefined;
  keyRegion?: string | null | undefined;
  /** Country of the customer's key server, as the customer states it. */
  keyServer?: string | null | undefined;
  keyless?: boolean | null | undefined;
};

/** A claim: a preset, or places and a direction; a reading, or categories and activities of its own. */
export type ClaimInput = {
  /** These activities instead of the reading's. */
  activities?: Array<Activity> | null | undefined;
  /** These categories instead of the reading's. */
  categories?: Array<DataCategory> | null | undefined;
  /** Places taken out of that union. */
  except?: Array<string> | null | undefined;
  /** ONLY_IN unless given. */
  kind?: ClaimKind | null | undefined;
  /** A preset such as eu-only. It names its own places. */
  preset?: string | null | undefined;
  /** What the claim means; HANDLED unless given. */
  reading?: Reading | null | undefined;
  /** These scopes only, and the account's. One that the settings do not have is an error. */
  scopes?: Array<ScopeInput> | null | undefined;
  /** Jurisdictions by code (EU, DE, US-CA) or regions by key (region:eu, key-region:…, log-region:…, storage-jurisdiction:…); their union. */
  within?: Array<string> | null | undefined;
};

/** The direction of a claim. */
export type ClaimKind =
  /** Nothing inside the places. */
  | 'NEVER_IN'
  /** Nothing outside the places. */
  | 'ONLY_IN';

/** Where a claim is written down. */
export type ClaimOrigin =
  | 'REGISTERED'
  /** A promise of the settings file. */
  | 'SETTINGS';

/** How sure a fact is, weakest first. */
export type Confidence =
  /** Sources disagree. */
  | 'DISPUTED'
  /** Concluded, not said by a source. */
  | 'INFERRED'
  /** Documented by the provider or in law. */
  | 'PUBLISHED'
  /** Said by the provider or the operator, not documented. */
  | 'STATED'
  /** Said by somebody other than the provider or the law. */
  | 'THIRD_PARTY';

/** A name of the customer's own customers. Its region follows its target. */
export type CustomHostnameInput = {
  name: string;
  target?: string | null | undefined;
};

/** A region made for this customer: a predicate over sites. */
export type CustomRegionInput = {
  definition: string;
  key: string;
};

/** The seven kinds of data. */
export type DataCategory =
  /** Names, users, billing; the provider is its controller. */
  | 'ACCOUNT'
  /** What the customer sets: DNS records, rules, Worker code, hostnames. */
  | 'CONFIGURATION'
  /** Requests and responses passing through, and cached copies of them. */
  | 'CONTENT'
  /** Private TLS keys. */
  | 'KEYS'
  /** Flow samples, core dumps, attack data: what running the network needs. */
  | 'OPERATIONAL'
  /** Objects the customer puts into storage products. */
  | 'STORED_CONTENT'
  /** Logs and analytics of end users' visits: customer logs. */
  | 'TRAFFIC_METADATA';

/** A place that is not a site of the network. */
export type Elsewhere =
  /** Any place in the world. */
  | 'ANYWHERE'
  /** A country the customer states; nobody checked it. */
  | 'DECLARED'
  /** A place nobody has published. */
  | 'UNMODELLED';

/** What was observed, beside the verdict and never merged with it. */
export type Evidence =
  /** Nothing that was observed contradicts it. That proves nothing: only the settings can. */
  | 'CONSISTENT'
  /** Something observed lies outside. */
  | 'CONTRADICTED'
  /** Nothing was observed. */
  | 'NONE';

/** A switch: true, false or the name of a mode. */
export type FeatureInput = {
  id: string;
  value: string;
};

/** An answer to freeze: a claim about a customer, on a day, with what was observed in a window. */
export type FreezeReportInput = {
  /** Today, where it is left out. */
  asOf?: string | null | undefined;
  /** The customer, by id or key. */
  customer: string | number;
  except?: Array<string> | null | undefined;
  /** The last day it is valid: 90 days ahead where it is left out, 366 at most. */
  expires?: string | null | undefined;
  /** First and last day of what was observed: the 30 days that end with `to`, or with the day, where they are left out. */
  from?: string | null | undefined;
  kind?: ClaimKind | null | undefined;
  /** A preset claim, by id; or else places. */
  preset?: string | null | undefined;
  reading?: Reading;
  to?: string | null | undefined;
  within?: Array<string> | null | undefined;
};

/** A proxied name, exact or a one-level wildcard. */
export type HostnameInput = {
  /** The customer's own addresses that it is served on. */
  addresses?: Array<string> | null | undefined;
  name: string;
  processingRegion?: string | null | undefined;
};

/** A range of the customer's own addresses, tied to a region. */
export type IpBindingInput = {
  cidr: string;
  region: string;
};

/** What a legal place is. */
export type JurisdictionKind =
  /** A named group with dated membership. */
  | 'BLOC'
  | 'COUNTRY'
  | 'SUBDIVISION';

/** Whether a site or country belongs to a region or jurisdiction. */
export type Membership =
  | 'IN'
  | 'OUT'
  /** Not published, or published in a way that decides nothing. Never taken for a yes. */
  | 'UNKNOWN';

/** What a customer was told. */
export type PromiseInput = {
  /** A preset claim: eu-only. */
  claim: string;
  contract?: string | null | undefined;
  reading: Reading;
  since?: string | null | undefined;
  until?: string | null | undefined;
};

/** What a plain-word claim means. Each stronger than the one before. */
export type Reading =
  /** Every category of data and every activity. */
  | 'EVERYTHING'
  /** The same, and processed: readable in memory. */
  | 'HANDLED'
  /** Request content, stored objects, customer logs and keys are cached or stored. */
  | 'RESIDES';

/** Why a placement is where it is. */
export type ReasonKind =
  /** A Worker's cron triggers. */
  | 'CRON'
  /** No setting, so the documented default. */
  | 'DEFAULT'
  /** The nature of the flow: nothing narrows it. */
  | 'FIXED'
  /** An IP binding steers the hostname. */
  | 'IP_BINDING'
  /** The key is on the customer's own key server. */
  | 'KEYLESS'
  /** A log dataset that ignores the log region. */
  | 'LOG_DATASET'
  /** Log retention is on, so the log region cannot take effect. */
  | 'LOG_RETENTION'
  /** A jurisdiction that does not confine this activity. */
  | 'NOT_CONFINED'
  /** A jurisdiction that the product does not offer. */
  | 'NOT_OFFERED'
  /** A hostname without a certificate of its own. */
  | 'NO_CERTIFICATE'
  /** A stored resource without a jurisdiction. */
  | 'NO_JURISDICTION'
  /** The partner network in mainland China. */
  | 'PARTNER_NETWORK'
  /** The provider's personnel. */
  | 'PERSONNEL'
  /** The stated plan cannot have the setting. */
  | 'PLAN'
  /** The product's condition does not hold. */
  | 'PRODUCT_CONDITION'
  /** The product is not available together with the setting. */
  | 'PRODUCT_CONFLICT'
  /** The product keeps its own placement. */
  | 'PRODUCT_OUTSIDE'
  /** Sources disagree about the product, or do not say. */
  | 'PRODUCT_UNCERTAIN'
  /** A Worker's queue consumers. */
  | 'QUEUES'
  /** Who may read: the customer's own users. */
  | 'READERS'
  /** Reading sessions land in the log region; the reader's place is not enforced. */
  | 'READERS_STEERED'
  /** Outgoing zone transfers publish global addresses and bypass the region. */
  | 'SECONDARY_DNS'
  /** A setting narrows it. */
  | 'SETTING'
  /** The setting could not be read. */
  | 'SETTING_UNREAD'
  /** A Spectrum application overrides the hostname's region. */
  | 'SPECTRUM'
  /** A Spectrum application with a region. */
  | 'SPECTRUM_REGION'
  /** A regional hostname and an IP binding name different regions. */
  | 'STEERING_UNCLEAR'
  /** A Worker's subrequests. */
  | 'SUBREQUESTS'
  /** A custom hostname follows its target. */
  | 'TARGET'
  /** Its target is not in these settings. */
  | 'TARGET_UNKNOWN'
  /** The setting names a region that the datasets do not have. */
  | 'UNKNOWN_REGION';

/** A bucket, namespace or database of a storage product. */
export type ResourceInput = {
  jurisdiction?: string | null | undefined;
  name: string;
  product: string;
  publicHostname?: string | null | undefined;
};

/** Who asks. */
export type Role =
  /** A customer: its own account only. */
  | 'CUSTOMER'
  /** A machine that may record observations and nothing else. */
  | 'INGEST'
  /** The privacy team: everything, and the mutations. */
  | 'PRIVACY'
  /** Sales: claims on any account's settings. */
  | 'SALES';

/** A scope by kind and name; the account has no name. */
export type ScopeInput = {
  kind: ScopeKind;
  name?: string | null | undefined;
};

/** What a setting or a placement applies to. */
export type ScopeKind =
  | 'ACCOUNT'
  /** A certificate, named by its first host. */
  | 'CERTIFICATE'
  /** A hostname, exact or a one-level wildcard. */
  | 'HOSTNAME'
  /** A range of the customer's own addresses. */
  | 'IP_BINDING'
  /** A bucket, namespace or database, as product/name. */
  | 'RESOURCE'
  | 'WORKER'
  | 'ZONE';

/** The hostnames through which a product is reached. */
export type ServedOnInput = {
  hostnames: Array<string>;
  product: string;
};

/** The four localization settings. Each has its own list of regions. */
export type Setting =
  /** Key region, per certificate. */
  | 'KEYS'
  /** Log region, per account. */
  | 'LOGS'
  /** Processing region, per hostname. */
  | 'PROCESSING'
  /** Storage jurisdiction, per stored resource, at its creation. */
  | 'STORAGE';

/** Settings as fields. Ids of products, regions and features are those of the datasets. */
export type SettingsInput = {
  customRegions?: Array<CustomRegionInput> | null | undefined;
  /** The customer's key, 1 to 64 of a-z, 0-9 and -; needed to record settings. */
  customer?: string | null | undefined;
  /** Processing region of hostnames without one. */
  defaultProcessingRegion?: string | null | undefined;
  /** Valid from; today when left out. */
  effective?: string | null | undefined;
  features?: Array<FeatureInput> | null | undefined;
  ipBindings?: Array<IpBindingInput> | null | undefined;
  /** Log datasets in use beside those of the products. */
  logDatasets?: Array<string> | null | undefined;
  logRegion?: string | null | undefined;
  /** Must be off on every zone before a log region takes effect. */
  logRetention?: boolean | null | undefined;
  name?: string | null | undefined;
  outOfRegionAccess?: boolean | null | undefined;
  /** What may be switched on at all: enterprise, business, pro, free. */
  plan?: string | null | undefined;
  /** Products in use, or the one word all. Left out means not known: any may be in use. */
  products?: Array<string> | null | undefined;
  promises?: Array<PromiseInput> | null | undefined;
  /** The hostnames through which products are reached. */
  servedOn?: Array<ServedOnInput> | null | undefined;
  storage?: Array<ResourceInput> | null | undefined;
  /** Paths in the settings file's notation of facts that could not be read: log_region, zones.acme.example.certificates. */
  unknown?: Array<string> | null | undefined;
  workers?: Array<WorkerInput> | null | undefined;
  zones?: Array<ZoneInput> | null | undefined;
};

/** Edge sites and core data centers. */
export type SiteKind =
  /** Configuration, logs and analytics are stored here. */
  | 'CORE'
  /** Traffic arrives and is processed here. */
  | 'POP';

/** A Spectrum application. It overrides the regional hostname of the same name. */
export type SpectrumInput = {
  hostname: string;
  /** http, https, tcp or udp. */
  protocol: string;
  region?: string | null | undefined;
  /** For tcp only; http and https always do. */
  terminatesTls?: boolean | null | undefined;
};

/** What to suppose, at least one thing. It is judged and not kept; the revision of the answer begins with `supposed:`. */
export type SupposeInput = {
  /** Sites that close. */
  closes?: Array<string> | null | undefined;
  /** Who joins a bloc. */
  joins?: Array<SupposedMemberInput> | null | undefined;
  /** Who leaves a bloc, or whose adequacy decision falls. */
  leaves?: Array<SupposedMemberInput> | null | undefined;
  /** Sites that open. */
  opens?: Array<SupposedSiteInput> | null | undefined;
};

/** A member of a bloc. */
export type SupposedMemberInput = {
  bloc: string;
  /** A country or subdivision. */
  member: string;
};

/** A site that opens. */
export type SupposedSiteInput = {
  /** Three letters that no site has. */
  code: string;
  /** A country or subdivision: DE, US-CA. */
  in: string;
};

/** The answer to a claim. */
export type Verdict =
  /** An observation contradicts the claim. */
  | 'BROKEN'
  /** Every placement in scope lies inside, and nothing observed contradicts it. */
  | 'HOLDS'
  /** The settings allow a place outside; the counterexample names it. */
  | 'NOT_ENSURED'
  /** A fact that decides it is missing or disputed; the answer names it. */
  | 'UNKNOWN';

/** A stretch of time, UTC, of ten years at most. */
export type WindowInput = {
  /** Its start. Hours that begin in the window belong to it. */
  from: string;
  /** Its end, which it does not hold; now, where it is left out or later. */
  to?: string | null | undefined;
};

/** A Worker. What is not stated of it is not known. */
export type WorkerInput = {
  cron?: boolean | null | undefined;
  name: string;
  queues?: boolean | null | undefined;
  routes?: Array<string> | null | undefined;
  /** The only hosts it asks, where that is known. */
  subrequestHosts?: Array<string> | null | undefined;
  subrequests?: boolean | null | undefined;
};

/** A DNS zone and what is set on it. */
export type ZoneInput = {
  certificates?: Array<CertificateInput> | null | undefined;
  customHostnames?: Array<CustomHostnameInput> | null | undefined;
  /** Left out, the zone stands for its hostnames; an empty list means that there are none. */
  hostnames?: Array<HostnameInput> | null | undefined;
  name: string;
  /** Outgoing zone transfers, which publish global addresses. */
  secondaryDns?: boolean | null | undefined;
  spectrum?: Array<SpectrumInput> | null | undefined;
};

export type EmbedQueryVariables = Exact<{
  customer: string | number;
  claim: ClaimInput;
}>;


export type EmbedQuery = { customer: { name: string, check: { verdict: Verdict, evidence: Evidence, headline: string, sentence: string, complete: boolean, asOf: string, knownAt: string, disclaimer: string, claim: { kind: ClaimKind, within: Array<string>, except: Array<string>, places: string } } } | null };

export type MeasuredQueryVariables = Exact<{
  customer: string | number;
  claim: ClaimInput;
  asOf?: string | null | undefined;
  window: WindowInput;
}>;


export type MeasuredQuery = { customer: { check: { verdict: Verdict, evidence: Evidence, headline: string, measured: { events: number, outside: number, coverage: { from: string, to: string, hours: number, hoursSeen: number, minutes: number, minutesSeen: number, gaps: Array<{ from: string, to: string }> }, parts: Array<{ category: DataCategory, activity: Activity, events: number, outside: number }>, breaches: Array<{ category: DataCategory, activity: Activity, code: string, events: number, first: string, last: string, sentence: string, scope: { kind: ScopeKind, name: string | null }, site: { code: string, city: string, country: string, countryName: string } | null }>, neverSeen: Array<{ kind: ScopeKind, name: string | null }>, transfers: Array<{ name: string | null, events: number, scope: { kind: ScopeKind, name: string | null } }>, notExpected: Array<{ sentence: string, events: number, first: string, scope: { kind: ScopeKind, name: string | null } }> } | null }, traffic: { events: number, sites: Array<{ code: string, events: number }>, countries: Array<{ country: string, name: string, events: number }>, cells: Array<{ ring: Array<number>, class: number, events: number }> } } | null };

export type JudgedQueryVariables = Exact<{
  customer: string | number;
  asOf?: string | null | undefined;
  window: WindowInput;
  claim: ClaimInput;
  content: ClaimInput;
  storedContent: ClaimInput;
  trafficMetadata: ClaimInput;
  keys: ClaimInput;
  configuration: ClaimInput;
  account: ClaimInput;
  operational: ClaimInput;
}>;


export type JudgedQuery = { customer: { check: { verdict: Verdict, evidence: Evidence, headline: string }, content: { verdict: Verdict }, storedContent: { verdict: Verdict }, trafficMetadata: { verdict: Verdict }, keys: { verdict: Verdict }, configuration: { verdict: Verdict }, account: { verdict: Verdict }, operational: { verdict: Verdict } } | null };

export type CustomersQueryVariables = Exact<{
  search?: string | null | undefined;
}>;


export type CustomersQuery = { customers: { complete: boolean, nodes: Array<{ key: string, name: string }> } };

export type BoardQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type BoardQuery = { board: { at: string | null, asOf: string, from: string, totals: { claims: number, holds: number, notEnsured: number, broken: number, unknown: number, waived: number, measured: number, customers: number }, claims: { totalCount: number, complete: boolean, pageInfo: { endCursor: string | null }, nodes: Array<{ key: string, origin: ClaimOrigin, contract: string | null, since: string, until: string | null, verdict: Verdict, evidence: Evidence, because: string | null, verdictSince: string | null, noticed: string | null, counterexamples: number, events: number, outside: number, customer: { key: string, name: string }, preset: { id: string, name: string } | null, claim: { kind: ClaimKind, within: Array<string>, except: Array<string>, reading: Reading | null, categories: Array<DataCategory>, activities: Array<Activity>, sentence: string, places: string, scopes: Array<{ kind: ScopeKind, name: string | null }> }, waivers: Array<{ reason: string, owner: string, until: string, category: DataCategory | null }>, places: Array<{ code: string, events: number, site: { code: string, city: string, countryName: string } | null }>, coverage: { minutes: number, minutesSeen: number } | null, days: Array<{ events: number, outside: number, minutes: number }> }> } } };

export type ClaimChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ClaimChangedSubscription = { claimChanged: { key: string, before: Verdict | null, after: Verdict | null, waived: boolean, customer: { name: string }, claim: { contract: string | null } | null } };

export type BoardClaimFragment = { key: string, origin: ClaimOrigin, contract: string | null, since: string, until: string | null, verdict: Verdict, evidence: Evidence, because: string | null, verdictSince: string | null, noticed: string | null, counterexamples: number, events: number, outside: number, customer: { key: string, name: string }, preset: { id: string, name: string } | null, claim: { kind: ClaimKind, within: Array<string>, except: Array<string>, reading: Reading | null, categories: Array<DataCategory>, activities: Array<Activity>, sentence: string, places: string, scopes: Array<{ kind: ScopeKind, name: string | null }> }, waivers: Array<{ reason: string, owner: string, until: string, category: DataCategory | null }>, places: Array<{ code: string, events: number, site: { code: string, city: string, countryName: string } | null }>, coverage: { minutes: number, minutesSeen: number } | null, days: Array<{ events: number, outside: number, minutes: number }> };

export type VocabularyQueryVariables = Exact<{ [key: string]: never; }>;


export type VocabularyQuery = { claims: Array<{ id: string, name: string, kind: ClaimKind, within: Array<string>, except: Array<string> }>, disputes: Array<{ id: string, subject: string, readingA: string, readingB: string, decides: string, source: { title: string } | null }>, footprint: { asOf: string, recordedFrom: string | null, revision: { datasets: string }, regions: Array<{ key: string, name: string, setting: Setting, definition: string, sites: { count: number, unknown: number } }>, blocs: Array<{ code: string, name: string, sites: { count: number } }> } };

export type ChoicesQueryVariables = Exact<{
  asOf?: string | null | undefined;
}>;


export type ChoicesQuery = { products: Array<{ key: string, name: string, family: string, feature: string | null, status: string | null }>, footprint: { regions: Array<{ key: string, name: string, setting: Setting, sites: { countries: Array<{ country: string }> } }> } };

export type SiteSetPartsFragment = { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> };

export type PartLineFragment = { category: DataCategory, activity: Activity, placements: number, elsewhere: boolean, sentence: string, sites: { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> } };

export type ReasonLineFragment = { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null };

export type CounterexampleLineFragment = { category: DataCategory, activity: Activity, elsewhere: Elsewhere | null, country: string | null, outside: number, sentence: string, scope: { kind: ScopeKind, name: string | null }, site: { code: string, city: string, country: string, countryName: string } | null, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null } };

export type FullCheckFragment = { verdict: Verdict, evidence: Evidence, headline: string, sentence: string, exclusions: Array<string>, assumptions: Array<string>, complete: boolean, asOf: string, knownAt: string, disclaimer: string, claim: { kind: ClaimKind, within: Array<string>, except: Array<string>, reading: Reading | null, categories: Array<DataCategory>, activities: Array<Activity>, places: string, scopes: Array<{ kind: ScopeKind, name: string | null }> }, readings: Array<{ reading: Reading, verdict: Verdict, sentence: string }>, counterexamples: { totalCount: number, complete: boolean, pageInfo: { endCursor: string | null }, nodes: Array<{ category: DataCategory, activity: Activity, elsewhere: Elsewhere | null, country: string | null, outside: number, sentence: string, scope: { kind: ScopeKind, name: string | null }, site: { code: string, city: string, country: string, countryName: string } | null, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null } }> }, unknowns: Array<{ fact: string, statement: string, owner: string | null, placements: number }>, notCovered: Array<{ category: DataCategory, activity: Activity, placements: number, elsewhere: boolean, sentence: string, sites: { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> } }>, considered: { placements: number, sites: number, digest: string }, revision: { datasets: string, settings: string | null, version: number | null } };

export type BriefCheckFragment = { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } };

export type WhereIsFragment = { recorded: boolean, asOf: string, knownAt: string, transit: string, gap: { statement: string, owner: string | null } | null, parts: Array<{ category: DataCategory, activity: Activity, placements: number, elsewhere: boolean, sentence: string, sites: { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> } }>, lost: Array<{ setting: Setting, sentence: string, product: { key: string, name: string } | null }>, placements: { totalCount: number, complete: boolean, nodes: Array<{ category: DataCategory, activity: Activity, possible: boolean, elsewhere: Elsewhere | null, scope: { kind: ScopeKind, name: string | null }, sites: { count: number, unknown: number }, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null }, facts: Array<{ id: string, statement: string, owner: string | null }> }> } };

export type PromiseLineFragment = { reading: Reading, since: string | null, until: string | null, contract: string | null, verdict: Verdict, claim: { id: string, name: string, kind: ClaimKind, within: Array<string>, except: Array<string> } };

export type FrozenQueryVariables = Exact<{
  key: string;
}>;


export type FrozenQuery = { report: { key: string, digest: string, verdict: Verdict, verdictNow: Verdict | null, created: string, expires: string, expired: boolean, role: Role | null, body: string, customer: { key: string, name: string } } | null };

export type FreezeMutationVariables = Exact<{
  input: FreezeReportInput;
}>;


export type FreezeMutation = { freezeReport: { report: { key: string } | null, userErrors: Array<{ message: string }> } };

export type SiteMarkFragment = { code: string, kind: SiteKind, city: string, country: string, countryName: string, latitude: number, longitude: number };

export type PlacesQueryVariables = Exact<{
  asOf?: string | null | undefined;
}>;


export type PlacesQuery = { footprint: { asOf: string, recordedFrom: string | null, complete: boolean, sites: Array<{ code: string, kind: SiteKind, city: string, country: string, countryName: string, latitude: number, longitude: number }> } };

export type PlaceSetQueryVariables = Exact<{
  place: string;
  code: string;
  asOf?: string | null | undefined;
}>;


export type PlaceSetQuery = { footprint: { sites: Array<{ code: string, latitude: number, longitude: number }>, maybe: Array<{ code: string }> }, jurisdiction: { code: string, name: string, kind: JurisdictionKind, members: Array<{ partial: boolean, member: { code: string, kind: JurisdictionKind } }> } | null };

export type SiteCodesQueryVariables = Exact<{
  customer: string | number;
  category: DataCategory;
  activity: Activity;
  scopes?: Array<ScopeInput> | ScopeInput | null | undefined;
  asOf?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type SiteCodesQuery = { customer: { residency: { parts: Array<{ sites: { sites: { complete: boolean, pageInfo: { endCursor: string | null }, edges: Array<{ membership: Membership, node: { code: string } }> } } }> } } | null };

export type WhatIfSiteCodesQueryVariables = Exact<{
  settings: SettingsInput;
  category: DataCategory;
  activity: Activity;
  scopes?: Array<ScopeInput> | ScopeInput | null | undefined;
  asOf?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type WhatIfSiteCodesQuery = { residency: { parts: Array<{ sites: { sites: { complete: boolean, pageInfo: { endCursor: string | null }, edges: Array<{ membership: Membership, node: { code: string } }> } } }> } };

export type SitePageFragment = { sites: { complete: boolean, pageInfo: { endCursor: string | null }, edges: Array<{ membership: Membership, node: { code: string } }> } };

export type PlaceQueryVariables = Exact<{
  code: string;
  asOf?: string | null | undefined;
}>;


export type PlaceQuery = { site: { subdivision: string | null, network: string, listedFrom: string | null, listedTo: string | null, notes: string | null, code: string, kind: SiteKind, city: string, country: string, countryName: string, latitude: number, longitude: number, provenance: { checked: string | null, confidence: Confidence | null, source: { title: string, location: string, readOn: string | null } | null }, jurisdictions: Array<{ membership: Membership, jurisdiction: { code: string, name: string, kind: JurisdictionKind } }>, regions: Array<{ membership: Membership, region: { key: string, name: string, setting: Setting } }> } | null };

export type PlanQueryVariables = Exact<{
  customer: string | number;
  claim: ClaimInput;
  asOf?: string | null | undefined;
}>;


export type PlanQuery = { customer: { plan: { headline: string, complete: boolean, plans: Array<{ steps: Array<{ sentence: string, needs: Array<string> }>, lost: Array<{ setting: Setting, sentence: string, product: { name: string } | null }> }>, inTheWay: Array<{ sentence: string, statement: string | null }>, nearest: Array<{ within: Array<string>, except: Array<string>, added: string, changes: number }> } } | null };

export type ReportQueryVariables = Exact<{
  customer: string | number;
  asOf?: string | null | undefined;
  scopes?: Array<ScopeInput> | ScopeInput | null | undefined;
  claim: ClaimInput;
  content: ClaimInput;
  storedContent: ClaimInput;
  trafficMetadata: ClaimInput;
  keys: ClaimInput;
  configuration: ClaimInput;
  account: ClaimInput;
  operational: ClaimInput;
}>;


export type ReportQuery = { customer: { key: string, settings: { version: number, validFrom: string, recordedAt: string, digest: string } | null, residency: { recorded: boolean, asOf: string, knownAt: string, transit: string, gap: { statement: string, owner: string | null } | null, parts: Array<{ category: DataCategory, activity: Activity, placements: number, elsewhere: boolean, sentence: string, sites: { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> } }>, lost: Array<{ setting: Setting, sentence: string, product: { key: string, name: string } | null }>, placements: { totalCount: number, complete: boolean, nodes: Array<{ category: DataCategory, activity: Activity, possible: boolean, elsewhere: Elsewhere | null, scope: { kind: ScopeKind, name: string | null }, sites: { count: number, unknown: number }, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null }, facts: Array<{ id: string, statement: string, owner: string | null }> }> } }, check: { verdict: Verdict, evidence: Evidence, headline: string, sentence: string, exclusions: Array<string>, assumptions: Array<string>, complete: boolean, asOf: string, knownAt: string, disclaimer: string, claim: { kind: ClaimKind, within: Array<string>, except: Array<string>, reading: Reading | null, categories: Array<DataCategory>, activities: Array<Activity>, places: string, scopes: Array<{ kind: ScopeKind, name: string | null }> }, readings: Array<{ reading: Reading, verdict: Verdict, sentence: string }>, counterexamples: { totalCount: number, complete: boolean, pageInfo: { endCursor: string | null }, nodes: Array<{ category: DataCategory, activity: Activity, elsewhere: Elsewhere | null, country: string | null, outside: number, sentence: string, scope: { kind: ScopeKind, name: string | null }, site: { code: string, city: string, country: string, countryName: string } | null, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null } }> }, unknowns: Array<{ fact: string, statement: string, owner: string | null, placements: number }>, notCovered: Array<{ category: DataCategory, activity: Activity, placements: number, elsewhere: boolean, sentence: string, sites: { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> } }>, considered: { placements: number, sites: number, digest: string }, revision: { datasets: string, settings: string | null, version: number | null } }, content: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, storedContent: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, trafficMetadata: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, keys: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, configuration: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, account: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, operational: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } } } | null };

export type WhatIfQueryVariables = Exact<{
  settings: SettingsInput;
  asOf?: string | null | undefined;
  scopes?: Array<ScopeInput> | ScopeInput | null | undefined;
  claim: ClaimInput;
  content: ClaimInput;
  storedContent: ClaimInput;
  trafficMetadata: ClaimInput;
  keys: ClaimInput;
  configuration: ClaimInput;
  account: ClaimInput;
  operational: ClaimInput;
}>;


export type WhatIfQuery = { residency: { recorded: boolean, asOf: string, knownAt: string, transit: string, gap: { statement: string, owner: string | null } | null, parts: Array<{ category: DataCategory, activity: Activity, placements: number, elsewhere: boolean, sentence: string, sites: { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> } }>, lost: Array<{ setting: Setting, sentence: string, product: { key: string, name: string } | null }>, placements: { totalCount: number, complete: boolean, nodes: Array<{ category: DataCategory, activity: Activity, possible: boolean, elsewhere: Elsewhere | null, scope: { kind: ScopeKind, name: string | null }, sites: { count: number, unknown: number }, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null }, facts: Array<{ id: string, statement: string, owner: string | null }> }> } }, check: { verdict: Verdict, evidence: Evidence, headline: string, sentence: string, exclusions: Array<string>, assumptions: Array<string>, complete: boolean, asOf: string, knownAt: string, disclaimer: string, claim: { kind: ClaimKind, within: Array<string>, except: Array<string>, reading: Reading | null, categories: Array<DataCategory>, activities: Array<Activity>, places: string, scopes: Array<{ kind: ScopeKind, name: string | null }> }, readings: Array<{ reading: Reading, verdict: Verdict, sentence: string }>, counterexamples: { totalCount: number, complete: boolean, pageInfo: { endCursor: string | null }, nodes: Array<{ category: DataCategory, activity: Activity, elsewhere: Elsewhere | null, country: string | null, outside: number, sentence: string, scope: { kind: ScopeKind, name: string | null }, site: { code: string, city: string, country: string, countryName: string } | null, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null } }> }, unknowns: Array<{ fact: string, statement: string, owner: string | null, placements: number }>, notCovered: Array<{ category: DataCategory, activity: Activity, placements: number, elsewhere: boolean, sentence: string, sites: { count: number, unknown: number, complete: boolean, countries: Array<{ country: string, name: string, count: number, unknown: number }>, core: Array<{ code: string, city: string, country: string }> } }>, considered: { placements: number, sites: number, digest: string }, revision: { datasets: string, settings: string | null, version: number | null } }, content: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, storedContent: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, trafficMetadata: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, keys: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, configuration: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, account: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } }, operational: { verdict: Verdict, evidence: Evidence, sentence: string, complete: boolean, counterexamples: { totalCount: number }, considered: { placements: number } } };

export type SettingsDocumentQueryVariables = Exact<{
  customer: string | number;
  asOf?: string | null | undefined;
}>;


export type SettingsDocumentQuery = { customer: { settings: { document: string } | null } | null };

export type MoreCounterexamplesQueryVariables = Exact<{
  customer: string | number;
  asOf?: string | null | undefined;
  claim: ClaimInput;
  after?: string | null | undefined;
}>;


export type MoreCounterexamplesQuery = { customer: { check: { counterexamples: { totalCount: number, complete: boolean, pageInfo: { endCursor: string | null }, nodes: Array<{ category: DataCategory, activity: Activity, elsewhere: Elsewhere | null, country: string | null, outside: number, sentence: string, scope: { kind: ScopeKind, name: string | null }, site: { code: string, city: string, country: string, countryName: string } | null, because: { kind: ReasonKind, sentence: string, setting: Setting | null, region: string | null, detail: string | null, product: { key: string, name: string } | null } }> } } } | null };

export type SubjectQueryVariables = Exact<{
  customer: string | number;
  asOf?: string | null | undefined;
}>;


export type SubjectQuery = { customer: { key: string, name: string, version: number, history: { complete: boolean, nodes: Array<{ version: number, validFrom: string, recordedAt: string }> }, promises: Array<{ reading: Reading, since: string | null, until: string | null, contract: string | null, verdict: Verdict, result: { headline: string, evidence: Evidence }, claim: { id: string, name: string, kind: ClaimKind, within: Array<string>, except: Array<string> } }> } | null, claims: Array<{ id: string, name: string, kind: ClaimKind, within: Array<string>, except: Array<string> }>, footprint: { asOf: string, recordedFrom: string | null } };

export type SupposeQueryVariables = Exact<{
  claim: ClaimInput;
  suppose: SupposeInput;
}>;


export type SupposeQuery = { claims: Array<{ id: string, name: string }>, sweep: { judged: number, total: number, complete: boolean, supposed: Array<string>, counts: { broken: number, holds: number, notEnsured: number, unknown: number }, flips: { totalCount: number, nodes: Array<{ now: Verdict, ifSo: Verdict, customer: { key: string, name: string } }> } | null } };

export type CountQueryVariables = Exact<{
  claim: ClaimInput;
}>;


export type CountQuery = { claims: Array<{ id: string, name: string }>, sweep: { judged: number, total: number, complete: boolean, counts: { holds: number, notEnsured: number, unknown: number }, causes: Array<{ key: string, category: DataCategory, product: string | null, setting: Setting | null, region: string | null, customers: number }> } };

export type TimelineQueryVariables = Exact<{
  after: string;
}>;


export type TimelineQuery = { footprint: { changes: Array<{ date: string, listed: Array<{ code: string, city: string, country: string }>, unlisted: Array<{ code: string, city: string, country: string }>, began: Array<{ partial: boolean, bloc: { name: string }, member: { name: string } }>, ended: Array<{ partial: boolean, bloc: { name: string }, member: { name: string } }> }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const BoardClaimFragmentDoc = new TypedDocumentString(`
    fragment BoardClaim on RegisteredClaim {
  key
  origin
  contract
  since
  until
  verdict
  evidence
  because
  verdictSince
  noticed
  counterexamples
  events
  outside
  customer {
    key
    name
  }
  preset {
    id
    name
  }
  claim {
    kind
    within
    except
    reading
    categories
    activities
    scopes {
      kind
      name
    }
    sentence
    places
  }
  waivers {
    reason
    owner
    until
    category
  }
  places {
    code
    events
    site {
      code
      city
      countryName
    }
  }
  coverage {
    minutes
    minutesSeen
  }
  days {
    events
    outside
    minutes
  }
}
    `, {"fragmentName":"BoardClaim"}) as unknown as TypedDocumentString<BoardClaimFragment, unknown>;
export const ReasonLineFragmentDoc = new TypedDocumentString(`
    fragment ReasonLine on Reason {
  kind
  sentence
  setting
  region
  detail
  product {
    key
    name
  }
}
    `, {"fragmentName":"ReasonLine"}) as unknown as TypedDocumentString<ReasonLineFragment, unknown>;
export const CounterexampleLineFragmentDoc = new TypedDocumentString(`
    fragment CounterexampleLine on Counterexample {
  scope {
    kind
    name
  }
  category
  activity
  site {
    code
    city
    country
    countryName
  }
  elsewhere
  country
  outside
  sentence
  because {
    ...ReasonLine
  }
}
    fragment ReasonLine on Reason {
  kind
  sentence
  setting
  region
  detail
  product {
    key
    name
  }
}`, {"fragmentName":"CounterexampleLine"}) as unknown as TypedDocumentString<CounterexampleLineFragment, unknown>;
export const SiteSetPartsFragmentDoc = new TypedDocumentString(`
    fragment SiteSetParts on SiteSet {
  count
  unknown
  complete
  countries {
    country
    name
    count
    unknown
  }
  core {
    code
    city
    country
  }
}
    `, {"fragmentName":"SiteSetParts"}) as unknown as TypedDocumentString<SiteSetPartsFragment, unknown>;
export const PartLineFragmentDoc = new TypedDocumentString(`
    fragment PartLine on Part {
  category
  activity
  placements
  elsewhere
  sentence
  sites {
    ...SiteSetParts
  }
}
    fragment SiteSetParts on SiteSet {
  count
  unknown
  complete
  countries {
    country
    name
    count
    unknown
  }
  core {
    code
    city
    country
  }
}`, {"fragmentName":"PartLine"}) as unknown as TypedDocumentString<PartLineFragment, unknown>;
export const FullCheckFragmentDoc = new TypedDocumentString(`
    fragment FullCheck on CheckResult {
  verdict
  evidence
  headline
  sentence
  claim {
    kind
    within
    except
    reading
    categories
    activities
    scopes {
      kind
      name
    }
    places
  }
  readings {
    reading
    verdict
    sentence
  }
  counterexamples(first: 100) {
    totalCount
    complete
    pageInfo {
      endCursor
    }
    nodes {
      ...CounterexampleLine
    }
  }
  unknowns {
    fact
    statement
    owner
    placements
  }
  notCovered {
    ...PartLine
  }
  exclusions
  assumptions
  considered {
    placements
    sites
    digest
  }
  complete
  revision {
    datasets
    settings
    version
  }
  asOf
  knownAt
  disclaimer
}
    fragment SiteSetParts on SiteSet {
  count
  unknown
  complete
  countries {
    country
    name
    count
    unknown
  }
  core {
    code
    city
    country
  }
}
fragment PartLine on Part {
  category
  activity
  placements
  elsewhere
  sentence
  sites {
    ...SiteSetParts
  }
}
fragment ReasonLine on Reason {
  kind
  sentence
  setting
  region
  detail
  product {
    key
    name
  }
}
fragment CounterexampleLine on Counterexample {
  scope {
    kind
    name
  }
  category
  activity
  site {
    code
    city
    country
    countryName
  }
  elsewhere
  country
  outside
  sentence
  because {
    ...ReasonLine
  }
}`, {"fragmentName":"FullCheck"}) as unknown as TypedDocumentString<FullCheckFragment, unknown>;
export const BriefCheckFragmentDoc = new TypedDocumentString(`
    fragment BriefCheck on CheckResult {
  verdict
  evidence
  sentence
  complete
  counterexamples(first: 1) {
    totalCount
  }
  considered {
    placements
  }
}
    `, {"fragmentName":"BriefCheck"}) as unknown as TypedDocumentString<BriefCheckFragment, unknown>;
export const WhereIsFragmentDoc = new TypedDocumentString(`
    fragment WhereIs on Residency {
  recorded
  gap {
    statement
    owner
  }
  asOf
  knownAt
  parts {
    ...PartLine
  }
  lost {
    product {
      key
      name
    }
    setting
    sentence
  }
  transit
  placements(first: 100) {
    totalCount
    complete
    nodes {
      scope {
        kind
        name
      }
      category
      activity
      possible
      elsewhere
      sites {
        count
        unknown
      }
      because {
        ...ReasonLine
      }
      facts {
        id
        statement
        owner
      }
    }
  }
}
    fragment SiteSetParts on SiteSet {
  count
  unknown
  complete
  countries {
    country
    name
    count
    unknown
  }
  core {
    code
    city
    country
  }
}
fragment PartLine on Part {
  category
  activity
  placements
  elsewhere
  sentence
  sites {
    ...SiteSetParts
  }
}
fragment ReasonLine on Reason {
  kind
  sentence
  setting
  region
  detail
  product {
    key
    name
  }
}`, {"fragmentName":"WhereIs"}) as unknown as TypedDocumentString<WhereIsFragment, unknown>;
export const PromiseLineFragmentDoc = new TypedDocumentString(`
    fragment PromiseLine on Promise {
  claim {
    id
    name
    kind
    within
    except
  }
  reading
  since
  until
  contract
  verdict
}
    `, {"fragmentName":"PromiseLine"}) as unknown as TypedDocumentString<PromiseLineFragment, unknown>;
export const SiteMarkFragmentDoc = new TypedDocumentString(`
    fragment SiteMark on Site {
  code
  kind
  city
  country
  countryName
  latitude
  longitude
}
    `, {"fragmentName":"SiteMark"}) as unknown as TypedDocumentString<SiteMarkFragment, unknown>;
export const SitePageFragmentDoc = new TypedDocumentString(`
    fragment SitePage on SiteSet {
  sites(first: 100, after: $after) {
    complete
    pageInfo {
      endCursor
    }
    edges {
      membership
      node {
        code
      }
    }
  }
}
    `, {"fragmentName":"SitePage"}) as unknown as TypedDocumentString<SitePageFragment, unknown>;
export const EmbedDocument = {"__meta__":{"hash":"sha256:c845d33fed1db9c3ef60e2d67ab53e4b0dcddd2e34520a981e590d940859954a"}} as unknown as TypedDocumentString<EmbedQuery, EmbedQueryVariables>;
export const MeasuredDocument = {"__meta__":{"hash":"sha256:97c93b544ab1ba569b1ad3107c8ce5f3e4381b462edf41ae967e04247ec36e3c"}} as unknown as TypedDocumentString<MeasuredQuery, MeasuredQueryVariables>;
export const JudgedDocument = {"__meta__":{"hash":"sha256:0ccf0c00f65e2f446b59319b0271b73dcd456664fce80e419f3cf384dd4120b0"}} as unknown as TypedDocumentString<JudgedQuery, JudgedQueryVariables>;
export const CustomersDocument = {"__meta__":{"hash":"sha256:cc3e997f5b28911626c36f97076ad60a73bc68c772fbcae2514cda94865cbfba"}} as unknown as TypedDocumentString<CustomersQuery, CustomersQueryVariables>;
export const BoardDocument = {"__meta__":{"hash":"sha256:5883ceff13035067a17acbf7a7591afe5d923b31eafcc64d6e4e0d8400b4685b"}} as unknown as TypedDocumentString<BoardQuery, BoardQueryVariables>;
export const ClaimChangedDocument = {"__meta__":{"hash":"sha256:36ad136990802282c453bfd8298ba9eff0c82b296b75c976ce3987b8ae18080a"}} as unknown as TypedDocumentString<ClaimChangedSubscription, ClaimChangedSubscriptionVariables>;
export const VocabularyDocument = {"__meta__":{"hash":"sha256:2902e0ce4dd26d2bb7121cab00ae29bc6a7eb016a8b1e5176480bf3004a5e84f"}} as unknown as TypedDocumentString<VocabularyQuery, VocabularyQueryVariables>;
export const ChoicesDocument = {"__meta__":{"hash":"sha256:1ce162fe37b60c277303f53bc7f47c07009b1b97cbaf6b73e535fc5cf1d03f6a"}} as unknown as TypedDocumentString<ChoicesQuery, ChoicesQueryVariables>;
export const FrozenDocument = {"__meta__":{"hash":"sha256:9c100bce28096fc79e2052f8fb04d560d0ee410336a6a52707a5774722de7aa6"}} as unknown as TypedDocumentString<FrozenQuery, FrozenQueryVariables>;
export const FreezeDocument = {"__meta__":{"hash":"sha256:72a917f2bc7b412fe5121880bf952d317881eee7a42ff947f7fbf90ac1a97c79"}} as unknown as TypedDocumentString<FreezeMutation, FreezeMutationVariables>;
export const PlacesDocument = {"__meta__":{"hash":"sha256:a99d7bacc5f11ec50225ad7fcbe242ed358c739a25eb9d1b8d207e270c30c34a"}} as unknown as TypedDocumentString<PlacesQuery, PlacesQueryVariables>;
export const PlaceSetDocument = {"__meta__":{"hash":"sha256:e06b24cab83cdd8fc0d811a29055d7b7f091471ad8e6c32775211649b7458c44"}} as unknown as TypedDocumentString<PlaceSetQuery, PlaceSetQueryVariables>;
export const SiteCodesDocument = {"__meta__":{"hash":"sha256:34dadedee15690f5d1d50a63b777d0d2a5abb537a0164a23473c83297a371300"}} as unknown as TypedDocumentString<SiteCodesQuery, SiteCodesQueryVariables>;
export const WhatIfSiteCodesDocument = {"__meta__":{"hash":"sha256:b1af0df76d75f9952c86151fccf0d13bb7a144b5e90aa1b06c512f76f8c6df4d"}} as unknown as TypedDocumentString<WhatIfSiteCodesQuery, WhatIfSiteCodesQueryVariables>;
export const PlaceDocument = {"__meta__":{"hash":"sha256:bf27b68f31b7e3cc6c6ecd2e1c33c9fa7f4470f0fa338e280fd49d176a4ded14"}} as unknown as TypedDocumentString<PlaceQuery, PlaceQueryVariables>;
export const PlanDocument = {"__meta__":{"hash":"sha256:e67e2134e32cbba003696064b50ad99f02ad7df81c154fb1b654fe902682a3cc"}} as unknown as TypedDocumentString<PlanQuery, PlanQueryVariables>;
export const ReportDocument = {"__meta__":{"hash":"sha256:b0a2a04a8d0d9033be9df1624a2f466a3c27adc75f922f8f4520548d3d27abec"}} as unknown as TypedDocumentString<ReportQuery, ReportQueryVariables>;
export const WhatIfDocument = {"__meta__":{"hash":"sha256:ed50d069c8611533ae46f6a8dab8f05bc5ff54d8cbc7eb90ff729d4c92a21aad"}} as unknown as TypedDocumentString<WhatIfQuery, WhatIfQueryVariables>;
export const SettingsDocumentDocument = {"__meta__":{"hash":"sha256:adfe58cc2c707aae9cde860cb12ae8eeeab2ebe9548bfeb405ac00e16548a8e8"}} as unknown as TypedDocumentString<SettingsDocumentQuery, SettingsDocumentQueryVariables>;
export const MoreCounterexamplesDocument = {"__meta__":{"hash":"sha256:3355a6150fab8bf02868b9522af94826f4191c34fe3d336ec94000e3835c9c14"}} as unknown as TypedDocumentString<MoreCounterexamplesQuery, MoreCounterexamplesQueryVariables>;
export const SubjectDocument = {"__meta__":{"hash":"sha256:4818c9e528ac5d50d00420a8b327e3c26f1c8849f27accb7735000b10adff6d4"}} as unknown as TypedDocumentString<SubjectQuery, SubjectQueryVariables>;
export const SupposeDocument = {"__meta__":{"hash":"sha256:f642665df33e86cc8127c6fcfba806f54beca2febe86e4d3e842bc26482e8394"}} as unknown as TypedDocumentString<SupposeQuery, SupposeQueryVariables>;
export const CountDocument = {"__meta__":{"hash":"sha256:abfac43c0d7deac9834615a184a89d1047226dbf15e06460fe9ae734943d9a0a"}} as unknown as TypedDocumentString<CountQuery, CountQueryVariables>;
export const TimelineDocument = {"__meta__":{"hash":"sha256:21c9ce8b7fb99bc2953e33acbf563eadb2c4c0d9af442c1e67b25a147c2f55a6"}} as unknown as TypedDocumentString<TimelineQuery, TimelineQueryVariables>;