// Where is my data: the verdict, the map, what needs attention, and the table.

import { Link } from 'wouter';
import type { SubjectQuery } from '../api/gen/graphql';
import { reportOf } from '../api/questions';
import type { Report } from '../api/questions';
import { useAnswered } from '../api/use';
import { day, instant } from '../format/date';
import { sentence } from '../format/text';
import type { MarkKind } from '../map/marks';
import { conditionsOf } from '../report/conditions';
import { checkDetail } from '../report/detail';
import { Attention } from '../parts/attention';
import { ByCountry } from '../parts/bycountry';
import { EvidenceChip, VerdictChip } from '../parts/chip';
import { CopyButton } from '../parts/copy';
import { DataTable } from '../parts/datatable';
import { ClaimPicker } from '../parts/claimpicker';
import { Shell } from '../parts/shell';
import { href, usePageState } from '../parts/state';
import { AnswerState, Loading, NotYours, Strange } from '../parts/status';
import { Changes, TimeControl } from '../parts/time';
import { noClaim, ownParts, printState } from '../url/state';
import type { PageState } from '../url/state';
import { activityNames, categoryNames, readingNames } from '../words/data';
import { claimName, customerHeadline } from '../words/place';
import type { NamedClaim } from '../words/place';
import { EvidencePanel } from '../parts/evidence';
import { defaultPreset, namedClaim, questionOf, useEvidence, usePlaces, useReport, useSubject, windowOf } from './data';
import type { Customer } from './data';
import { ReportMap } from './mapping';

export function CustomerPage({ customer: key }: { customer: string }) {
  const { state, strange, set } = usePageState();
  const subject = useSubject(key, state);
  const customer = subject.data?.customer ?? null;
  const there = customer?.key === key ? customer : null;
  const absent = subject.current && subject.data?.customer === null;
  return (
    <Shell title={there ? `Where is the data of ${there.name}` : 'Where is my data'} page="where" customer={there} claim={state.claim ?? defaultPreset(there)}>
      <Strange values={strange} />
      <AnswerState asked={subject} what="customer" heading />
      {absent && <NotYours name={key} />}
      {!there && subject.loading && <Loading />}
      {there && subject.data && <Footprint key={there.key} customer={there} subject={subject.data} state={state} set={set} />}
    </Shell>
  );
}

interface BodyProps {
  customer: Customer;
  subject: SubjectQuery;
  state: PageState;
  set: (change: Partial<PageState>) => void;
}

function Footprint({ customer, subject, state, set }: BodyProps) {
  const preset = state.claim ?? defaultPreset(customer);
  const promised = state.within.length === 0 && !ownParts(state) ? customer.promises.find((p) => p.claim.id === preset) : undefined;
  const question = questionOf(customer.key, state, preset);
  const asked = useReport(question);
  const claim = namedClaim(state, preset, subject.claims, asked);
  const places = usePlaces(state.asOf);
  const observed = useEvidence(question, state, subject.footprint.asOf);
  const { evidence } = observed;
  const settled = asked.data?.customer ? reportOf(asked.data.customer) : null;
  const answered = useAnswered({ report: settled && observed.over(settled), claim, state }, asked.current);
  const { report } = answered;
  const sites = places.data?.footprint.sites ?? [];
  const today = subject.footprint.asOf;
  const crowded = report !== null && report.check.unknowns.length + conditionsOf(report).filter((c) => c.state === 'off').length > 2;
  const byCountry = (kinds: ReadonlyMap<string, MarkKind>) => <ByCountry sites={sites} kinds={kinds} title={`${categoryNames[state.data]}, ${activityNames[state.activity]}: by country`} />;
  const claimPage = href(`/c/${customer.key}/claims/${state.within.length > 0 ? 'custom' : preset}`, state, { claim: null, at: null });
  return (
    <div className={asked.current ? undefined : 'stale'}>
      <div className="lead">
        <div>
          <p className="eyebrow">{customer.name} · {promised ? `promised: ${promised.claim.name}${promised.since ? ` since ${day(promised.since)}` : ''}${promised.reading === state.reading ? '' : `, as “${readingNames[promised.reading]}”; shown here as “${readingNames[state.reading]}”`}` : `not promised: ${claimName(claim)}`}</p>
          {report ? <Headline report={report} claim={answered.claim} state={answered.state} /> : <h1>{customer.name}</h1>}
        </div>
        <div className="actions">
          <Link className="button primary" href={claimPage}>Can we promise it?</Link>
          <CopyButton text={() => shareLink(state, report?.check.asOf ?? today, preset)}>Copy link to live view</CopyButton>
        </div>
      </div>
      <AnswerState asked={asked} />
      <div className="controls">
        <ClaimPicker claims={subject.claims} preset={preset} own={claim} state={state} onPick={(claimId) => set({ ...noClaim, claim: claimId })} onReading={(reading) => set({ reading, categories: [], activities: [] })} />
        <TimeControl asOf={state.asOf} today={today} recordedFrom={subject.footprint.recordedFrom} versions={customer.history.nodes} onChange={(asOf) => set({ asOf })} />
      </div>
      {settled && asked.current && state.asOf && <Changes then={settled} variables={question.variables} sites={sites} versions={customer.history.nodes} today={today} />}
      {!report && <><Loading /><div className="card mapcard waiting" /></>}
      {report && !report.residency.recorded && <Gap report={report} />}
      {report && report.residency.recorded && (
        <>
          <ReportMap
            report={report} evidence={evidence} claim={answered.claim} customer={customer.key} state={state} set={set} sites={sites}
            aside={(kinds) => <div className="stack"><Attention report={report} measured={evidence?.check.measured ?? null} claimPage={claimPage} />{!crowded && byCountry(kinds)}</div>}
            below={(kinds) => crowded && byCountry(kinds)}
          />
          <EvidencePanel observed={observed} days={windowOf(state, today)} today={today} onChange={set} />
          <DataTable report={report} measured={evidence?.check.measured ?? null} claim={answered.claim} state={state} onPick={(data, activity) => set({ data, activity })} />
          <Basis report={report} />
        </>
      )}
    </div>
  );
}

function Headline({ report, claim, state }: { report: Report; claim: NamedClaim; state: PageState }) {
  const { check } = report;
  return (
    <>
      <h1>{customerHeadline(claim, state.reading, check.verdict, check.evidence, ownParts(state) ? check.sentence : null)}</h1>
      <p className="sub">{checkDetail(check)}</p>
      <p className="verdictline"><VerdictChip verdict={check.verdict} /> <EvidenceChip evidence={check.evidence} /> <span className="muted">{claimName(claim)}, as of {day(check.asOf)}, checked {instant(check.knownAt)}</span></p>
    </>
  );
}

function Gap({ report }: { report: Report }) {
  return (
    <section className="card empty">
      <h2>Nothing is known for {day(report.check.asOf)}</h2>
      <p>{report.residency.gap ? sentence(report.residency.gap.statement) : 'The day lies before the first record.'} So every answer is Unknown, and none is a yes.</p>
    </section>
  );
}

/** What the answer rests on; it never travels without it. */
export function Basis({ report }: { report: Report }) {
  const { check, residency } = report;
  return (
    <details className="basis">
      <summary>What this rests on</summary>
      <dl>
        <dt>Looked at</dt>
        <dd>{check.considered.placements.toLocaleString('en')} placements and {check.considered.sites.toLocaleString('en')} places, {check.complete ? 'all of them' : 'not all of them'}</dd>
        <dt>Taken as given</dt>
        <dd><ul>{check.assumptions.map((a) => <li key={a}>{sentence(a)}</li>)}</ul></dd>
        <dt>Not covered, whatever the claim</dt>
        <dd><ul>{check.exclusions.map((a) => <li key={a}>{sentence(a)}</li>)}</ul></dd>
        <dt>Encrypted bytes</dt>
        <dd>{residency.transit}</dd>
        <dt>Datasets</dt>
        <dd><code>{check.revision.datasets.slice(0, 12)}</code>{check.revision.version ? <>, settings version {check.revision.version}</> : null}</dd>
        <dt>Digest</dt>
        <dd><code className="long">{check.considered.digest}</code></dd>
      </dl>
    </details>
  );
}

/** The address with its day written out, so that it means the same tomorrow. */
export function shareLink(state: PageState, asOf: string, preset: string): string {
  const fixed = { ...state, asOf, at: null, ...(location.pathname.includes('/claims/') || state.within.length > 0 ? {} : { claim: preset }) };
  return location.origin + location.pathname + printState(fixed);
}
