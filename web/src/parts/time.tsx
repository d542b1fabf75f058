// Any past day, and what has changed since.

import { useId } from 'react';
import { PlacesDocument, ReportDocument, TimelineDocument } from '../api/gen/graphql';
import type { ReportQueryVariables, SiteMarkFragment, SubjectQuery } from '../api/gen/graphql';
import { reportOf } from '../api/questions';
import type { Report } from '../api/questions';
import { useAnswer } from '../api/use';
import { counted } from '../format/count';
import { addDays, day, daysBetween, isDay } from '../format/date';
import { list } from '../format/text';
import { around, lawWords, momentsOf } from '../words/timeline';
import type { Moment } from '../words/timeline';
import { verdictMarks } from '../words/verdict';
import { useIdle } from './idle';

type Versions = NonNullable<SubjectQuery['customer']>['history']['nodes'];

export function TimeControl({ asOf, today, recordedFrom, versions, onChange }: {
  asOf: string | null; today: string; recordedFrom: string | null; versions: Versions; onChange: (asOf: string | null) => void;
}) {
  const id = useId();
  const from = recordedFrom ?? addDays(today, -365);
  const span = Math.max(daysBetween(from, today), 1);
  const value = asOf ?? today;
  const changes = useAnswer(TimelineDocument, useIdle() ? { after: from } : null).data?.footprint.changes;
  const moments = momentsOf(changes ?? [], versions, from, today);
  const { before, after } = around(moments, value);
  const choose = (text: string) => { if (isDay(text)) onChange(text === today ? null : text); };
  return (
    <div className="time" role="group" aria-label="Day of the answer">
      <label htmlFor={`${id}-day`}>As of</label>
      <input id={`${id}-day`} type="date" min={from} max={today} value={value} onChange={(e) => choose(e.target.value)} />
      <span className="slider">
        <input
          type="range" min={0} max={span} value={Math.min(Math.max(daysBetween(from, value), 0), span)}
          aria-label="Day" aria-valuetext={day(value)} onChange={(e) => choose(addDays(from, Number(e.target.value)))}
        />
        <span className="ticks" aria-hidden="true">
          {moments.map((m) => <i key={m.date} className={m.kind} style={{ left: `${(100 * daysBetween(from, m.date)) / span}%` }} />)}
        </span>
      </span>
      <Step to={before} words="Change before" mark="◂" choose={choose} />
      <Step to={after} words="Change after" mark="▸" choose={choose} />
      {asOf ? <button type="button" onClick={() => onChange(null)}>Back to today</button> : <span className="muted">today</span>}
    </div>
  );
}

/** A button to the day on which something changed. */
function Step({ to, words, mark, choose }: { to: Moment | null; words: string; mark: string; choose: (date: string) => void }) {
  const name = to ? `${words}: ${day(to.date)}, ${to.words}` : `${words}: none`;
  return <button type="button" className="step" disabled={!to} aria-label={name} title={name} onClick={() => to && choose(to.date)}>{mark}</button>;
}

/** What is different today from the day shown. */
export function Changes({ then, variables, sites, versions, today }: {
  then: Report; variables: ReportQueryVariables; sites: readonly SiteMarkFragment[]; versions: Versions; today: string;
}) {
  const now = useAnswer(ReportDocument, { ...variables, asOf: null });
  const places = useAnswer(PlacesDocument, { asOf: null });
  const timeline = useAnswer(TimelineDocument, { after: then.check.asOf }).data?.footprint.changes;
  if (!now.data?.customer || !places.data) return null;
  const report = reportOf(now.data.customer);
  const asOf = then.check.asOf;
  const law = (timeline ?? []).flatMap((c) => lawWords(c).map((w) => `${day(c.date)}: ${w}`));
  const before = new Map(sites.map((s) => [s.code, s]));
  const after = new Map(places.data.footprint.sites.map((s) => [s.code, s]));
  const opened = [...after.values()].filter((s) => !before.has(s.code));
  const closed = [...before.values()].filter((s) => !after.has(s.code));
  const ahead = asOf > today;
  const [early, late] = ahead ? [today, asOf] : [asOf, today];
  const since = versions.filter((v) => v.validFrom > early && v.validFrom <= late);
  const [first, last] = ahead ? [report, then] : [then, report];
  const cities = (all: readonly SiteMarkFragment[]) => list(all.map((s) => `${s.city}, ${s.country}`), 4);
  return (
    <section className="card changes" aria-label={ahead ? `What changes until ${day(asOf)}` : `What changed since ${day(asOf)}`}>
      <h2>You are looking at {day(asOf)}{ahead ? ', which has not come. Until then, as recorded today:' : '. Since then:'}</h2>
      <ul>
        <li>
          {then.check.verdict === report.check.verdict
            ? <>By the settings the verdict is the same{ahead ? '' : ' today'}: <strong>{verdictMarks[report.check.verdict].word}</strong>.</>
            : <>By the settings the verdict went from <strong>{verdictMarks[first.check.verdict].word}</strong> to <strong>{verdictMarks[last.check.verdict].word}</strong>.</>}
        </li>
        <li>{since.length === 0 ? ahead ? 'No other settings are recorded.' : 'The settings did not change.' : `${counted(since.length, 'new version')} of the settings, the last valid from ${day(since.map((v) => v.validFrom).sort().at(-1) ?? asOf)}.`}</li>
        {sites.length > 0 && law.length > 0 && <li>In the law: {list(law)}.</li>}
        <li>
          {sites.length === 0 ? 'No place was recorded on that day.' : opened.length + closed.length === 0 ? 'The same places are listed.' : null}
          {sites.length > 0 && opened.length > 0 ? `${counted(opened.length, 'place')} listed since: ${cities(opened)}. ` : null}
          {closed.length > 0 ? `${counted(closed.length, 'place')} no longer listed: ${cities(closed)}.` : null}
        </li>
      </ul>
    </section>
  );
}
