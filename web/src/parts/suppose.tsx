// What would break if a site opened or an adequacy decision fell: a claim judged for
// everybody, as if something were so that is not.

import { useState } from 'react';
import { Link } from 'wouter';
import { SupposeDocument } from '../api/gen/graphql';
import type { SupposeQuery } from '../api/gen/graphql';
import { useAnswer } from '../api/use';
import { count, counted } from '../format/count';
import { list } from '../format/text';
import { readSuppose } from '../settings/suppose';
import { claimInput, defaults, noClaim, otherClaim } from '../url/state';
import type { PageState } from '../url/state';
import { VerdictChip } from './chip';
import { href } from './state';
import { AnswerState } from './status';

const examples = ['US leaves ADEQUATE', 'CH joins EU', 'site XYZ in DE opens', 'site FRA closes'];

/** The claim that a decision's fall concerns, which is no preset. */
const adequate = ['EEA', 'ADEQUATE'];
const preset = (state: PageState) => state.claim ?? otherClaim;

interface Props { state: PageState; set: (change: Partial<PageState>) => void }

export function SupposePanel({ state, set }: Props) {
  const [text, type] = useState('');
  const suppose = readSuppose(state.suppose);
  const asked = useAnswer(SupposeDocument, suppose && { claim: claimInput(state, preset(state)), suppose });
  const wrong = text !== '' && !readSuppose([text]);
  const add = () => { if (text && !wrong) { set({ suppose: [...state.suppose.filter((s) => s !== text), text] }); type(''); } };
  return (
    <section className="card pad noprint" aria-labelledby="suppose">
      <h2 id="suppose">What if a site opens, or a decision falls?</h2>
      <form className="controls" onSubmit={(e) => { e.preventDefault(); add(); }}>
        <label>Suppose <input type="text" value={text} onChange={(e) => type(e.target.value)} list="suppose-examples" placeholder={examples[0]} aria-invalid={wrong} aria-describedby="suppose-help" /></label>
        <datalist id="suppose-examples">{examples.map((e) => <option key={e} value={e} />)}</datalist>
        <button type="submit" disabled={text === '' || wrong}>Suppose it</button>
      </form>
      <p id="suppose-help" className="muted">Such as {list(examples.map((e) => `“${e}”`))}. Nothing of it is kept.</p>
      {state.suppose.length > 0 && <ul className="tried">{state.suppose.map((s) => <li key={s}>{s} <button type="button" className="link" onClick={() => set({ suppose: state.suppose.filter((x) => x !== s) })} aria-label={`Undo: ${s}`}>undo</button></li>)}</ul>}
      <AnswerState asked={asked} what="supposition" />
      {suppose && asked.loading && <p className="status" role="status">Judging everybody…</p>}
      {suppose && asked.current && asked.data && <Flips data={asked.data} state={state} set={set} />}
    </section>
  );
}

function Flips({ data: { claims, sweep }, state, set }: Props & { data: SupposeQuery }) {
  const flips = sweep.flips;
  return (
    <>
      <p>
        <label>Claim <select value={state.within.join() || preset(state)} onChange={(e) => set(e.target.value.includes(',') ? { claim: null, within: adequate } : { ...noClaim, claim: e.target.value })}>
          {claims.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}
          <option value={adequate.join()}>Only in the EEA or where an adequacy decision holds</option>
          {state.within.length > 0 && state.within.join() !== adequate.join() && <option value={state.within.join()}>Only in {state.within.join(' or ')}</option>}
        </select></label>
      </p>
      <p aria-live="polite"><strong>{flips ? `${count(flips.totalCount)} of ${counted(sweep.total, 'customer')} would have another verdict` : `Not complete: ${count(sweep.judged)} of ${counted(sweep.total, 'customer')} judged`}</strong>, by the settings, if {list(sweep.supposed)}.</p>
      {flips && flips.nodes.length > 0 && <ul className="tried">{flips.nodes.map((f) => <li key={f.customer.key}><Link href={href(`/c/${f.customer.key}/claims/${state.within.length > 0 ? 'custom' : preset(state)}`, { ...defaults, kind: state.kind, within: state.within, except: state.except })}>{f.customer.name}</Link> <VerdictChip verdict={f.now} /> → <VerdictChip verdict={f.ifSo} /></li>)}</ul>}
      {flips && flips.totalCount > flips.nodes.length && <p className="muted">The first {flips.nodes.length}. All of them: domicile sweep --suppose.</p>}
      <p className="muted">Then: {count(sweep.counts.holds)} hold, {count(sweep.counts.notEnsured)} not ensured, {count(sweep.counts.unknown)} unknown.</p>
    </>
  );
}
