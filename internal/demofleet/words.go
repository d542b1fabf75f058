package demofleet

var adjectives = [...]string{"amber", "brave", "copper", "dusty", "eager", "fabled", "gentle", "hollow", "ivory", "jolly", "keen", "lunar", "mossy", "noble", "olive", "plucky", "quiet", "rusty", "silver", "tidal", "upbeat", "velvet", "windy", "young"}

var nouns = [...]string{"acorns", "bakery", "canoes", "dentists", "ferries", "gardens", "hats", "insurance", "jugglers", "kites", "lanterns", "maps", "notaries", "opticians", "parcels", "quilts", "radios", "saddles", "theatre", "umbrellas", "violins", "windmills", "yachts", "zithers"}

var labels = [...]string{"www", "api", "shop", "img", "files", "app", "static", "login", "blog", "pay", "docs", "status"}

// bundles are products that are bought together, the most frequent first.
var bundles = [][]string{
	{"cdn", "dns", "ssl"},
	{"cdn", "dns", "ssl", "waf"},
	{"cdn", "dns", "ssl", "waf", "web-analytics"},
	{"bot-management", "cdn", "dns", "ssl", "waf"},
	{"cdn", "dns", "logpush", "ssl", "waf"},
	{"cdn", "dns", "load-balancing", "ssl", "waf"},
	{"bot-management", "cdn", "dns", "logpush", "rate-limiting", "ssl", "waf"},
	{"api-shield", "bot-management", "cdn", "dns", "logpush", "ssl", "waf"},
	{"advanced-ddos", "bot-management", "cdn", "dns", "load-balancing", "logpush", "ssl", "waf"},
	{"cdn", "dns", "image-resizing", "ssl", "tiered-caching", "waf"},
	{"cdn", "client-side-security", "dns", "ssl", "waf", "waiting-room"},
	{"access", "cdn", "dns", "gateway", "ssl", "waf"},
	{"advanced-ddos", "cdn", "dns", "magic-transit", "ssl"},
	{"cdn", "dns", "images", "ssl", "stream", "waf"},
}

// extras are products that some have beside their bundle.
var extras = [...]string{"argo", "cache-reserve", "turnstile", "zaraz", "waiting-room", "tiered-caching", "email-routing", "health-checks", "speed", "queues", "d1", "workers-ai"}

// switches are features that are set together, the most frequent first.
var switches = []map[string]string{
	{},
	{"argo": "false", "http3": "false"},
	{"http3": "true"},
	{"argo": "false", "http3": "false", "tiered_cache": "regular"},
	{"tiered_cache": "smart"},
	{"argo": "true", "tiered_cache": "smart"},
	{"argo": "false", "cache_reserve": "false", "http3": "false", "nel": "false", "tiered_cache": "custom"},
	{"cache_reserve": "true"},
	{"nel": "true", "web_analytics": "true"},
	{"china_network": "true"},
}

// market is where a customer keeps its data: the regions of each setting, and
// what it was told.
type market struct {
	processing, keys, logs, storage string
	claim                           string
}

var markets = []market{
	{"eu", "eu", "eu", "eu", "eu-only"},
	{"us", "us", "us", "us", "us-only"},
	{"de", "de", "eu", "eu", "eu-only"},
	{"gb", "gb", "eu", "eu", "eea-or-gb"},
	{"isoeu", "eu", "eu", "eu", "eu-only"},
	{"fr", "weur", "eu", "eu", "eu-only"},
	{"ch", "weur", "eu", "eu", "ch-or-eu"},
	{"ca", "ca", "", "", "ca-only"},
	{"jp", "jp", "", "", ""},
	{"au", "au", "", "", ""},
	{"fedramp", "fedramp", "us", "fedramp", "us-only"},
	{"nl", "eu", "eu", "eu", "eea-only"},
	{"not-ru-by", "", "", "", "never-in-cn-ru"},
	{"in", "in", "", "", ""},
}
