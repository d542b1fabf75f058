// What came or went on a day, in words: settings, the law, the network.

import type { TimelineQuery } from '../api/gen/graphql';
import { counted } from '../format/count';
import { list } from '../format/text';

export type FootprintChange = TimelineQuery['footprint']['changes'][number];

/** A day on which something changed. Settings weigh most: they are the customer's own. */
export interface Moment {
  date: string;
  kind: 'settings' | 'law' | 'network';
  words: string;
}

const order = ['network', 'law', 'settings'] as const;

/** "United States added to “Covered by an EU adequacy decision”, in part". */
export function lawWords(c: FootprintChange): string[] {
  const say = (verb: string) => (m: FootprintChange['began'][number]) => `${m.member.name} ${verb} “${m.bloc.name}”${m.partial ? ', in part' : ''}`;
  return [...c.began.map(say('added to')), ...c.ended.map(say('no longer in'))];
}

function networkWords(c: FootprintChange): string[] {
  const say = (all: FootprintChange['listed'], verb: string) => (all.length === 0 ? [] : [`${counted(all.length, 'place')} ${verb}: ${list(all.map((s) => `${s.city}, ${s.country}`), 3)}`]);
  return [...say(c.listed, 'listed'), ...say(c.unlisted, 'no longer listed')];
}

/** The moments of a span, ascending, one a day; what weighs most gives it its kind. */
export function momentsOf(changes: readonly FootprintChange[], settings: readonly { version: number; validFrom: string }[], from: string, to: string): Moment[] {
  const days = new Map<string, { kinds: Set<Moment['kind']>; words: string[] }>();
  const add = (date: string, kind: Moment['kind'], words: readonly string[]) => {
    if (date < from || date > to || words.length === 0) return;
    const known = days.get(date) ?? { kinds: new Set(), words: [] };
    known.kinds.add(kind);
    known.words.push(...words);
    days.set(date, known);
  };
  for (const v of settings) add(v.validFrom, 'settings', [`settings version ${v.version}`]);
  for (const c of changes) {
    add(c.date, 'law', lawWords(c));
    add(c.date, 'network', networkWords(c));
  }
  return [...days].map(([date, d]) => ({ date, kind: order.findLast((k) => d.kinds.has(k)) ?? 'network', words: d.words.join('; ') }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The moments before and after a day. */
export function around(moments: readonly Moment[], at: string): { before: Moment | null; after: Moment | null } {
  return { before: moments.findLast((m) => m.date < at) ?? null, after: moments.find((m) => m.date > at) ?? null };
}
