// What the settings allow outside, one by one, and one of them step by step.

import { useState } from 'react';
import { ask } from '../api/client';
import { MoreCounterexamplesDocument } from '../api/gen/graphql';
import type { CounterexampleLineFragment, Evidence, ReportQueryVariables } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { sentence } from '../format/text';
import { scopePhrase, whatPhrase } from '../report/conditions';
import type { PageState } from '../url/state';
import { wrongSide } from '../words/place';

const SHOWN = 12;

export function Counterexamples({ report, variables, state, set }: {
  report: Report; variables: ReportQueryVariables | null; state: PageState; set: (change: Partial<PageState>) => void;
}) {
  const { counterexamples, unknowns } = report.check;
  const side = wrongSide(report.check.claim.kind);
  const [more, setMore] = useState<CounterexampleLineFragment[]>([]);
  const [cursor, setCursor] = useState(counterexamples.complete ? null : counterexamples.pageInfo.endCursor);
  const [shown, setShown] = useState(SHOWN);
  const [failed, setFailed] = useState(false);
  const all = [...counterexamples.nodes, ...more];
  const next = () => {
    setShown((n) => n + 100);
    if (shown + 100 <= all.length || !cursor || !variables) return;
    const { customer, asOf, claim } = variables;
    ask(MoreCounterexamplesDocument, { customer, asOf, claim, after: cursor }).then(({ data }) => {
      const page = data.customer?.check.counterexamples;
      setMore((m) => [...m, ...(page?.nodes ?? [])]);
      setCursor(page && !page.complete ? page.pageInfo.endCursor : null);
      setFailed(false);
    }, () => setFailed(true));
  };
  const first = all[0];
  return (
    <section className="card counter" aria-label="Counterexamples">
      {first ? (
        <div className="scroll tall" tabIndex={0} role="region" aria-label="Counterexamples, as a table">
          <table>
            <caption className="hidden">What the settings allow {side}</caption>
            <thead><tr><th scope="col">Of</th><th scope="col">First place {side}</th><th scope="col" className="num">Places {side}</th></tr></thead>
            <tbody>{all.slice(0, shown).map((c, i) => <Line key={i} c={c} state={state} set={set} />)}</tbody>
          </table>
        </div>
      ) : (
        <div className="pad">
          <p>{report.check.verdict === 'UNKNOWN' ? `No place is allowed ${side} for certain. What decides it is not known:` : `The settings allow nothing ${side}.`}</p>
          {unknowns.length > 0 && <ul className="bullets">{unknowns.map((u) => <li key={u.fact}>{sentence(u.statement)}{u.owner ? ` (${u.owner} could answer)` : ''}</li>)}</ul>}
        </div>
      )}
      {(shown < all.length || (cursor && variables)) && (
        <p className="pad noprint"><button type="button" onClick={next}>Show more</button> <span className="muted">{Math.min(shown, all.length).toLocaleString('en')} of {counterexamples.totalCount.toLocaleString('en')}</span>{failed && <span role="alert"> The next page could not be read.</span>}</p>
      )}
      {first && <Steps c={first} side={side} transit={report.residency.transit} evidence={report.check.evidence} />}
    </section>
  );
}

function Line({ c, state, set }: { c: CounterexampleLineFragment; state: PageState; set: (change: Partial<PageState>) => void }) {
  const on = state.data === c.category && state.activity === c.activity;
  const where = c.site ? `${c.site.city}, ${c.site.countryName}` : elsewhere(c);
  return (
    <tr className={on ? 'on' : undefined}>
      <th scope="row">
        <button type="button" className="link" onClick={() => set({ data: c.category, activity: c.activity, at: null })} aria-label={`${scopePhrase(c.scope)}: ${sentence(c.sentence)} Show on the map`}>{scopePhrase(c.scope)}</button>
        <span className="note">{whatPhrase([c])}</span>
        <span className="note">{sentence(c.because.sentence)}</span>
      </th>
      <td>{where}</td>
      <td className="num">{c.outside > 0 ? c.outside.toLocaleString('en') : '—'}</td>
    </tr>
  );
}

function elsewhere(c: CounterexampleLineFragment): string {
  switch (c.elsewhere) {
    case 'DECLARED': return `${c.country ?? 'a country'}, as the customer states`;
    case 'UNMODELLED': return 'a place nobody has published';
    default: return 'anywhere in the world';
  }
}

function Steps({ c, side, transit, evidence }: { c: CounterexampleLineFragment; side: string; transit: string; evidence: Evidence }) {
  const request = c.category === 'CONTENT' && c.activity === 'PROCESS';
  return (
    <div className="steps">
      <h3>{request ? 'One request, step by step' : 'One of them, step by step'}</h3>
      <ol>
        {request && <li>A visitor asks for {scopePhrase(c.scope)}. {transit}</li>}
        <li>{sentence(c.because.sentence)}</li>
        <li>So {c.sentence.replace(/ and at \d+ more.*$/, '')}{c.outside > 1 ? `, the first of ${c.outside.toLocaleString('en')} places ${side}` : ''}.</li>
      </ol>
      <p className="muted">This is what the settings allow, whatever was measured.{evidence === 'CONTRADICTED' ? ' What was seen against the claim stands above.' : ''}</p>
    </div>
  );
}
