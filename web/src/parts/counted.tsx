// How many customers could make a claim today, and what most often stands in the way.

import { CountDocument } from '../api/gen/graphql';
import type { CountQuery } from '../api/gen/graphql';
import { useAnswer } from '../api/use';
import { count, counted } from '../format/count';
import { categoryNames, settingNames } from '../words/data';
import { AnswerState } from './status';

type Cause = CountQuery['sweep']['causes'][number];

/** "12 customers: request content, no processing region". */
function causeWords(c: Cause): string {
  const setting = c.setting && settingNames[c.setting].toLowerCase();
  const why = c.region ? `${setting ?? 'region'} ${c.region}` : c.product ?? (setting ? `no ${setting}` : 'whatever is set');
  return `${counted(c.customers, 'customer')}: ${categoryNames[c.category].toLowerCase()}, ${why}`;
}

export function HowMany({ claim, onClaim }: { claim: string; onClaim: (claim: string) => void }) {
  const asked = useAnswer(CountDocument, { claim: { preset: claim } });
  if (asked.error?.code === 'FORBIDDEN') return null;
  const { claims, sweep } = asked.data ?? {};
  return (
    <section className="card pad" aria-labelledby="howmany">
      <h2 id="howmany">How many could claim it today?</h2>
      <AnswerState asked={asked} what="count" />
      {claims && sweep && (
        <>
          <p><label>Claim <select value={claim} onChange={(e) => onClaim(e.target.value)}>{claims.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}</select></label></p>
          <div className={asked.current ? undefined : 'stale'} aria-live="polite">
            <p><strong>{sweep.complete ? `${count(sweep.counts.holds)} of ${counted(sweep.total, 'customer')}` : `Not complete: ${count(sweep.counts.holds)} of the ${count(sweep.judged)} judged so far, of ${count(sweep.total)}`}</strong> by their settings; {count(sweep.counts.notEnsured)} not ensured, {count(sweep.counts.unknown)} unknown. What logs showed is not in it: ask for each.</p>
            {sweep.causes.length > 0 && <><p>What most often stands in the way:</p><ul>{sweep.causes.map((c) => <li key={c.key}>{causeWords(c)}</li>)}</ul></>}
          </div>
        </>
      )}
    </section>
  );
}
