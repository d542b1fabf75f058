// What was observed: the window, what logs cover of it, and what lay outside.

import { useId } from 'react';
import { count, counted } from '../format/count';
import { day, instant, isDay } from '../format/date';
import { capital, list, sentence } from '../format/text';
import { coverageWords } from '../report/evidence';
import type { Breach, Evidence, Measured } from '../report/evidence';
import { activityNames, categoryNames } from '../words/data';
import type { Observed } from '../views/data';

interface Window {
  days: { from: string; to: string };
  today: string;
  onChange: (change: { from?: string | null; to?: string | null }) => void;
}

/** The first and the last day of the window. */
function WindowControl({ days, today, onChange }: Window) {
  const id = useId();
  const pick = (which: 'from' | 'to') => (text: string) => { if (isDay(text)) onChange({ from: days.from, to: days.to, [which]: text }); };
  return (
    <div className="time noprint" role="group" aria-label="Window of what was observed">
      <label htmlFor={`${id}-from`}>From</label>
      <input id={`${id}-from`} type="date" max={days.to} value={days.from} onChange={(e) => pick('from')(e.target.value)} />
      <label htmlFor={`${id}-to`}>to</label>
      <input id={`${id}-to`} type="date" min={days.from} max={today} value={days.to} onChange={(e) => pick('to')(e.target.value)} />
    </div>
  );
}

const GAPS = 4;

/** What logs cover, what is missing, and where requests came from. */
export function EvidencePanel({ observed, ...window }: { observed: Observed } & Window) {
  const { evidence } = observed;
  const measured = evidence?.check.measured;
  if (observed.state === 'failed') {
    return <div className="banner bad" role="alert"><p><strong>What was observed could not be read.</strong> It could contradict the claim, so no yes stands until it is read.{observed.problem ? ` ${sentence(observed.problem)}` : ''}</p><WindowControl {...window} /><button type="button" onClick={observed.retry}>Try again</button></div>;
  }
  if (observed.state === 'hidden') return <p className="muted">What was observed is not shown to you. The verdict takes it into account, where logs are kept.</p>;
  if (!evidence || !measured) return observed.state === 'waiting' ? <p className="status" role="status">Reading what was observed…</p> : null;
  const { coverage: c, neverSeen } = measured;
  const gaps = c.gaps.slice(0, GAPS);
  const { countries, events, cells } = evidence.traffic;
  return (
    <section className="card pad measured" aria-labelledby="measured">
      <div className="lead"><h2 id="measured">{measured.events === 0 ? (c.minutesSeen === 0 ? 'Not measured' : 'No requests') : `Measured: ${count(measured.outside)} of ${counted(measured.events, 'request')} against the claim`}</h2><WindowControl {...window} /></div>
      {c.minutesSeen > 0 && measured.events === 0 && <p><strong>No requests between {day(window.days.from)} and {day(window.days.to)}.</strong> The verdict is that of the settings; nothing was measured.</p>}
      <p>{coverageWords(measured)} What was measured can take a yes away and never makes one.</p>
      {c.minutesSeen > 0 && gaps.length > 0 && <p>Not measured: {list(gaps.map((g) => `${instant(g.from)} to ${instant(g.to)}`))}{c.gaps.length > GAPS ? ` and ${counted(c.gaps.length - GAPS, 'more gap')}` : ''}. For those hours nothing can be said.</p>}
      {(c.minutesSeen > 0 || measured.events > 0) && neverSeen.length > 0 && <p>Expected and never seen: {list(neverSeen.map((s) => s.name ?? 'the account'), 4)}.</p>}
      {events > 0 && countries.length > 0 && <p className="note">Visitors, as an estimate: {list(countries.slice(0, 6).map((x) => `${x.name} ${count(x.events)}`))}{countries.length > 6 ? ` and ${counted(countries.length - 6, 'more country', 'more countries')}` : ''}.{cells.length === 0 ? ' The address database tells countries only, so no areas are drawn.' : ''} Where a visitor is decides no verdict.</p>}
    </section>
  );
}

const ROWS = 12;

/** What was seen against the claim, with the rule that should have held. */
export function Breaches({ evidence, transit }: { evidence: Evidence | null; transit: string }) {
  const all = evidence?.check.measured?.breaches ?? [];
  const [first] = all;
  if (!first) return null;
  // One line of a log may be of several kinds of data: requests are counted once, and every kind has its row.
  const content = all.filter((b) => b.category === 'CONTENT' && b.activity === 'PROCESS');
  const rows = [...content, ...all.filter((b) => !content.includes(b))];
  const told = content.length > 0 ? content : all;
  const places = new Set(all.map((b) => b.code));
  return (
    <section className="breached" aria-labelledby="breaches">
      <h2 id="breaches" className="section">{counted(told.reduce((n, b) => n + b.events, 0), content.length > 0 ? 'request' : 'event')} seen against the claim, in {counted(places.size, 'place')}</h2>
      <div className="card tablecard">
        <table className="cards" role="table">
          <thead role="rowgroup"><tr role="row">
            <th role="columnheader" scope="col">Place</th><th role="columnheader" scope="col" className="num">Requests</th><th role="columnheader" scope="col">First seen</th>
            <th role="columnheader" scope="col">Last seen</th><th role="columnheader" scope="col">Of what</th><th role="columnheader" scope="col">Why</th>
          </tr></thead>
          <tbody role="rowgroup">{rows.slice(0, ROWS).map((b) => <BreachRow key={b.code + (b.scope.name ?? '') + b.category + b.activity} breach={b} also={!told.includes(b)} />)}</tbody>
        </table>
        {all.length > told.length && <p className="pad muted onpaper">The same requests as other kinds of data: {counted(all.length - told.length, 'row')}, in the page and in the proof.</p>}
        {rows.length > ROWS && <p className="pad muted noprint">{counted(rows.length - ROWS, 'more row')}: domicile check --window lists all.</p>}
        {content[0] && <OneRequest breach={content[0]} transit={transit} transfers={evidence?.check.measured?.transfers ?? []} />}
      </div>
    </section>
  );
}

const siteName = (b: Breach) => (b.site ? `${b.site.city}, ${b.site.countryName}` : `${b.code}, which the records do not have`);

/** A row; also says that its requests are counted in another row, as another kind of data: paper leaves it out and says so. */
function BreachRow({ breach: b, also }: { breach: Breach; also: boolean }) {
  return (
    <tr role="row" className={also ? 'also' : undefined}>
      <th role="rowheader" scope="row"><span className="name">{siteName(b)}</span></th>
      <td role="cell" data-label="Requests" className="num">{count(b.events)}</td>
      <td role="cell" data-label="First seen">{instant(b.first)}</td>
      <td role="cell" data-label="Last seen">{instant(b.last)}</td>
      <td role="cell" data-label="Of what">{b.scope.name ?? 'the account'}<span className="note">{categoryNames[b.category]}, {activityNames[b.activity]}</span></td>
      <td role="cell" data-label="Why">{sentence(b.sentence)}</td>
    </tr>
  );
}

/** The two hops of a request, and what follows from the second. */
function OneRequest({ breach: b, transit, transfers }: { breach: Breach; transit: string; transfers: Measured['transfers'] }) {
  const onward = transfers.filter((t) => t.scope.name === b.scope.name);
  return (
    <div className="steps">
      <h3>One request, step by step</h3>
      <ol>
        <li><strong>Ingress.</strong> A visitor asked for {b.scope.name ?? 'the account'}. {transit}</li>
        <li><strong>Decryption.</strong> {siteName(b)} decrypted it at {instant(b.first)}: it was readable there, for a moment.</li>
        <li><strong>Why there.</strong> {capital(b.sentence)}.</li>
        {onward.length > 0 && <li><strong>Onward.</strong> For some of these requests a server of the customer’s own was asked: {list(onward.map((t) => `${t.name ?? 'a country that is not known'} (${count(t.events)})`), 4)}, as an estimate. No setting governs where it stands.</li>}
        <li><strong>What follows.</strong> A line of a log is generated where a request is handled; where it is stored is up to the log region. An answer from a cache is kept where it is served from.</li>
      </ol>
    </div>
  );
}
