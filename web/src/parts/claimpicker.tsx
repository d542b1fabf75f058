// Which claim the page judges, and in which reading.

import type { Reading, SubjectQuery } from '../api/gen/graphql';
import type { PageState } from '../url/state';
import { readingMeanings, readingNames, readings } from '../words/data';
import { claimName } from '../words/place';
import type { NamedClaim } from '../words/place';

export function ClaimPicker({ claims, preset, own: claim, state, onPick, onReading }: {
  /** The claim of the page, where it is none of these. */
  own: NamedClaim;
  claims: SubjectQuery['claims']; preset: string; state: PageState; onPick: (id: string) => void; onReading: (reading: Reading) => void;
}) {
  const own = state.within.length > 0;
  return (
    <div className="claimpicker">
      <label>Claim <select value={own ? '' : preset} onChange={(e) => onPick(e.target.value)}>
        {own && <option value="">{claimName(claim)}</option>}
        {claims.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}
      </select></label>
      <div className="switch" role="group" aria-label="Reading">
        {readings.map((r) => <button key={r} type="button" aria-pressed={state.reading === r} title={readingMeanings[r]} onClick={() => onReading(r)}>{readingNames[r]}</button>)}
      </div>
    </div>
  );
}
