module domicile/internal/bench/ingest

go 1.26.8

require (
	domicile v0.0.0
	github.com/maxmind/mmdbwriter v1.2.0
	github.com/oschwald/geoip2-golang/v2 v2.5.0
	github.com/uber/h3-go/v4 v4.5.0
)

require (
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/oschwald/maxminddb-golang/v2 v2.9.0 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	go4.org/netipx v0.0.0-20231129151722-fdeea329fbba // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace domicile => ../../..
