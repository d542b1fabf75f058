// What is supposed, as texts of the address:
//
//   US leaves ADEQUATE       an adequacy decision falls
//   CH joins EU
//   site XYZ in DE opens
//   site FRA closes

import type { SupposeInput, SupposedMemberInput, SupposedSiteInput } from '../api/gen/graphql';

const member = /^([A-Z]{2}(?:-[A-Z0-9]{1,3})?) (joins|leaves) ([A-Z][A-Z_]{1,31})$/;
const opens = /^site ([A-Z]{3}) in ([A-Z]{2}(?:-[A-Z0-9]{1,3})?) opens$/;
const closes = /^site ([A-Z0-9-]{3,32}) closes$/;

/** Reads what is supposed; null where a text is not understood, or there is none. */
export function readSuppose(texts: readonly string[]): SupposeInput | null {
  const [joins, leaves, sites, closed]: [SupposedMemberInput[], SupposedMemberInput[], SupposedSiteInput[], string[]] = [[], [], [], []];
  for (const text of texts) {
    const [, who = '', does, bloc = ''] = member.exec(text) ?? [];
    const [, code = '', place = ''] = opens.exec(text) ?? [];
    const [, site = ''] = closes.exec(text) ?? [];
    if (does) (does === 'joins' ? joins : leaves).push({ member: who, bloc });
    else if (code) sites.push({ code, in: place });
    else if (site) closed.push(site);
    else return null;
  }
  return texts.length > 0 ? { joins, leaves, opens: sites, closes: closed } : null;
}
