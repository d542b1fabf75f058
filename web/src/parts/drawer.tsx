// One place, from the map or a table: what it is for the question on the page.

import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { SiteMarkFragment } from '../api/gen/graphql';
import { markWords } from '../map/marks';
import type { MarkKind } from '../map/marks';
import type { Side } from '../map/placeset';

const why: Record<MarkKind, string> = {
  inside: 'The settings allow it here, and the claim does too.',
  outside: 'The settings allow it here, and the claim does not.',
  perhaps: 'Whether the claim allows it here can’t be told, or whether it may happen here at all. What is not known is never taken for a no.',
  broken: 'Requests were seen here, and the claim does not allow it.',
  apart: 'The settings allow it here. The claim does not speak of it.',
  unused: 'The settings do not allow it here. Encrypted bytes may still pass.',
};

const inside: Record<Side, string> = {
  in: 'Yes, for certain.',
  out: 'No.',
  unknown: 'Not for certain: what is recorded does not tell, and that is never taken for a yes or a no.',
};

export function Drawer({ site, kind, side, question, place, asOf, measured, onClose }: {
  /** What was measured at the place. */
  measured: string;
  /** Whether it lies in the claim's places; null while they are read. */
  side: Side | null;
  site: SiteMarkFragment | null; kind: MarkKind; question: string; place: string; asOf: string | null; onClose: () => void;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (site && dialog && !dialog.open) dialog.showModal();
    if (!site && dialog?.open) dialog.close();
  }, [site]);
  return (
    <dialog ref={ref} className="drawer" aria-labelledby="drawer-title" onClose={onClose} onClick={(e) => { if (e.target === ref.current) ref.current.close(); }}>
      {site && (
        <div className="drawerbody">
          <button type="button" className="close" onClick={() => ref.current?.close()} aria-label="Close">×</button>
          <p className="eyebrow">{site.kind === 'CORE' ? 'Core data center' : 'PoP'} <code>{site.code}</code></p>
          <h2 id="drawer-title">{site.city}, {site.countryName}</h2>
          <dl>
            <dt>{question}</dt>
            <dd><strong>{markWords[kind]}</strong>. {why[kind]}</dd>
            <dt>In {place}?</dt>
            <dd>{side === null ? 'Not read yet.' : inside[side]}</dd>
            <dt>Measured here</dt>
            <dd>{measured}</dd>
          </dl>
          <p><Link href={`/places/${site.code}${asOf ? `?asOf=${asOf}` : ''}`}>Everything recorded about this place</Link></p>
        </div>
      )}
    </dialog>
  );
}
