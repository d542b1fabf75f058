// A set of sites in a few words. Country names are those of the sites' records.

import type { SiteSetPartsFragment } from '../api/gen/graphql';
import { counted } from '../format/count';
import { list } from '../format/text';

const NAMED = 3;

/** "Luxembourg (core)", "Germany and France", "310 places in 133 countries". */
export function sitesPhrase(set: SiteSetPartsFragment): string {
  if (set.count === 0) return '';
  const onlyCore = set.core.length === set.count;
  if (onlyCore) return list(set.core.map((s) => `${s.city}, ${s.country} (core)`));
  const certain = set.countries.filter((c) => c.count > c.unknown);
  const possible = set.countries.filter((c) => c.unknown > 0);
  const phrase = certain.length === 0
    ? ''
    : certain.length <= NAMED
      ? list(certain.map((c) => c.name))
      : `${counted(set.count - set.unknown, 'place')} in ${counted(certain.length, 'country', 'countries')}`;
  const perhaps = possible.length <= NAMED
    ? list(possible.map((c) => c.name))
    : counted(set.unknown, 'place');
  if (possible.length === 0) return phrase;
  return phrase ? `${phrase}, perhaps also ${perhaps}` : `Perhaps ${perhaps}`;
}
