// A map in one line, for those who do not see it and above its table.

import { count, counted } from '../format/count';
import type { MarkKind } from './marks';

/** How many places are what, for a claim about `place`. */
export function summaryOf(kinds: ReadonlyMap<string, MarkKind>, place: string, never: boolean): string {
  const of = (...wanted: MarkKind[]) => [...kinds.values()].filter((k) => wanted.includes(k)).length;
  const apart = of('apart');
  if (apart > 0) return `${counted(apart + of('broken'), 'place')}, of which the claim does not speak`;
  const outside = of('outside', 'broken');
  const perhaps = of('perhaps');
  const sides = never
    ? `${counted(outside, 'place')} in ${place}, ${counted(of('inside'), 'place')} elsewhere`
    : `${counted(of('inside'), 'place')} inside ${place}, ${counted(outside, 'place')} outside`;
  return perhaps > 0 ? `${sides}, ${count(perhaps)} not certain` : sides;
}
