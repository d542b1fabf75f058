// Which claims break: everything customers were told, what is broken first, then
// the oldest.

import { useId, useMemo } from 'react';
import { Link } from 'wouter';
import type { Verdict } from '../api/gen/graphql';
import { useBoard } from '../api/pages';
import type { Board } from '../api/pages';
import { usePlaceSet } from '../api/sets';
import { count, counted } from '../format/count';
import { day, instant } from '../format/date';
import { list, sentence } from '../format/text';
import { drawMap, worldFrame } from '../map/draw';
import type { MarkKind } from '../map/marks';
import { SignedOut, signedOut } from '../parts/account';
import { EvidenceChip, VerdictChip } from '../parts/chip';
import { Dot, Ground, Hatch } from '../parts/figure';
import { useLand } from '../parts/land';
import { Shell } from '../parts/shell';
import { href, usePageState } from '../parts/state';
import { SupposePanel } from '../parts/suppose';
import { Loading, Strange } from '../parts/status';
import { boardCsv, boardHeadline, boardSummary, claimTitle, filterRows, howLong, sinceBefore, strip, stripWords } from '../report/board';
import type { BoardClaim } from '../report/board';
import { scopePhrase } from '../report/conditions';
import { readingNames } from '../words/data';
import { verdictMarks, verdictOrder } from '../words/verdict';
import { defaults } from '../url/state';
import { usePlaces } from './data';

export function BoardPage() {
  const { state, strange, set } = usePageState();
  const board = useBoard();
  const rows = useMemo(() => filterRows(board.claims, state.q, state.verdict), [board.claims, state.q, state.verdict]);
  const t = board.totals;
  const counts: Record<Verdict, number> = { BROKEN: t?.broken ?? 0, NOT_ENSURED: t?.notEnsured ?? 0, UNKNOWN: t?.unknown ?? 0, HOLDS: t?.holds ?? 0 };
  return (
    <Shell title="Which claims break" page="board">
      <Strange values={strange} />
      <div className="lead">
        <div>
          <p className="eyebrow">What all customers were told</p>
          <h1>{boardHeadline(board.claims, t, board.complete)}</h1>
          <p className="sub">{t && t.claims > 0 ? boardSummary(t) : ''}</p>
        </div>
        <div className="actions noprint"><button type="button" disabled={rows.length === 0} onClick={() => download(rows, board.from ?? '')}>Export CSV</button></div>
      </div>
      <Completeness board={board} />
      {t && t.claims > 0 && (
        <ul className="figures" aria-label="Claims by verdict">
          <li><strong>{count(t.claims)}</strong><span>claims</span></li>
          {verdictOrder.map((v) => <Figure key={v} verdict={v} count={counts[v]} chosen={state.verdict === key(v)} onChoose={() => set({ verdict: state.verdict === key(v) ? null : key(v) })} />)}
        </ul>
      )}
      {board.claims.length === 0 && board.loading && <Loading text="Reading what customers were told…" />}
      {board.claims.length > 0 && (
        <section className="card tablecard" aria-labelledby="board">
          <header className="cardhead">
            <h2 id="board">{state.verdict || state.q ? `${count(rows.length)} of ${counted(board.claims.length, 'claim')}` : 'What is broken first, then the oldest'}</h2>
            <label className="search noprint">Find <input type="search" value={state.q} onChange={(e) => set({ q: e.target.value })} placeholder="customer, claim, contract" /></label>
          </header>
          <BoardTable rows={rows} from={board.from ?? ''} today={board.asOf ?? ''} />
        </section>
      )}
      <Multiples rows={rows} from={board.from ?? ''} to={board.asOf ?? ''} />
      {board.complete && <SupposePanel state={state} set={set} />}
    </Shell>
  );
}

const key = (v: Verdict) => v.toLowerCase().replaceAll('_', '-');

function Figure({ verdict, count: n, chosen, onChoose }: { verdict: Verdict; count: number; chosen: boolean; onChoose: () => void }) {
  return (
    <li className={`${verdictMarks[verdict].tone}${n === 0 ? ' zero' : ''}`}>
      <button type="button" aria-pressed={chosen} onClick={onChoose}><strong>{count(n)}</strong><span>{verdictMarks[verdict].word.toLowerCase()}</span></button>
    </li>
  );
}

function Completeness({ board }: { board: Board }) {
  const { error, claims, totals } = board;
  if (signedOut(error)) return <SignedOut last={claims.length > 0 && board.at ? instant(board.at) : null} />;
  if (error?.code === 'FORBIDDEN' || error?.code === 'UNAUTHENTICATED') {
    return <section className="card empty"><h2>You can’t see this board</h2><p>It is for the privacy team. Ask whoever looks after your account.</p></section>;
  }
  if (error) {
    return (
      <div className="banner bad" role="alert">
        <p><strong>The claims could not be read to the end.</strong> {error.message}.{error.requestId ? <> Request <code>{error.requestId}</code>.</> : null} {claims.length > 0 ? `Shown: ${count(claims.length)} of ${counted(totals?.claims ?? 0, 'claim')}. Not complete.` : ''}</p>
        <button type="button" onClick={board.retry}>Try again</button>
      </div>
    );
  }
  return (
    <p className="status" role="status">
      {board.complete && board.at && board.from ? `Complete: ${counted(claims.length, 'claim')} judged ${instant(board.at)}, by the settings and by logs since ${day(board.from)}.${board.news && ` ${board.news}`}`
        : claims.length > 0 ? `Not complete: ${count(claims.length)} of ${count(totals?.claims ?? 0)} claims read…` : ''}
    </p>
  );
}

function BoardTable({ rows, from, today }: { rows: readonly BoardClaim[]; from: string; today: string }) {
  if (rows.length === 0) return <p className="pad">No claim is like that.</p>;
  return (
    <table className="cards board" role="table">
      <thead role="rowgroup"><tr role="row">
        <th role="columnheader" scope="col">Customer and claim</th><th role="columnheader" scope="col">Last 90 days</th><th role="columnheader" scope="col">Verdict</th>
        <th role="columnheader" scope="col">Since</th><th role="columnheader" scope="col" className="num">Observed outside</th><th role="columnheader" scope="col">Cause</th>
      </tr></thead>
      <tbody role="rowgroup">{rows.map((r) => <Row key={r.customer.key + r.key} row={r} from={from} today={today} />)}</tbody>
    </table>
  );
}

/** The days that the board looks at. */
interface Window { from: string; to: string }

/** The claim of a row, in the window of the board. */
function claimPath({ claim, customer, preset }: BoardClaim, from: string, to: string): string {
  return href(`/c/${customer.key}/claims/${preset?.id ?? 'custom'}`, {
    ...defaults, from: from.slice(0, 10), to,
    ...(!preset && { kind: claim.kind === 'NEVER_IN' ? claim.kind : null, within: claim.within, except: claim.except }),
    ...(claim.reading ? { reading: claim.reading } : { categories: claim.categories, activities: claim.activities }), scopes: claim.scopes,
  });
}

function Row({ row: r, from, today }: { row: BoardClaim; from: string; today: string }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <Link href={claimPath(r, from, today)} className="name">{r.customer.name}</Link>
        <span className="note">{claimTitle(r)}{r.claim.scopes.length > 0 ? `: ${list(r.claim.scopes.map(scopePhrase), 3)}` : ''}{r.claim.reading ? ` · ${readingNames[r.claim.reading].toLowerCase()}` : ''}{r.contract ? <> · <span className="nowrap">{r.contract}</span></> : ''}</span>
      </th>
      <td role="cell" data-label="Last 90 days"><Strip days={r.days} /></td>
      <td role="cell" data-label="Verdict"><VerdictChip verdict={r.verdict} />{r.waivers[0] && <span className="note">waived until {day(r.waivers[0].until)}: {r.waivers[0].reason} ({r.waivers[0].owner})</span>}</td>
      <td role="cell" data-label="Since">{r.verdictSince ? <Since row={r} since={r.verdictSince} from={from} today={today} /> : '—'}</td>
      <td role="cell" data-label="Observed outside" className="num">{r.coverage ? <>{count(r.outside)}<span className="note">of {counted(r.events, 'request')}</span></> : <EvidenceChip evidence="NONE" />}</td>
      <td role="cell" data-label="Cause">{r.because ? sentence(r.because) : '—'}{r.verdict !== 'BROKEN' && r.counterexamples > 0 && <span className="note">{counted(r.counterexamples, 'counterexample')}</span>}</td>
    </tr>
  );
}

function Since({ row: r, since, from, today }: { row: BoardClaim; since: string; from: string; today: string }) {
  const long = howLong(r, from, today);
  const [said, note] = sinceBefore(r, from) ? [long, `it was so on the first day looked at, ${day(from)}`] : [day(since), long];
  return <>{said}<span className="note">{note}{r.noticed ? `; noticed ${day(r.noticed)}` : ''}</span></>;
}

const BAR = 2;
const TALL = 24;

/** Day by day: what was outside, what was not, and what nobody measured. */
function Strip({ days }: { days: BoardClaim['days'] }) {
  if (days.length === 0) return <EvidenceChip evidence="NONE" />;
  const bars = strip(days);
  return (
    <svg className="strip" viewBox={`0 0 ${bars.length * BAR} ${TALL}`} width={bars.length * BAR} height={TALL} role="img" aria-label={stripWords(days)}>
      {bars.map((b, i) => <rect key={i} className={b.state} x={i * BAR + 0.2} y={TALL - TALL * b.height} width={BAR - 0.4} height={TALL * b.height} />)}
    </svg>
  );
}

const MULTIPLES = 8;

/** Where each break went: same scale, same projection. */
function Multiples({ rows, from, to }: { rows: readonly BoardClaim[] } & Window) {
  const breaking = rows.filter((r) => r.places.length > 0);
  if (breaking.length === 0) return null;
  return (
    <section aria-labelledby="multiples">
      <h2 id="multiples" className="section">Where each break goes{breaking.length > MULTIPLES ? `: the first ${MULTIPLES} of ${breaking.length}` : ''}</h2>
      <div className="multiples">{breaking.slice(0, MULTIPLES).map((r) => <Multiple key={r.customer.key + r.key} row={r} from={from} to={to} />)}</div>
    </section>
  );
}

function Multiple({ row, from, to }: { row: BoardClaim } & Window) {
  const id = useId();
  const land = useLand();
  const sites = usePlaces(null).data?.footprint.sites ?? [];
  const within = usePlaceSet(row.claim.within, row.claim.except, null, sites);
  const drawing = useMemo(() => {
    const kinds = new Map<string, MarkKind>(row.places.map((p) => [p.code, 'broken']));
    return drawMap({ land, sites, kinds, shaded: within?.countries ?? new Set(), frame: worldFrame, width: 264, height: 128 });
  }, [land, sites, within, row.places]);
  const where = row.places.slice(0, 3).map((p) => `${p.site ? `${p.site.city}, ${p.site.countryName}` : `${p.code}, which is not known`} (${count(p.events)})`);
  const rest = row.places.length - where.length;
  const words = list(rest > 0 ? [...where, `${counted(rest, 'more place')}`] : where);
  return (
    <figure className="card multiple">
      <svg viewBox="0 0 264 128" role="img" aria-label={`${row.customer.name}: ${words}`}>
        <Hatch id={id} />
        <Ground drawing={drawing} id={id} />
        {drawing.marks.filter((m) => m.kind === 'broken').map((m) => <Dot key={m.site.code} mark={m} small />)}
      </svg>
      <figcaption><Link href={claimPath(row, from, to)}>{row.customer.name}</Link><span className="note">{words}</span></figcaption>
    </figure>
  );
}

function download(rows: readonly BoardClaim[], from: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([boardCsv(rows, from)], { type: 'text/csv;charset=utf-8' }));
  link.download = 'claims.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
