// What needs attention: what is outside, what is not known, what never changes.

import { Link } from 'wouter';
import type { Report } from '../api/questions';
import { counted } from '../format/count';
import { capital, list, sentence } from '../format/text';
import { conditionsOf } from '../report/conditions';
import { checkDetail } from '../report/detail';
import { allBreachedPlaces, placeName } from '../report/evidence';
import type { Measured } from '../report/evidence';
import { count } from '../format/count';
import { day } from '../format/date';
import type { Condition } from '../report/conditions';
import { categoryNames } from '../words/data';
import { wrongSide } from '../words/place';
import { verdictMarks } from '../words/verdict';
import { Chip } from './chip';

const MOST = 5;

export function Attention({ report, measured, claimPage }: { report: Report; measured: Measured | null; claimPage: string }) {
  const failing = conditionsOf(report).filter((c) => c.state === 'off');
  const seen = allBreachedPlaces(measured);
  // A request may be in several places, as several kinds of data: it is counted as one of them.
  const requests = seen.filter((p) => p.category === seen[0]?.category && p.activity === seen[0].activity).reduce((n, p) => n + p.events, 0);
  const [first] = [...seen].sort((a, b) => a.first.localeCompare(b.first));
  const always = report.check.notCovered.filter((p) => p.activity === 'STORE' || p.activity === 'CACHE');
  const names = [...new Set(always.map((p) => categoryNames[p.category].toLowerCase()))];
  return (
    <section className="card attention" aria-labelledby="attention">
      <header className="cardhead"><h2 id="attention">What needs attention</h2></header>
      <ul>
        {seen.length > 0 && first && (
          <li><Chip mark={verdictMarks.BROKEN} /><div>
            <h3>{counted(requests, 'request')} seen {wrongSide(report.check.claim.kind)}, since {day(first.first)}</h3>
            <p>{list([...new Set(seen.flatMap((p) => p.names))], 2)}: {list(seen.map((p) => `${placeName(p)} (${count(p.events)})`), 4)}. {capital(seen[0]?.sentence ?? '')}.</p>
            <p><Link href={`${claimPage}#counterexamples`}>See the evidence</Link></p>
          </div></li>
        )}
        {(measured?.notExpected ?? []).slice(0, 2).map((u) => <li key={u.sentence + u.scope.name}><Chip mark={verdictMarks.UNKNOWN} /><div><h3>{capital(u.sentence)}</h3><p>{u.scope.name ?? 'The account'}: {counted(u.events, 'request')}, since {day(u.first)}. The settings do not account for them.</p></div></li>)}
        {report.check.verdict === 'UNKNOWN' && report.check.unknowns.length === 0 && measured && <li><Chip mark={verdictMarks.UNKNOWN} /><div><h3>{checkDetail(report.check)}</h3><p>The settings allow nothing {wrongSide(report.check.claim.kind)}; what was observed takes the yes away.</p></div></li>}
        {report.check.verdict === 'HOLDS' && failing.length === 0 && (
          <li><Chip mark={verdictMarks.HOLDS} /><div><h3>Nothing is allowed {wrongSide(report.check.claim.kind)}</h3><p>Every one of {counted(report.check.considered.placements, 'placement')} is as claimed.</p></div></li>
        )}
        {failing.slice(0, MOST).map((c) => <Failing key={c.title + c.what} condition={c} side={wrongSide(report.check.claim.kind)} claimPage={claimPage} />)}
        {failing.length > MOST && <li className="more"><Link href={claimPage}>{failing.length - MOST} more reasons</Link></li>}
        {report.check.unknowns.slice(0, MOST).map((u) => (
          <li key={u.fact}><Chip mark={verdictMarks.UNKNOWN} /><div><h3>{sentence(u.statement)}</h3><p>{counted(u.placements, 'placement')} hang on it.{u.owner ? ` ${capital(u.owner)} could answer.` : ''}</p></div></li>
        ))}
        {report.check.unknowns.length > MOST && <li className="more"><Link href={claimPage}>{report.check.unknowns.length - MOST} more facts that are not known</Link></li>}
        {names.length > 0 && (
          <li><Chip mark={{ word: 'Always outside', shape: 'ring', tone: 'mute' }} /><div><h3>{capital(list(names))}</h3><p>Kept outside any region, and not part of this claim. No setting changes it.</p></div></li>
        )}
      </ul>
    </section>
  );
}

function Failing({ condition: c, side, claimPage }: { condition: Condition; side: string; claimPage: string }) {
  return (
    <li>
      <Chip mark={verdictMarks.NOT_ENSURED} />
      <div>
        <h3>{capital(list(c.scopes, 2))}</h3>
        <p>{sentence(c.title)} {capital(c.what)} at up to {counted(c.outside, 'place')} {side}.</p>
        <p><Link href={`${claimPage}#counterexamples`}>See counterexamples</Link> · <Link href={`${claimPage}#what-if`}>Try a change</Link></p>
      </div>
    </li>
  );
}
