// A drawing as SVG. The same for the page's map, its inset and small multiples.

import type { ReactNode } from 'react';
import type { Drawing } from '../map/draw';
import type { Mark } from '../map/marks';

/** The ground of a map: sea, land, the shaded places. */
export function Ground({ drawing, id }: { drawing: Drawing; id: string }) {
  return (
    <g aria-hidden="true">
      {drawing.sphere && <path d={drawing.sphere} className="sphere" />}
      <path d={drawing.land} className="land" />
      <path d={drawing.shaded} className="allowed" />
      <path d={drawing.shaded} fill={`url(#hatch-${id})`} />
      <path d={drawing.borders} className="borders" />
      <path d={drawing.outline} className="outline" />
    </g>
  );
}

/** The hatch that says allowed without colour. */
export function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`hatch-${id}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 0v6" className="hatch" />
      </pattern>
    </defs>
  );
}

/** One site. `scale` keeps its size when the map is zoomed. */
export function Dot({ mark, scale = 1, small = false, children }: { mark: Mark; scale?: number; small?: boolean; children?: ReactNode }) {
  const r = (small ? 1.35 : mark.kind === 'unused' ? 2 : mark.kind === 'outside' || mark.kind === 'broken' ? 4 : 3.8) / scale;
  if (mark.site.kind === 'CORE') {
    const s = (small ? 5 : 11) / scale;
    return <rect className={`dot core ${mark.kind}`} x={mark.x - s / 2} y={mark.y - s / 2} width={s} height={s}>{children}</rect>;
  }
  return <circle className={`dot ${mark.kind}${small ? ' small' : ''}`} cx={mark.x} cy={mark.y} r={r}>{children}</circle>;
}

/** Arrows to what was seen against the claim, with their counts. The casing keeps them apart from what lies below. */
export function Arrows({ drawing, id }: { drawing: Drawing; id: string }) {
  if (drawing.arrows.length === 0) return null;
  return (
    <g className="arrows" aria-hidden="true">
      <defs><marker id={`tip-${id}`} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" className="tip" /></marker></defs>
      {drawing.arrows.map((a) => <path key={a.code} d={a.path} className="casing" />)}
      {drawing.arrows.map((a) => <path key={a.code} d={a.path} className="arrow" pathLength={1} markerEnd={`url(#tip-${id})`} />)}
    </g>
  );
}
