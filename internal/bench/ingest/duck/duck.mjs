// DuckDB on one thread: the same columns and groups as the other ways.
//
//	node duck.mjs asof|distinct|nojoin LOG RANGES ROWS
import { readFileSync } from "node:fs";

import { DuckDBInstance } from "@duckdb/node-api";

const [way, log, ranges, rows] = process.argv.slice(2);
const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
const db = await instance.connect();
await db.run("SET preserve_insertion_order = false");
// The planner takes a log for a handful of rows, and would compare each with each.
await db.run("SET asof_loop_join_threshold = 0");
await db.run(`CREATE TABLE ranges AS SELECT * FROM read_csv('${ranges}',
	columns = {first: 'UBIGINT', last: 'UBIGINT', country: 'VARCHAR', cell: 'UBIGINT'}, header = true) ORDER BY first`);

const events = `SELECT ClientRequestHost host, EdgeColoCode site, EdgeStartTimestamp t, EdgeStartTimestamp // 3600000000000 AS hour, ClientIP ip,
	(CASE WHEN WorkerSubrequest THEN 1 ELSE 0 END) + (CASE WHEN CacheTieredFill THEN 2 ELSE 0 END) flags
	FROM read_json('${log}', format = 'newline_delimited', columns = {EdgeStartTimestamp: 'BIGINT', EdgeColoCode: 'VARCHAR',
	ClientRequestHost: 'VARCHAR', ClientIP: 'VARCHAR', WorkerSubrequest: 'BOOLEAN', CacheTieredFill: 'BOOLEAN'})`;
const four = (ip) => `CASE WHEN contains(${ip}, ':') THEN NULL ELSE split_part(${ip}, '.', 1)::UBIGINT * 16777216 +
	split_part(${ip}, '.', 2)::UBIGINT * 65536 + split_part(${ip}, '.', 3)::UBIGINT * 256 + split_part(${ip}, '.', 4)::UBIGINT END`;
const counts = "count(*) n, min(t) first_at, max(t) last_at";

const queries = {
	// The join as it is meant: every event to its range.
	asof: `SELECT host, site, hour, country, cell, flags, ${counts}
		FROM (SELECT *, ${four("ip")} AS number FROM (${events})) e ASOF LEFT JOIN ranges r ON e.number >= r.first
		GROUP BY ALL`,
	// The join over addresses counted together first.
	distinct: `WITH e AS MATERIALIZED (SELECT host, site, hour, ip, flags, ${counts} FROM (${events}) GROUP BY ALL),
		a AS (SELECT ip, country, cell FROM (SELECT ip, ${four("ip")} AS number FROM (SELECT DISTINCT ip FROM e)) d
			ASOF LEFT JOIN ranges r ON d.number >= r.first)
		SELECT host, site, hour, country, cell, flags, sum(n) n, min(first_at) first_at, max(last_at) last_at
		FROM e JOIN a USING (ip) GROUP BY ALL`,
	nojoin: `SELECT host, site, hour, NULL::VARCHAR country, NULL::UBIGINT cell, flags, ${counts} FROM (${events}) GROUP BY ALL`,
};

const start = process.cpuUsage();
await db.run(`CREATE TABLE found AS ${queries[way]}`);
const spent = process.cpuUsage(start);

const [[lines]] = (await db.runAndReadAll("SELECT sum(n)::BIGINT FROM found")).getRows();
await db.run(`COPY (SELECT concat_ws('|', host, site, hour, coalesce(country, ''), coalesce(cell, 0), flags, n, first_at, last_at) FROM found)
	TO '${rows}' (FORMAT csv, HEADER false, QUOTE '', DELIMITER '\t')`);
const [, peak] = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
console.log(JSON.stringify({ MaxMiB: peak / 1024, NanosALine: ((spent.user + spent.system) * 1000) / Number(lines), Lines: Number(lines) }));
