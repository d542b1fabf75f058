// Kinds of data by what happens to them and where, with the verdict of each.

import type { Activity, DataCategory } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { coverageWords, outsideOf, partOf } from '../report/evidence';
import type { Measured } from '../report/evidence';
import { rowsOf } from '../report/table';
import type { Cell, Row } from '../report/table';
import type { PageState } from '../url/state';
import { activityNames, categoryNames, categoryNotes } from '../words/data';
import { claimName } from '../words/place';
import type { NamedClaim } from '../words/place';
import { Chip, EvidenceChip, VerdictChip } from './chip';

export function DataTable({ report, measured, claim, state, onPick }: {
  report: Report; measured: Measured | null; claim: NamedClaim; state: PageState; onPick: (data: DataCategory, activity: Activity) => void;
}) {
  return (
    <section className="card tablecard" aria-labelledby="datatable">
      <header className="cardhead"><h2 id="datatable">Each kind of data, and where it may be</h2><span className="muted">Choose a place to see it on the map. {measured ? coverageWords(measured) : 'Not measured.'}</span></header>
      <table className="cards" role="table">
        <thead role="rowgroup"><tr role="row">
          <th role="columnheader" scope="col">Data</th><th role="columnheader" scope="col">Stored</th><th role="columnheader" scope="col">Processed</th>
          {measured && <th role="columnheader" scope="col">Measured outside</th>}<th role="columnheader" scope="col">May transit</th><th role="columnheader" scope="col">Readable by people</th><th role="columnheader" scope="col">{claimName(claim)}</th>
        </tr></thead>
        <tbody role="rowgroup">{rowsOf(report).map((r) => <DataRow key={r.category} row={r} measured={measured} state={state} onPick={onPick} />)}</tbody>
      </table>
    </section>
  );
}

function DataRow({ row, measured, state, onPick }: { row: Row; measured: Measured | null; state: PageState; onPick: (data: DataCategory, activity: Activity) => void }) {
  const cells = (all: readonly Cell[]) => (all.length === 0 ? <span className="muted nil">—</span> : all.map((c) => {
    const on = state.data === row.category && state.activity === c.activity;
    const label = `${categoryNames[row.category]}, ${activityNames[c.activity]}: ${c.phrase}`;
    return (
      <div key={c.activity} className="where">
        {c.activity === 'CACHE' && <span className="tag">cached</span>}
        {c.part.sites.count > 0
          ? <button type="button" className="link" aria-pressed={on} aria-label={`${label}. Show on the map`} onClick={() => onPick(row.category, c.activity)}>{c.phrase}</button>
          : <span>{c.phrase}</span>}
      </div>
    );
  }));
  return (
    <tr role="row">
      <th role="rowheader" scope="row"><span className="name">{categoryNames[row.category]}</span><span className="note">{categoryNotes[row.category]}</span></th>
      <td role="cell" data-label="Stored">{cells(row.stored)}</td>
      <td role="cell" data-label="Processed">{cells(row.processed)}</td>
      {measured && <td role="cell" data-label="Measured outside"><Seen measured={measured} row={row} /></td>}
      <td role="cell" data-label="May transit">{row.transit.length > 0 ? <>{cells(row.transit)}<span className="note">encrypted</span></> : cells([])}</td>
      <td role="cell" data-label="Readable by people">{row.readers.length > 0 ? <span className="note">Places not published or not enforced</span> : cells([])}</td>
      <td role="cell" data-label="Verdict">
        {row.inUse ? <VerdictChip verdict={row.verdict.verdict} /> : <Chip mark={{ word: 'None of it', shape: 'none', tone: 'mute' }} />}
        {row.inUse && row.verdict.counterexamples.totalCount > 0 && <span className="note">{row.verdict.counterexamples.totalCount.toLocaleString('en')} outside</span>}
      </td>
    </tr>
  );
}

/** What was observed of a kind of data: a bar, and n of N. */
function Seen({ measured, row }: { measured: Measured; row: Row }) {
  const part = partOf(measured, row.category);
  if (!part) return <EvidenceChip evidence="NONE" />;
  const share = part.outside > 0 ? Math.max(0.03, part.outside / part.events) : 0;
  return (
    <>
      <svg className="share" width="96" height="8" viewBox="0 0 96 8" aria-hidden="true"><rect className="all" width="96" height="8" /><rect className="bad" width={96 * share} height="8" /></svg>
      <span className={part.outside > 0 ? 'bad' : undefined}>{outsideOf(part)}</span>
      <span className="note">{activityNames[part.activity]}</span>
    </>
  );
}
