// What the marks of a map mean; only those that are on it.

import type { MarkKind } from '../map/marks';
import { layers as all } from '../url/state';
import type { Layer } from '../url/state';

const layerNames: Record<Layer, string> = { pops: 'PoPs', cores: 'Core data centers', traffic: 'Where visitors are' };

interface LegendProps { kinds: ReadonlyMap<string, MarkKind>; place: string; never: boolean; layers: readonly Layer[]; onLayers: (layers: Layer[]) => void; noCells: string | null }

/** What is shown, and a switch for each part. What was seen against the claim has none. */
function Layers({ layers, onLayers, noCells }: Pick<LegendProps, 'layers' | 'onLayers' | 'noCells'>) {
  return (
    <div className="legend noprint" role="group" aria-label="Shown on the map">
      {all.map((l) => {
        const why = l === 'traffic' ? noCells : null;
        return <label key={l}><input type="checkbox" disabled={why !== null} checked={why === null && layers.includes(l)} onChange={() => onLayers(all.filter((x) => layers.includes(x) !== (x === l)))} /> {layerNames[l]}{why && `: ${why}`}</label>;
      })}
    </div>
  );
}

export function Legend({ kinds, place, never, ...shown }: LegendProps) {
  const there = new Set(kinds.values());
  return (
    <>
    <ul className="legend" aria-label="Legend">
      <li><svg width="22" height="14" aria-hidden="true"><rect x="1" y="1" width="20" height="12" className={never ? 'forbidden' : 'allowed outline'} /></svg>{never ? `Forbidden: ${place}` : `Inside: ${place}`}</li>
      {there.has('broken') && <li><Key kind="broken" />Seen here, against the claim</li>}
      {there.has('inside') && <li><Key kind="inside" />May be here, as claimed</li>}
      {there.has('outside') && <li><Key kind="outside" />May be here, against the claim</li>}
      {there.has('perhaps') && <li><Key kind="perhaps" />Possible, not certain</li>}
      {there.has('apart') && <li><Key kind="apart" />May be here; the claim does not speak of it</li>}
      <li><Key kind="unused" />Not by these settings</li>
      <li><svg width="14" height="14" aria-hidden="true"><rect x="2" y="2" width="10" height="10" className="dot core inside" /></svg>Core data center</li>
    </ul>
    <Layers {...shown} />
    </>
  );
}

function Key({ kind }: { kind: MarkKind }) {
  return <svg width="14" height="14" aria-hidden="true"><circle cx="7" cy="7" r={kind === 'unused' ? 2.4 : 4} className={`dot ${kind}`} /></svg>;
}
