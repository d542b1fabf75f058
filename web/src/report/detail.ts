// The line under a headline: the API's sentence, or what a yes rests on.

import type { FullCheckFragment } from '../api/gen/graphql';
import { count, counted } from '../format/count';
import { sentence } from '../format/text';
import { scopesPhrase } from './conditions';
import { wrongSide } from '../words/place';
import { headlineDetail } from '../words/verdict';

/** What the headline rests on, in one sentence, and what it is about where that is not all. */
export function checkDetail(check: FullCheckFragment): string {
  const { scopes } = check.claim;
  return scopes.length > 0 ? `${restsOn(check)} It is about ${scopesPhrase(scopes)}.` : restsOn(check);
}

function restsOn(check: FullCheckFragment): string {
  if (check.verdict !== 'HOLDS') return sentence(headlineDetail(check.headline));
  const looked = `${counted(check.considered.placements, 'placement')} at ${count(check.considered.sites)} places`;
  return check.complete ? `Every place that the settings allow lies ${wrongSide(check.claim.kind) === 'inside' ? 'outside' : 'inside'}: ${looked} were compared, all of them.` : sentence(headlineDetail(check.headline));
}
