// How many places a country has, for what the map shows. Bars of one scale.

import type { SiteMarkFragment } from '../api/gen/graphql';
import { counted } from '../format/count';
import { markWords } from '../map/marks';
import type { MarkKind } from '../map/marks';

const MOST = 8;
const short: Record<MarkKind, string> = { broken: 'seen against the claim', outside: 'against the claim', perhaps: 'not certain', inside: 'as claimed', apart: 'not spoken of', unused: '' };

const shown: readonly MarkKind[] = ['broken', 'outside', 'perhaps', 'inside', 'apart'];

interface Bar { country: string; count: number; kind: MarkKind }

/** The countries with most places, those outside first. */
function bars(sites: readonly SiteMarkFragment[], kinds: ReadonlyMap<string, MarkKind>): Bar[] {
  const by = new Map<string, Bar>();
  for (const s of sites) {
    const kind = kinds.get(s.code) ?? 'unused';
    if (kind === 'unused') continue;
    const key = `${kind} ${s.country}`;
    const bar = by.get(key) ?? { country: s.countryName, count: 0, kind };
    by.set(key, { ...bar, count: bar.count + 1 });
  }
  const rank = (b: Bar) => shown.indexOf(b.kind);
  return [...by.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count || a.country.localeCompare(b.country));
}

export function ByCountry({ sites, kinds, title }: { sites: readonly SiteMarkFragment[]; kinds: ReadonlyMap<string, MarkKind>; title: string }) {
  const all = bars(sites, kinds);
  if (all.length === 0) return null;
  const most = Math.max(...all.map((b) => b.count));
  const of = (kind: MarkKind) => all.filter((b) => b.kind === kind);
  const totals = shown.filter((k) => of(k).length > 0).map((k) => `${counted(of(k).reduce((n, b) => n + b.count, 0), 'place')} in ${counted(of(k).length, 'country', 'countries')} ${short[k]}`);
  return (
    <section className="card bycountry" aria-labelledby="bycountry">
      <header className="cardhead"><h2 id="bycountry">{title}</h2></header>
      <div className="pad">
        <ul>
          {all.slice(0, MOST).map((b) => (
            <li key={b.kind + b.country}>
              <span className="country">{b.country}</span>
              <svg width="100" height="10" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect className={`bar ${b.kind}`} x="0.5" y="1" width={Math.max(2, (99 * b.count) / most)} height="8" /></svg>
              <span className="num">{b.count}<span className="hidden"> {markWords[b.kind]}</span></span>
            </li>
          ))}
        </ul>
        <p className="note">{all.length > MOST ? `The first ${MOST} of ${all.length}. ` : ''}{totals.join('; ')}.</p>
      </div>
    </section>
  );
}
