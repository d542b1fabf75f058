// The three columns of the claim view.

import { useMemo } from 'react';
import type { Report } from '../api/questions';
import { counted } from '../format/count';
import { capital, list, sentence } from '../format/text';
import { conditionsOf } from '../report/conditions';
import type { Condition, ConditionState } from '../report/conditions';
import { wordingOf, wordingText } from '../report/wording';
import { wrongSide } from '../words/place';
import type { Mark } from '../words/verdict';
import { Chip } from './chip';
import { CopyButton } from './copy';

const marks: Record<ConditionState, Mark> = {
  on: { word: 'Met', shape: 'tick', tone: 'good' },
  off: { word: 'Not met', shape: 'ring', tone: 'plain' },
  unknown: { word: 'Unknown', shape: 'dashed', tone: 'open' },
  unseen: { word: 'Not shown', shape: 'none', tone: 'mute' },
};
const MOST = 8;
const unrecorded = 'Nothing is recorded for that day, so nothing can be said.';

export function Conditions({ report }: { report: Report }) {
  const conditions = useMemo(() => conditionsOf(report), [report]);
  const on = conditions.filter((c) => c.state === 'on').length;
  const side = wrongSide(report.check.claim.kind);
  const { complete, totalCount, nodes } = report.residency.placements;
  return (
    <section className="card column" aria-labelledby="col1">
      <header className="cardhead"><h2 id="col1">1 · What must be on</h2><span className="muted">{on} of {conditions.length}</span></header>
      <ul>
        {conditions.slice(0, MOST).map((c) => <ConditionItem key={c.state + c.title} condition={c} side={side} />)}
        {conditions.length === 0 && <li><p>{report.residency.recorded ? 'These settings have none of the data that the claim speaks of.' : unrecorded}</p></li>}
      </ul>
      {conditions.length > MOST && (
        <details><summary>{conditions.length - MOST} more</summary><ul>{conditions.slice(MOST).map((c) => <ConditionItem key={c.state + c.title} condition={c} side={side} />)}</ul></details>
      )}
      {!complete && <p className="note pad">From the first {nodes.length.toLocaleString('en')} of {totalCount.toLocaleString('en')} placements. The verdict rests on all of them.</p>}
    </section>
  );
}

function ConditionItem({ condition: c, side }: { condition: Condition; side: string }) {
  return (
    <li>
      <Chip mark={marks[c.state]} />
      <div>
        <h3 className={c.state === 'off' ? 'off' : undefined}>{capital(c.title)}</h3>
        <p>{capital(list(c.scopes, 2))}: {c.what}{c.outside > 0 ? `, at up to ${counted(c.outside, 'place')} ${side}` : ''}</p>
        {c.facts.map((f) => <p key={f}>{sentence(f)}</p>)}
      </div>
    </li>
  );
}

export function Outside({ report }: { report: Report }) {
  const { notCovered } = report.check;
  const kept = notCovered.filter((p) => p.activity !== 'TRANSIT' && p.activity !== 'ACCESS');
  const transit = notCovered.filter((p) => p.activity === 'TRANSIT');
  const readers = notCovered.filter((p) => p.activity === 'ACCESS');
  return (
    <section className="card column" aria-labelledby="col2">
      <header className="cardhead"><h2 id="col2">2 · What remains outside, always</h2></header>
      <ul>
        {kept.map((p) => <li key={p.sentence}><Chip mark={{ word: 'Not covered', shape: 'ring', tone: 'mute' }} /><div><h3>{sentence(p.sentence)}</h3></div></li>)}
        {transit.map((p) => <li key={p.sentence}><Chip mark={{ word: 'May transit', shape: 'ring', tone: 'mute' }} /><div><h3>{sentence(p.sentence)}</h3><p className="transitnote">{report.residency.transit}</p></div></li>)}
        {readers.length > 0 && (
          <li><Chip mark={{ word: 'Readers', shape: 'dashed', tone: 'mute' }} /><div><h3>Who may read it, and from where, is not part of the claim</h3><p>No setting fixes the places of the people who read.</p></div></li>
        )}
        {notCovered.length === 0 && <li><p>{report.residency.recorded ? 'The claim speaks of every kind of data and every activity.' : unrecorded}</p></li>}
      </ul>
      <details><summary>What no setting speaks of</summary><ul className="bullets">{report.check.exclusions.map((e) => <li key={e}>{sentence(e)}</li>)}</ul></details>
    </section>
  );
}

/** `tried` are changes that were only tried, in words. */
export function Sayable({ report, place, tried = [] }: { report: Report; place: string; tried?: readonly string[] }) {
  const wording = wordingOf(report, place, tried);
  return (
    <section className="card column" aria-labelledby="col3">
      <header className="cardhead"><h2 id="col3">3 · {tried.length > 0 ? 'What you could say then, and not today' : 'What you may say today'}</h2></header>
      <div className="pad">
        <blockquote>
          {wording.lead && <p>{wording.lead}</p>}
          {wording.claims.length === 0 && <p><strong>Nothing can be claimed about {place} {tried.length > 0 ? 'then' : 'today'}.</strong></p>}
          {wording.claims.map((c) => <p key={c}><strong>{c}</strong></p>)}
          <p>{wording.limits.join(' ')}</p>
        </blockquote>
        <p className="copyline noprint">
          {wording.claims.length > 0 && <CopyButton text={() => wordingText(wording)}>Copy wording</CopyButton>}
          <span className="muted">The wording follows the verdict and changes with it.</span>
        </p>
      </div>
    </section>
  );
}
