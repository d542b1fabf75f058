// What would have to change so that the claim holds, or what is in the way.

import { Link } from 'wouter';
import { PlanDocument } from '../api/gen/graphql';
import type { PlanQuery } from '../api/gen/graphql';
import { useAnswer } from '../api/use';
import { counted } from '../format/count';
import { sentence } from '../format/text';
import type { PageState } from '../url/state';
import type { Question } from '../views/data';
import { href } from './state';
import { AnswerState } from './status';

type Found = NonNullable<PlanQuery['customer']>['plan'];

/** The smallest changes; nothing is asked where the claim holds by the settings. */
export function PlanPanel({ question, state, holds }: { question: Question; state: PageState; holds: boolean }) {
  const { customer } = question.variables;
  const asked = useAnswer(PlanDocument, holds ? null : { customer, claim: question.claim, asOf: state.asOf });
  const plan = asked.current ? asked.data?.customer?.plan : null;
  if (holds) return null;
  return (
    <section className="card pad plan noprint" aria-labelledby="plan">
      <h2 id="plan">What would make it hold</h2>
      <AnswerState asked={asked} what="plan" />
      {!plan && asked.loading && <p className="status" role="status">Looking for the smallest changes…</p>}
      {plan && <Body plan={plan} link={(within, except) => href(`/c/${customer}/claims/custom`, state, { claim: null, kind: null, within: [...within], except: [...except], change: [] })} />}
    </section>
  );
}

function Body({ plan, link }: { plan: Found; link: (within: readonly string[], except: readonly string[]) => string }) {
  return (
    <>
      <p><strong>{plan.headline}</strong></p>
      {plan.plans.map((p, i) => (
        <div key={i}>
          {plan.plans.length > 1 && <h3>{i === 0 ? 'The smallest' : 'Another way'}</h3>}
          <ol>{p.steps.map((s) => <li key={s.sentence}>{sentence(s.sentence)}{s.needs.length > 0 && <span className="note">Needs: {s.needs.join('; ')}</span>}</li>)}</ol>
          {p.lost.length > 0 && <p>What stops working: {p.lost.map((l) => `${l.product ? `${l.product.name}: ` : ''}${l.sentence}`).join('; ')}.</p>}
        </div>
      ))}
      {plan.inTheWay.length > 0 && <><h3>What is in the way</h3><ul>{plan.inTheWay.map((o) => <li key={o.sentence}>{sentence(o.sentence)}{o.statement && <span className="note">{sentence(o.statement)}</span>}</li>)}</ul></>}
      {plan.nearest.length > 0 && <><h3>The nearest places for which there is a plan</h3><ul>{plan.nearest.map((n) => <li key={n.added}><Link href={link(n.within, n.except)}>{n.within.join(' or ')}{n.except.length > 0 ? ` except ${n.except.join(', ')}` : ''}</Link>, {counted(n.changes, 'change')}</li>)}</ul></>}
      <p className="muted">Every plan was judged in full. It speaks of settings from the day they are changed, and undoes nothing that was observed.{plan.complete ? '' : ' There may be further ways.'}</p>
    </>
  );
}
