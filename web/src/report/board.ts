// What customers were told: headlines, filters, the strip of days, and CSV.

import type { BoardClaimFragment } from '../api/gen/graphql';
import type { BoardTotals } from '../api/pages';
import { count, counted } from '../format/count';
import { daysBetween } from '../format/date';
import { withPlace } from '../words/place';

export type BoardClaim = BoardClaimFragment;

/** The rows that a search and a verdict leave. */
export function filterRows(rows: readonly BoardClaim[], q: string, verdict: string | null): BoardClaim[] {
  const text = q.trim().toLowerCase();
  return rows.filter((r) =>
    (verdict === null || r.verdict === verdict.toUpperCase().replaceAll('-', '_')) &&
    (text === '' || [r.customer.key, r.customer.name, claimTitle(r), r.contract ?? ''].some((s) => s.toLowerCase().includes(text))));
}

/** "Only in the European Union", or the claim's own words. */
export function claimTitle(r: BoardClaim): string {
  return r.preset?.name ?? withPlace(r.claim.sentence, r.claim.places);
}

/** Customers with a claim of a verdict. */
function customers(rows: readonly BoardClaim[], verdict: BoardClaim['verdict']): number {
  return new Set(rows.filter((r) => r.verdict === verdict).map((r) => r.customer.key)).size;
}

/** The headline of the board. It says "so far" while the board is not read to its end. */
export function boardHeadline(rows: readonly BoardClaim[], totals: BoardTotals | null, complete: boolean): string {
  if (!totals || (totals.claims === 0 && !complete)) return 'Reading what customers were told…';
  if (totals.claims === 0) return 'Nobody was told anything';
  if (totals.holds === totals.claims) return `${count(totals.claims)} of ${counted(totals.claims, 'claim')} hold`;
  const broken = customers(rows, 'BROKEN');
  const unsure = customers(rows, 'NOT_ENSURED');
  const parts = [
    broken > 0 ? `Traffic breaks a promise to ${counted(broken, 'customer')}` : '',
    unsure > 0 ? `the settings don’t ensure one to ${counted(unsure, 'customer')}` : '',
    totals.unknown > 0 ? `${counted(totals.unknown, 'claim')} can’t be told` : '',
  ].filter(Boolean);
  const text = parts.join('; ');
  return (complete ? '' : 'So far: ') + text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the totals say beside the headline. */
export function boardSummary(t: BoardTotals): string {
  const measured = t.measured === 0 ? 'none was measured' : `${count(t.measured)} measured, ${count(t.claims - t.measured)} not`;
  return `${counted(t.claims, 'claim')} to ${counted(t.customers, 'customer')}: ${measured}${t.waived > 0 ? `; ${count(t.waived)} waived for now` : ''}.`;
}

/** Whether the days looked at begin with a break: from when it is so is not seen. */
export function sinceBefore({ verdict, verdictSince }: Pick<BoardClaim, 'verdict' | 'verdictSince'>, from: string): boolean {
  return verdict === 'BROKEN' && verdictSince != null && verdictSince.slice(0, 10) <= from.slice(0, 10);
}

/** For how long a verdict is so: "29 days", or "90 days or longer" where the days looked at end there. */
export function howLong(r: Pick<BoardClaim, 'verdict' | 'verdictSince'>, from: string, today: string): string {
  if (sinceBefore(r, from)) return `${counted(daysBetween(from.slice(0, 10), today), 'day')} or longer`;
  const days = daysBetween((r.verdictSince ?? today).slice(0, 10), today);
  return days <= 0 ? 'today' : counted(days, 'day');
}

/** How a day is drawn: hollow where nothing was measured. */
export interface StripDay { state: 'hollow' | 'calm' | 'bad'; height: number }

/** The days of a strip, heights from 0 to 1; a small count can still be seen. */
export function strip(days: BoardClaim['days']): StripDay[] {
  const most = Math.max(1, ...days.map((d) => d.outside));
  return days.map((d) => {
    if (d.outside > 0) return { state: 'bad', height: 0.25 + 0.75 * Math.sqrt(d.outside / most) };
    return d.minutes === 0 ? { state: 'hollow', height: 0.12 } : { state: 'calm', height: 0.12 };
  });
}

/** A strip in words. */
export function stripWords(days: BoardClaim['days']): string {
  const bad = days.filter((d) => d.outside > 0).length;
  const blank = days.filter((d) => d.minutes === 0).length;
  if (blank === days.length) return 'Not measured';
  return `${counted(bad, 'day')} with requests outside, ${counted(days.length - bad - blank, 'day')} without, ${counted(blank, 'day')} not measured`;
}

/** The rows as CSV, every field quoted; `from` is the first day looked at. A leading = + - or @ is disarmed for spreadsheets. */
export function boardCsv(rows: readonly BoardClaim[], from: string): string {
  const cell = (v: unknown) => `"${String(v ?? '').replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;
  const head = ['customer', 'name', 'claim', 'reading', 'origin', 'since', 'until', 'contract', 'verdict', 'verdict_since', 'noticed', 'evidence', 'events', 'outside', 'counterexamples', 'waived_until', 'because'];
  const lines = rows.map((r) => [
    r.customer.key, r.customer.name, r.preset?.id ?? r.claim.sentence, r.claim.reading, r.origin, r.since, r.until, r.contract, r.verdict, sinceBefore(r, from) ? `${from.slice(0, 10)} or earlier` : r.verdictSince,
    r.noticed, r.evidence, r.events, r.outside, r.counterexamples, r.waivers[0]?.until, r.because,
  ]);
  return [head, ...lines].map((l) => l.map(cell).join(',')).join('\r\n') + '\r\n';
}
