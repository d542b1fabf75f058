package demologs

// The vocabulary of the lines: made up, and plausible in length and variety.

var countries = [...]string{
	"DE", "FR", "NL", "ES", "IT", "PL", "SE", "AT", "BE", "IE", "GB", "CH", "US", "US", "CA", "BR", "IN", "JP", "AU", "SG", "ZA", "TR", "UA", "MX",
}

var agents = [...]string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
	"okhttp/5.1.0", "curl/8.14.1", "ExampleMonitor/2.3 (+https://monitor.example/about)",
}

var paths = [...]string{
	"/", "/api/v2/items", "/api/v2/basket", "/assets/app.9f1c27.js", "/assets/site.77b0aa.css", "/img/hero-1600.avif", "/fonts/text.woff2",
	"/search", "/account/orders", "/api/v2/session", "/products/overview", "/help/contact", "/feed.xml", "/robots.txt", "/static/map/tiles",
}

var types = [...]string{"text/html", "application/json", "application/javascript", "text/css", "image/avif", "font/woff2"}

var ciphers = [...]string{"AEAD-AES128-GCM-SHA256", "AEAD-AES256-GCM-SHA384", "AEAD-CHACHA20-POLY1305-SHA256"}

var methods = [...]string{"GET", "GET", "GET", "GET", "GET", "POST", "POST", "HEAD", "PUT", "OPTIONS"}

var statuses = [...]int{200, 200, 200, 200, 200, 200, 204, 206, 301, 304, 304, 404, 403, 500}

var cacheStatuses = [...]string{"hit", "hit", "hit", "miss", "miss", "dynamic", "dynamic", "dynamic", "expired", "revalidated", "bypass"}

// strangers are codes that no footprint has.
var strangers = [...]string{"QQX", "ZZY", "XQW"}
