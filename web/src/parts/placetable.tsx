// Every place of a map as a table. Countries are those of the sites' records.

import { useState } from 'react';
import type { SiteMarkFragment } from '../api/gen/graphql';
import { counted } from '../format/count';
import { markWords } from '../map/marks';
import type { MarkKind } from '../map/marks';

const order: readonly MarkKind[] = ['broken', 'outside', 'perhaps', 'inside', 'apart', 'unused'];

export function PlaceTable({ sites, kinds, caption, onOpen }: {
  sites: readonly SiteMarkFragment[]; kinds: ReadonlyMap<string, MarkKind>; caption: string; onOpen: (code: string) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details className="placetable" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>The same as a table: {counted(sites.length, 'place')}</summary>
      {open && <Rows sites={sites} kinds={kinds} caption={caption} onOpen={onOpen} />}
    </details>
  );
}

function Rows({ sites, kinds, caption, onOpen }: { sites: readonly SiteMarkFragment[]; kinds: ReadonlyMap<string, MarkKind>; caption: string; onOpen: (code: string) => void }) {
  const kind = (s: SiteMarkFragment) => kinds.get(s.code) ?? 'unused';
  const rows = [...sites].sort((a, b) => order.indexOf(kind(a)) - order.indexOf(kind(b)) || a.countryName.localeCompare(b.countryName) || a.city.localeCompare(b.city));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead><tr><th scope="col">Place</th><th scope="col">Country</th><th scope="col">Kind</th><th scope="col">By the settings</th></tr></thead>
        <tbody>
          {rows.map((s) => (
            <tr key={s.code}>
              <th scope="row"><button type="button" className="link" onClick={() => onOpen(s.code)}>{s.city}</button></th>
              <td>{s.countryName}</td>
              <td>{s.kind === 'CORE' ? 'Core data center' : 'PoP'}</td>
              <td>{markWords[kind(s)]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
