// Which claims break: the promises of all customers, those that do not hold first.

import { useId, useMemo } from 'react';
import { Link } from 'wouter';
import type { Verdict } from '../api/gen/graphql';
import { useFleet } from '../api/pages';
import type { Fleet } from '../api/pages';
import { usePlaceSet } from '../api/sets';
import { counted } from '../format/count';
import { day } from '../format/date';
import { list, sentence } from '../format/text';
import { drawMap } from '../map/draw';
import { kindOf } from '../map/marks';
import { membersOf } from '../map/membership';
import { EvidenceChip, VerdictChip } from '../parts/chip';
import { Dot, Ground, Hatch } from '../parts/figure';
import { useLand } from '../parts/land';
import { Shell } from '../parts/shell';
import { usePageState } from '../parts/state';
import { Loading, Strange } from '../parts/status';
import { boardCsv, boardHeadline, boardRows, customersAffected, filterRows, tally } from '../report/board';
import type { BoardRow } from '../report/board';
import { reasonPhrase } from '../report/conditions';
import { readingNames } from '../words/data';
import { verdictMarks, verdictOrder } from '../words/verdict';
import { usePlaces } from './data';

export function BoardPage() {
  const { state, strange, set } = usePageState();
  const fleet = useFleet(state.asOf);
  const all = useMemo(() => boardRows(fleet.customers), [fleet.customers]);
  const rows = useMemo(() => filterRows(all, state.q, state.verdict), [all, state.q, state.verdict]);
  const counts = tally(all);
  return (
    <Shell title="Which claims break" page="board">
      <Strange values={strange} />
      <div className="lead">
        <div>
          <p className="eyebrow">Promises to all customers</p>
          <h1>{boardHeadline(all, fleet.complete)}</h1>
          <p className="sub">{all.length > 0 ? `${counted(customersAffected(all), 'customer')} of ${fleet.customers.length.toLocaleString('en')} ${customersAffected(all) === 1 ? 'has' : 'have'} a promise that is not ensured, broken or unknown. Not measured: verdicts rest on the settings alone.` : ''}</p>
        </div>
        <div className="actions noprint"><button type="button" disabled={rows.length === 0} onClick={() => download(rows)}>Export CSV</button></div>
      </div>
      <Completeness fleet={fleet} />
      <ul className="figures" aria-label="Promises by verdict">
        <li><strong>{all.length.toLocaleString('en')}</strong><span>promises</span></li>
        {verdictOrder.map((v) => <Figure key={v} verdict={v} count={counts[v]} chosen={state.verdict === key(v)} onChoose={() => set({ verdict: state.verdict === key(v) ? null : key(v) })} />)}
      </ul>
      {all.length === 0 && fleet.loading && <Loading text="Reading the promises…" />}
      {all.length > 0 && (
        <section className="card tablecard" aria-labelledby="board">
          <header className="cardhead">
            <h2 id="board">{state.verdict || state.q ? `${rows.length.toLocaleString('en')} of ${counted(all.length, 'promise')}` : 'Every promise, the worst first, then the oldest'}</h2>
            <label className="search noprint">Find <input type="search" value={state.q} onChange={(e) => set({ q: e.target.value })} placeholder="customer, claim, contract" /></label>
          </header>
          <BoardTable rows={rows} />
        </section>
      )}
      <Multiples rows={rows} asOf={state.asOf} />
    </Shell>
  );
}

const key = (v: Verdict) => v.toLowerCase().replaceAll('_', '-');

function Figure({ verdict, count, chosen, onChoose }: { verdict: Verdict; count: number; chosen: boolean; onChoose: () => void }) {
  return (
    <li className={`${verdictMarks[verdict].tone}${count === 0 ? ' zero' : ''}`}>
      <button type="button" aria-pressed={chosen} onClick={onChoose}><strong>{count.toLocaleString('en')}</strong><span>{verdictMarks[verdict].word.toLowerCase()}</span></button>
    </li>
  );
}

function Completeness({ fleet }: { fleet: Fleet }) {
  if (fleet.error) {
    return (
      <div className="banner bad" role="alert">
        <p><strong>The promises could not be read to the end.</strong> {fleet.error.message}.{fleet.error.requestId ? <> Request <code>{fleet.error.requestId}</code>.</> : null} {fleet.customers.length > 0 ? `Shown: ${counted(fleet.customers.length, 'customer')}${fleet.total ? ` of ${fleet.total.toLocaleString('en')}` : ''}. Not complete.` : ''}</p>
        <button type="button" onClick={fleet.retry}>Try again</button>
      </div>
    );
  }
  return (
    <p className="status" role="status">
      {fleet.complete ? `Complete: ${counted(fleet.customers.length, 'customer')}, every promise judged.` : fleet.customers.length > 0 ? `Not complete: ${fleet.customers.length.toLocaleString('en')} of ${fleet.total?.toLocaleString('en') ?? 'more'} customers read…` : ''}
    </p>
  );
}

function BoardTable({ rows }: { rows: readonly BoardRow[] }) {
  if (rows.length === 0) return <p className="pad">No promise is like that.</p>;
  return (
    <table className="cards board" role="table">
      <thead role="rowgroup"><tr role="row">
        <th role="columnheader" scope="col">Customer and claim</th><th role="columnheader" scope="col">Verdict</th><th role="columnheader" scope="col">Promised since</th>
        <th role="columnheader" scope="col" className="num">Counterexamples</th><th role="columnheader" scope="col">Cause</th><th role="columnheader" scope="col">Evidence</th>
      </tr></thead>
      <tbody role="rowgroup">{rows.map((r) => <Row key={rowKey(r)} row={r} />)}</tbody>
    </table>
  );
}

const rowKey = ({ customer, promise: p }: BoardRow) => [customer.key, p.claim.id, p.reading, p.contract, p.since].join(' ');
const claimPath = ({ customer, promise: p }: BoardRow) => `/c/${customer.key}/claims/${p.claim.id}${p.reading === 'HANDLED' ? '' : `?reading=${p.reading.toLowerCase()}`}`;

function Row({ row }: { row: BoardRow }) {
  const { customer, promise: p } = row;
  const total = p.result.counterexamples.totalCount;
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <Link href={claimPath(row)} className="name">{customer.name}</Link>
        <span className="note">{p.claim.name} · {readingNames[p.reading].toLowerCase()}{p.contract ? <> · <span className="nowrap">{p.contract}</span></> : ''}</span>
      </th>
      <td role="cell" data-label="Verdict"><VerdictChip verdict={p.verdict} /></td>
      <td role="cell" data-label="Promised since">{p.since ? <>{day(p.since)}<span className="note">{p.until ? `until ${day(p.until)}` : 'no end'}</span></> : '—'}</td>
      <td role="cell" data-label="Counterexamples" className="num">{total > 0 ? total.toLocaleString('en') : '—'}</td>
      <td role="cell" data-label="Cause">{cause(row)}</td>
      <td role="cell" data-label="Evidence"><EvidenceChip evidence={p.result.evidence} /></td>
    </tr>
  );
}

function cause({ promise: p }: BoardRow) {
  const c = p.result.counterexamples.nodes[0];
  if (c) return <>{sentence(c.sentence)}<span className="note">{sentence(reasonPhrase(c.because))}</span></>;
  const u = p.result.unknowns;
  return u[0] ? <>{sentence(u[0].statement)}{u.length > 1 && <span className="note">and {counted(u.length - 1, 'more fact')} not known</span>}</> : '—';
}

const MULTIPLES = 8;

/** Where the first counterexample of each promise may be: same scale, same projection. */
function Multiples({ rows, asOf }: { rows: readonly BoardRow[]; asOf: string | null }) {
  const failing = rows.filter((r) => r.promise.result.counterexamples.nodes[0]?.site);
  if (failing.length === 0) return null;
  return (
    <section aria-labelledby="multiples">
      <h2 id="multiples" className="section">Where each may go{failing.length > MULTIPLES ? `: the first ${MULTIPLES} of ${failing.length}` : ''}</h2>
      <div className="multiples">{failing.slice(0, MULTIPLES).map((r) => <Multiple key={rowKey(r)} row={r} asOf={asOf} />)}</div>
    </section>
  );
}

function Multiple({ row, asOf }: { row: BoardRow; asOf: string | null }) {
  const id = useId();
  const land = useLand();
  const { claim } = row.promise;
  const places = usePlaces(asOf);
  const sites = places.data?.footprint.sites ?? [];
  const within = usePlaceSet(claim.within, claim.except, asOf, sites);
  const first = row.promise.result.counterexamples.nodes[0];
  const countries = first?.sites.countries ?? [];
  const drawing = useMemo(() => {
    const never = claim.kind === 'NEVER_IN';
    const codes = first ? membersOf(first.sites, sites) ?? new Map(sites.filter((s) => s.kind === 'POP' && countries.some((c) => c.country === s.country)).map((s) => [s.code, 'certain'])) : new Map();
    const kinds = new Map([...codes.keys()].map((code) => [code, kindOf('certain', (within?.sites.has(code) ?? false) !== never)]));
    return drawMap({ land, sites, kinds, shaded: within?.countries ?? new Set(), fit: [], view: 'world', width: 264, height: 128 });
  }, [land, sites, within, first, claim.kind]);
  return (
    <figure className="card multiple">
      <svg viewBox="0 0 264 128" role="img" aria-label={`${row.customer.name}: ${counted(first?.outside ?? 0, 'place')} outside, in ${counted(countries.length, 'country', 'countries')}`}>
        <Hatch id={id} />
        <Ground drawing={drawing} id={id} />
        {drawing.marks.filter((m) => m.kind === 'outside').map((m) => <Dot key={m.site.code} mark={m} small />)}
      </svg>
      <figcaption><Link href={claimPath(row)}>{row.customer.name}</Link><span className="note">{counted(first?.outside ?? 0, 'place')} outside, in {countries.length <= 3 ? list(countries.map((c) => c.name)) : counted(countries.length, 'country', 'countries')}</span></figcaption>
    </figure>
  );
}

function download(rows: readonly BoardRow[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([boardCsv(rows)], { type: 'text/csv;charset=utf-8' }));
  link.download = 'promises.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
