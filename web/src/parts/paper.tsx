// What is on paper alone: a verdict never travels without what it rests on.

import type { FullCheckFragment } from '../api/gen/graphql';
import { count, counted } from '../format/count';
import { sentence } from '../format/text';

/** What goes with the answer. */
export function PaperBasis({ check }: { check: FullCheckFragment }) {
  return (
    <div className="paperbasis">
      <section><h2>Not covered, whatever the claim</h2><ul>{check.exclusions.map((e) => <li key={e}>{sentence(e)}</li>)}</ul></section>
      <section><h2>Taken as given</h2><ul>{check.assumptions.map((a) => <li key={a}>{sentence(a)}</li>)}</ul></section>
      <p>{counted(check.considered.placements, 'placement')} and {count(check.considered.sites)} places were looked at, {check.complete ? 'all of them' : 'not all of them'}.</p>
    </div>
  );
}

/** The foot: what the answer can be told apart by, after ids of its own. */
export function PaperFoot({ check, ids }: { check: FullCheckFragment; ids: readonly string[] }) {
  const { revision, considered } = check;
  return (
    <p className="paperfoot">
      {[...ids, `as of ${check.asOf}`, `known at ${check.knownAt}`, `datasets ${revision.datasets.slice(0, 12)}`, ...(revision.version ? [`settings version ${revision.version}`] : []), considered.digest, check.disclaimer].join(' · ')}
    </p>
  );
}
