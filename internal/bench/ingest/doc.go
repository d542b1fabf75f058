// Command ingest measures what reading edge logs costs: gzip NDJSON in, counts by
// host, site, hour, country and cell out. It compares three ways over one file, each
// in a process of its own on one core, and checks that they count the same:
//
//	domicile   edgelog, geoip's resolver, a cell a record, tally
//	           (domicile-four leaves IPv6 out as DuckDB does, domicile-scan only reads)
//	plain      compress/gzip, encoding/json, geoip2, H3 a line, a map
//	duckdb     read_json with the columns it needs, IPv4 range join, GROUP BY
//
// domicile-ingest is the whole of the program's own way, which does more than the
// others, see product. Where INGEST_PROFILE names a file, a processor profile of the
// last way is written there.
//
// Costs are processor time a line, not the clock's: the machine may be shared.
// The database is made up, with records as rich as those of a GeoIP2 City file.
// Opening databases and loading range tables is not counted. DuckDB joins IPv4
// addresses only, which is to its advantage, and is given two ways to say the join.
//
//	npm ci --prefix duck && go run . [-lines N] [-clients N] [-rounds N]
package main
