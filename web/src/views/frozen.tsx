// A frozen report: an answer as it was, with its digest, and whether it still stands.

import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { ApiError, ask } from '../api/client';
import { FreezeDocument, FrozenDocument } from '../api/gen/graphql';
import type { ClaimInput, FrozenQuery, JudgedQuery, Reading, ReportQuery } from '../api/gen/graphql';
import { judgedOf, reportOf } from '../api/questions';
import type { Report } from '../api/questions';
import { useAnswer } from '../api/use';
import { counted } from '../format/count';
import { day, instant } from '../format/date';
import { sentence } from '../format/text';
import { Shape } from '../parts/chip';
import { Conditions, Outside, Sayable } from '../parts/columns';
import { CopyButton } from '../parts/copy';
import { Breaches } from '../parts/evidence';
import { PaperBasis, PaperFoot } from '../parts/paper';
import { Shell } from '../parts/shell';
import { href } from '../parts/state';
import { AnswerState, Loading } from '../parts/status';
import { checkDetail } from '../report/detail';
import { coverageWords, withEvidence, withJudged } from '../report/evidence';
import type { Evidence } from '../report/evidence';
import { defaults } from '../url/state';
import type { PageState } from '../url/state';
import { claimName, placePhrase } from '../words/place';
import { readingNames } from '../words/data';
import { claimHeadline, verdictMarks } from '../words/verdict';
import { Basis } from './customer';
import { usePlaces } from './data';
import { ReportMap } from './mapping';

type Frozen = NonNullable<FrozenQuery['report']>;

/** What is in a report's bytes. */
interface Body {
  format: number;
  claim: ClaimInput;
  reading: Reading;
  answers: { Report: ReportQuery; Measured?: { customer: Evidence | null }; Judged?: JudgedQuery };
}

function bodyOf(text: string): Body | null {
  try {
    const body = JSON.parse(text) as Body;
    const answer = body.answers.Report.customer;
    if (body.format !== 1 || !answer) return null;
    // Reports of before claims could be about some scopes are about all.
    answer.check.claim.scopes ??= [];
    return body;
  } catch {
    return null;
  }
}

export function FrozenPage({ id }: { id: string }) {
  const asked = useAnswer(FrozenDocument, { key: id });
  const frozen = asked.data?.report ?? null;
  return (
    <Shell title="Frozen report" page="promise">
      <AnswerState asked={asked} what="report" heading />
      {asked.loading && !frozen && <Loading text="Reading the report…" />}
      {asked.current && !frozen && <section className="empty"><h1>You can’t see this report</h1><p>It is not there, or its customer is not yours. Ask whoever gave you the address.</p></section>}
      {frozen && <Paper frozen={frozen} />}
    </Shell>
  );
}

function Paper({ frozen }: { frozen: Frozen }) {
  const body = bodyOf(frozen.body);
  if (!body?.answers.Report.customer) return <section className="empty"><h1>This report is of another version</h1><p>Its bytes are whole and can be read as JSON; this page cannot show them.</p></section>;
  const evidence = body.answers.Measured?.customer ?? null;
  const judged = body.answers.Judged?.customer;
  const settled = reportOf(body.answers.Report.customer);
  const report = judged ? withJudged(settled, judgedOf(judged)) : withEvidence(settled, evidence);
  const { check } = report;
  const mark = verdictMarks[check.verdict];
  const measured = evidence?.check.measured ?? null;
  const n = check.counterexamples.totalCount;
  return (
    <>
      {frozen.expired && <div className="banner bad" role="status"><p><strong>Valid until {day(frozen.expires)}.</strong> Make a new report.</p></div>}
      {frozen.verdictNow !== null && frozen.verdictNow !== frozen.verdict && <div className="banner bad" role="status"><p><strong>The verdict is another today: {verdictMarks[frozen.verdictNow].word}.</strong> This report says what was so on {day(check.asOf)}, as known {instant(check.knownAt)}. <Link href={livePath(frozen.customer.key, body)}>Open live view</Link></p></div>}
      <section className={`card answer ${mark.tone}`} aria-label="The answer">
        <Shape shape={mark.shape} size={44} />
        <div>
          <p className="eyebrow">{frozen.customer.name} · {claimName(check.claim)} · {readingNames[check.claim.reading ?? 'HANDLED']} · frozen {instant(frozen.created)}{frozen.role === 'SALES' ? ' · without names' : ''}</p>
          <h1>{claimHeadline(check.verdict, check.evidence)}</h1>
          <p className="sub">{checkDetail(check)}</p>
          <p className="verdictline"><strong>{mark.word}</strong> <span className="muted">as of {day(check.asOf)}, known at {instant(check.knownAt)}, valid until {day(frozen.expires)}. {measured ? coverageWords(measured) : judged ? 'Judged with what was observed, which is not shown.' : 'Not measured.'}</span></p>
        </div>
        <div className="actions noprint"><button type="button" onClick={() => save(frozen)}>Download JSON</button><CopyButton text={() => location.href}>Copy link</CopyButton><button type="button" className="primary" onClick={() => window.print()}>Print or save PDF</button></div>
      </section>
      <div className="three"><Conditions report={report} /><Outside report={report} /><Sayable report={report} place={placePhrase(check.claim)} /></div>
      <PaperBasis check={check} />
      <div className="page2">
        <Breaches evidence={evidence} transit={report.residency.transit} />
        <h2 className="section">{n === 0 ? 'No counterexamples by the settings' : `${counted(n, 'counterexample')} by the settings`}</h2>
        <FrozenMap report={report} evidence={evidence} body={body} />
        {n > 0 && <section className="card pad tablecard"><ul className="bullets">{check.counterexamples.nodes.map((c) => <li key={c.sentence + c.because.sentence}>{sentence(c.sentence)} {sentence(c.because.sentence)}</li>)}</ul>{!check.counterexamples.complete && <p className="note">The first {check.counterexamples.nodes.length} of {n}.</p>}</section>}
      </div>
      <Basis report={report} />
      <PaperFoot check={check} ids={[frozen.customer.key, `report ${frozen.key}`, `SHA-256 ${frozen.digest}`]} />
      <p className="digest noprint">Report <code>{frozen.key}</code> · SHA-256 of its bytes <code className="long">{frozen.digest}</code>. It never changes: download the JSON and compare.</p>
    </>
  );
}

/** The claim of a report, as the pages have it in their address. */
function stateOf({ claim, reading }: Body): PageState {
  return {
    ...defaults, reading, within: claim.within ?? [], except: claim.except ?? [], kind: claim.within?.length ? claim.kind ?? null : null,
    categories: claim.categories ?? [], activities: claim.activities ?? [], scopes: claim.scopes ?? [],
  };
}

/** The report's own claim, as it is judged now. */
function livePath(customer: string, body: Body): string {
  return href(`/c/${customer}/claims/${body.claim.preset ?? 'custom'}`, stateOf(body));
}

/** The map of what is in the report: nothing is asked of the settings of today. */
function FrozenMap({ report, evidence, body }: { report: Report; evidence: Evidence | null; body: Body }) {
  const { asOf, claim } = report.check;
  const sites = usePlaces(asOf).data?.footprint.sites ?? [];
  const part = report.residency.parts.find((p) => claim.categories.includes(p.category) && claim.activities.includes(p.activity));
  const [state, setState] = useState<PageState>(() => ({ ...stateOf(body), asOf, data: part?.category ?? defaults.data, activity: part?.activity ?? defaults.activity }));
  return (
    <ReportMap
      report={report} evidence={evidence} claim={claim} customer={null} state={state} set={(change) => setState({ ...state, ...change })} sites={sites}
      aside={() => <p className="note">Drawn from what the report has, with the records that there are now of where a place is. Where the report counts some of a country’s places and not all, it does not say which, and none is drawn.</p>}
    />
  );
}

function save(frozen: Frozen): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([frozen.body], { type: 'application/json' }));
  link.download = `report-${frozen.key}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Freezes the answer on the page, and goes to it. */
export function FreezeButton({ customer, preset, state }: { customer: string; preset: string; state: PageState }) {
  const [, navigate] = useLocation();
  const [said, say] = useState('');
  const claim = state.within.length > 0 ? { within: state.within, except: state.except, kind: state.kind } : { preset };
  const freeze = () => {
    say('Freezing…');
    ask(FreezeDocument, { input: { customer, ...claim, reading: state.reading, asOf: state.asOf, from: state.from, to: state.to } }).then(
      ({ data: { freezeReport: r } }) => { if (r.report) navigate(`/r/${r.report.key}`); else say(r.userErrors[0]?.message ?? 'It could not be frozen'); },
      (e: unknown) => say(e instanceof ApiError ? e.message : 'It could not be frozen'),
    );
  };
  return <><button type="button" onClick={freeze}>Freeze as report</button>{said && <span className="note" role="status">{said}</span>}</>;
}
