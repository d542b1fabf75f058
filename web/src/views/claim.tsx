// Can we promise it: what must be on, what stays outside, what may be said, the
// counterexamples, and what if.

import type { ReactNode } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import type { SubjectQuery } from '../api/gen/graphql';
import { reportOf } from '../api/questions';
import type { Report } from '../api/questions';
import { useAnswered } from '../api/use';
import { day, instant } from '../format/date';
import { sentence } from '../format/text';
import { checkDetail } from '../report/detail';
import { Conditions, Outside, Sayable } from '../parts/columns';
import { PaperBasis, PaperFoot } from '../parts/paper';
import { Counterexamples } from '../parts/counterexamples';
import { Breaches, EvidencePanel } from '../parts/evidence';
import { EvidenceChip, Shape } from '../parts/chip';
import { CopyButton } from '../parts/copy';
import { ClaimPicker } from '../parts/claimpicker';
import { Shell } from '../parts/shell';
import { href, usePageState } from '../parts/state';
import { PlanPanel } from '../parts/plan';
import { AnswerState, Loading, NotYours, Strange } from '../parts/status';
import { Changes, TimeControl } from '../parts/time';
import { Outcome, WhatIfPanel, changesOf } from '../parts/whatif';
import { changeWords } from '../settings/change';
import { claimName, placePhrase, withPlace, wrongSide } from '../words/place';
import type { NamedClaim } from '../words/place';
import { claimHeadline, trialHeadline, verdictMarks } from '../words/verdict';
import { readingNames } from '../words/data';
import { noClaim, ownParts } from '../url/state';
import type { PageState } from '../url/state';
import { Basis, shareLink } from './customer';
import { defaultPreset, namedClaim, questionOf, useEvidence, usePlaces, useReport, useSubject, windowOf } from './data';
import type { Customer } from './data';
import { FreezeButton } from './frozen';
import { ReportMap } from './mapping';
import { useTrial } from './trial';

/** Sends to the claim that was promised first. */
export function ClaimsPage({ customer }: { customer: string }) {
  const { state } = usePageState();
  const subject = useSubject(customer, state);
  const there = subject.data?.customer;
  if (there) return <Redirect to={href(`/c/${customer}/claims/${defaultPreset(there)}`, state, { reading: there.promises[0]?.reading ?? state.reading })} replace />;
  return (
    <Shell title="Can we promise it" page="promise">
      <AnswerState asked={subject} what="customer" heading />
      {subject.current ? <NotYours name={customer} /> : <Loading />}
    </Shell>
  );
}

export function ClaimPage({ customer: key, claim }: { customer: string; claim: string }) {
  const { state, strange, set } = usePageState();
  const subject = useSubject(key, state);
  const customer = subject.data?.customer ?? null;
  const there = customer?.key === key ? customer : null;
  const known = claim === 'custom' ? state.within.length > 0 : subject.data?.claims.some((c) => c.id === claim) ?? true;
  const wrong = [...changesOf(state.change).strange, ...(state.claim && state.claim !== claim ? [`claim=${state.claim}`] : [])];
  return (
    <Shell title={there ? `Can we promise it to ${there.name}` : 'Can we promise it'} page="promise" customer={there} claim={claim}>
      <Strange values={[...strange, ...wrong]} />
      <AnswerState asked={subject} what="customer" heading />
      {subject.current && subject.data?.customer === null && <NotYours name={key} />}
      {!there && subject.loading && <Loading />}
      {there && !known && <section className="empty"><h1>There is no claim “{claim}”</h1><p>Choose one: {subject.data?.claims.map((c, i) => <span key={c.id}>{i > 0 && '; '}<Link href={`/c/${key}/claims/${c.id}`}>{c.name}</Link></span>)}</p></section>}
      {there && known && subject.data && <ClaimBody key={there.key} customer={there} preset={claim} subject={subject.data} state={state} set={set} />}
    </Shell>
  );
}

function ClaimBody({ customer, preset, subject, state, set }: {
  customer: Customer; preset: string; subject: SubjectQuery; state: PageState; set: (change: Partial<PageState>) => void;
}) {
  const question = questionOf(customer.key, state, preset);
  const asked = useReport(question);
  const claim = namedClaim(state, preset, subject.claims, asked);
  const places = usePlaces(state.asOf);
  const observed = useEvidence(question, state, subject.footprint.asOf);
  const settled = asked.data?.customer ? reportOf(asked.data.customer) : null;
  const answered = useAnswered({ before: settled && observed.over(settled), claim, state }, asked.current);
  const { before } = answered;
  const trial = useTrial(customer.key, state, question);
  const { after, changes } = trial;
  // The recorded answer stays, as what it is, until the trial is judged; when it cannot be, there is none.
  const report = after ?? (trial.failed ? null : before);
  const sites = places.data?.footprint.sites ?? [];
  const today = subject.footprint.asOf;
  const stale = !asked.current || (changes.length > 0 && !trial.current && !trial.failed);
  const [, navigate] = useLocation();
  const go = (id: string) => navigate(href(`/c/${customer.key}/claims/${id}`, state, noClaim));
  return (
    <div className={stale ? 'stale' : undefined}>
      {report
        ? <Answer report={report} claim={answered.claim} state={answered.state} customer={customer} trial={after ? { was: before?.check ?? null } : null} actions={<Actions report={report} customer={customer} preset={preset} state={state} />} />
        : <div className="card answer waiting">{trial.failed ? <h1>The changes could not be tried</h1> : <Loading />}</div>}
      <AnswerState asked={asked} />
      {changes.length > 0 && <AnswerState asked={trial.document} what="settings" />}
      {changes.length > 0 && <AnswerState asked={trial.whatIf} what="what-if" />}
      <div className="controls noprint">
        <ClaimPicker claims={subject.claims} preset={preset} own={claim} state={state} onPick={go} onReading={(reading) => set({ reading, categories: [], activities: [] })} />
        <TimeControl asOf={state.asOf} today={today} recordedFrom={subject.footprint.recordedFrom} versions={customer.history.nodes} onChange={(asOf) => set({ asOf })} />
      </div>
      {settled && asked.current && state.asOf && <Changes then={settled} variables={question.variables} sites={sites} versions={customer.history.nodes} today={today} />}
      {report && (
        <div className="three">
          <Conditions report={report} />
          <Outside report={report} />
          <Sayable report={report} place={placePhrase(answered.claim)} tried={after ? changes.map(changeWords) : []} />
        </div>
      )}
      {settled?.residency.recorded && asked.current && <PlanPanel question={question} state={state} holds={settled.check.verdict === 'HOLDS'} />}
      {trial.large && <section className="card pad noprint" id="what-if"><h2>What if they switched something?</h2><p className="muted">These settings are too many to try here. Change a copy of the settings file and judge it with: domicile check --settings copy.yaml</p></section>}
      {trial.own && before && (
        <WhatIfPanel settings={trial.own} changes={changes} idle={trial.idle} asOf={state.asOf} before={before} claim={answered.claim} sites={sites} onChange={(change) => set({ change })}>
          {after && <Outcome before={before} after={after} />}
        </WhatIfPanel>
      )}
      {report && (
        <>
          <PaperBasis check={report.check} />
          <div className="page2">
            <Breaches evidence={observed.evidence} transit={report.residency.transit} />
            <EvidencePanel observed={observed} days={windowOf(state, today)} today={today} onChange={set} />
            <h2 id="counterexamples" className="section">{counterexampleTitle(report)}</h2>
            <ReportMap
              report={report} evidence={after ? null : observed.evidence} claim={answered.claim} customer={customer.key} settings={after ? trial.tried : null} state={state} set={set} sites={sites}
              aside={() => <Counterexamples key={JSON.stringify([question.variables, state.change])} report={report} variables={after ? null : question.variables} state={state} set={set} />}
            />
          </div>
          <Basis report={report} />
          <PaperFoot check={report.check} ids={[customer.key]} />
        </>
      )}
    </div>
  );
}

function Actions({ report, customer, preset, state }: { report: Report; customer: Customer; preset: string; state: PageState }) {
  return (
    <>
      <CopyButton text={() => shareLink(state, report.check.asOf, preset)}>Copy link to live view</CopyButton>
      {state.change.length === 0 && !ownParts(state) && <FreezeButton customer={customer.key} preset={preset} state={state} />}
      <button type="button" className="primary" onClick={() => window.print()}>Print or save PDF</button>
    </>
  );
}

function counterexampleTitle(report: Report): string {
  const n = report.check.counterexamples.totalCount;
  if (!report.residency.recorded) return 'Nothing is recorded for that day';
  if (n === 0) return 'No counterexamples';
  return `${n.toLocaleString('en')} ${n === 1 ? 'counterexample' : 'counterexamples'}: what the settings allow ${wrongSide(report.check.claim.kind)}`;
}

/** `trial` has the check of the settings as they are, where others were tried. */
function Answer({ report, claim, customer, state, trial, actions }: {
  report: Report; claim: NamedClaim; customer: Customer; state: PageState; trial: { was: Report['check'] | null } | null; actions: ReactNode;
}) {
  const { check } = report;
  const mark = verdictMarks[check.verdict];
  return (
    <section className={`card answer ${mark.tone}`} aria-label="The answer">
      <Shape shape={mark.shape} size={44} />
      <div>
        <p className="eyebrow">{customer.name} · {claimName(claim)} · {ownParts(state) ? sentence(withPlace(check.sentence, placePhrase(claim))) : readingNames[state.reading]}</p>
        {trial && <p className="tryout">What if: this is not how the customer’s settings are.{trial.was && ` As they are: ${verdictMarks[trial.was.verdict].word}.`}{trial.was?.evidence === 'CONTRADICTED' && ' What was seen outside stays, whatever is switched now.'}</p>}
        <h1>{trial ? trialHeadline(check.verdict) : claimHeadline(check.verdict, check.evidence)}</h1>
        <p className="sub">{checkDetail(check)}</p>
        <p className="verdictline"><strong>{trial ? `Would be: ${mark.word}` : mark.word}</strong> <EvidenceChip evidence={check.evidence} /> <span className="muted">as of {day(check.asOf)}, checked {instant(check.knownAt)}</span></p>
        <ul className="readings" aria-label="The same places in every reading, by the settings"><li>By the settings:</li>
          {check.readings.map((r) => <li key={r.reading}><Shape shape={verdictMarks[r.verdict].shape} size={13} /> {readingNames[r.reading]}: {verdictMarks[r.verdict].word}</li>)}
        </ul>
      </div>
      <div className="actions noprint">{actions}</div>
    </section>
  );
}
