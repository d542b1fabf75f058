// The line under a headline: the API's sentence, or what a yes rests on.

import type { FullCheckFragment } from '../api/gen/graphql';
import { count, counted } from '../format/count';
import { sentence } from '../format/text';
import { wrongSide } from '../words/place';
import { headlineDetail } from '../words/verdict';

/** What the headline rests on, in one sentence. */
export function checkDetail(check: FullCheckFragment): string {
  if (check.verdict !== 'HOLDS') return sentence(headlineDetail(check.headline));
  const looked = `${counted(check.considered.placements, 'placement')} at ${count(check.considered.sites)} places`;
  return check.complete ? `Every place that the settings allow lies ${wrongSide(check.claim.kind) === 'inside' ? 'outside' : 'inside'}: ${looked} were compared, all of them.` : sentence(headlineDetail(check.headline));
}
