// The promises of the whole fleet: counted, filtered, sorted.

import type { Verdict } from '../api/gen/graphql';
import type { BoardCustomer } from '../api/pages';
import { counted } from '../format/count';
import { verdictOrder } from '../words/verdict';

/** One promise of one customer. */
export interface BoardRow {
  customer: { key: string; name: string };
  promise: BoardCustomer['promises'][number];
}

/** Every promise, the worst verdict first, and of these the oldest. */
export function boardRows(customers: readonly BoardCustomer[]): BoardRow[] {
  const rows = customers.flatMap((c) => c.promises.map((promise): BoardRow => ({ customer: c, promise })));
  const rank = (r: BoardRow) => verdictOrder.indexOf(r.promise.verdict);
  return rows.sort((a, b) => rank(a) - rank(b) || (a.promise.since ?? '').localeCompare(b.promise.since ?? '') || a.customer.key.localeCompare(b.customer.key));
}

/** How many promises have which verdict. */
export function tally(rows: readonly BoardRow[]): Record<Verdict, number> {
  const t: Record<Verdict, number> = { BROKEN: 0, NOT_ENSURED: 0, UNKNOWN: 0, HOLDS: 0 };
  for (const r of rows) t[r.promise.verdict] += 1;
  return t;
}

/** The rows that a search and a verdict leave. */
export function filterRows(rows: readonly BoardRow[], q: string, verdict: string | null): BoardRow[] {
  const text = q.trim().toLowerCase();
  return rows.filter((r) =>
    (verdict === null || r.promise.verdict === verdict.toUpperCase().replaceAll('-', '_')) &&
    (text === '' || [r.customer.key, r.customer.name, r.promise.claim.name, r.promise.contract ?? ''].some((s) => s.toLowerCase().includes(text))));
}

/** The headline of the board. It says "so far" while the fleet is not read to its end. */
export function boardHeadline(rows: readonly BoardRow[], complete: boolean): string {
  const t = tally(rows);
  const some = complete ? '' : 'So far, ';
  if (rows.length === 0) return complete ? 'Nobody was promised anything' : 'Reading the promises…';
  if (t.HOLDS === rows.length) return `${some}${t.HOLDS.toLocaleString('en')} of ${counted(rows.length, 'promise')} ${rows.length === 1 ? 'holds' : 'hold'} by the settings. None was measured`;
  const parts = [
    t.BROKEN > 0 ? `${counted(t.BROKEN, 'promise')} ${t.BROKEN === 1 ? 'is' : 'are'} broken` : '',
    t.NOT_ENSURED > 0 ? `${counted(t.NOT_ENSURED, 'promise')} ${t.NOT_ENSURED === 1 ? 'is' : 'are'} not ensured by the settings` : '',
    t.UNKNOWN > 0 ? `${t.UNKNOWN.toLocaleString('en')} can’t be told` : '',
  ].filter(Boolean);
  return some + parts.join('; ');
}

/** How many customers have a promise that does not hold. */
export function customersAffected(rows: readonly BoardRow[]): number {
  return new Set(rows.filter((r) => r.promise.verdict !== 'HOLDS').map((r) => r.customer.key)).size;
}

/** The rows as CSV, every field quoted. A leading = + - or @ is disarmed for spreadsheets. */
export function boardCsv(rows: readonly BoardRow[]): string {
  const cell = (v: unknown) => `"${String(v ?? '').replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;
  const head = ['customer', 'name', 'claim', 'reading', 'since', 'until', 'contract', 'verdict', 'evidence', 'counterexamples', 'first'];
  const lines = rows.map(({ customer, promise: p }) => [
    customer.key, customer.name, p.claim.id, p.reading, p.since, p.until, p.contract, p.verdict, p.result.evidence,
    p.result.counterexamples.totalCount, p.result.counterexamples.nodes[0]?.sentence ?? p.result.unknowns[0]?.statement,
  ]);
  return [head, ...lines].map((l) => l.map(cell).join(',')).join('\r\n') + '\r\n';
}
