// The embed: a verdict, the claim, a small map of its region, and when it was
// checked. It asks nothing: its answer is in the page.

import type { Topology } from 'topojson-specification';
import type { EmbedQuery, PlaceSetQuery } from '../api/gen/graphql';
import { day, instant } from '../format/date';
import { sentence } from '../format/text';
import { decodeLand } from '../map/land';
import { drawGround, regionFrame, worldFrame } from '../map/draw';
import { withPlace } from '../words/place';
import { verdictMarks, evidenceWords } from '../words/verdict';
import './embed.css';

const STALE = 24 * 3600_000;
const WIDTH = 380;
const HEIGHT = 210;
const svg = 'http://www.w3.org/2000/svg';

type Check = NonNullable<EmbedQuery['customer']>['check'];

interface First { response: { data?: Partial<EmbedQuery & PlaceSetQuery> } }

/** What the page says of a check; an old one never shows a bare verdict. */
export function embedTexts(check: Check, now: number): { word: string; tone: string; checked: string } {
  const mark = verdictMarks[check.verdict];
  const old = now - Date.parse(check.knownAt) > STALE;
  return old
    ? { word: `Last checked ${day(check.knownAt)}`, tone: 'mute', checked: `then: ${mark.word}` }
    : { word: mark.word, tone: mark.tone, checked: `${evidenceWords[check.evidence]}. Checked ${instant(check.knownAt)}` };
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const e = document.createElement(tag);
  e.className = className;
  e.textContent = text;
  return e;
}

function render(root: HTMLElement, answers: First[]): void {
  const customer = answers.map((a) => a.response.data?.customer).find(Boolean);
  if (!customer) {
    const main = element('main', 'none');
    main.append(element('h1', 'claim', 'There is nothing to show here.'));
    root.replaceChildren(main);
    return;
  }
  const { check, name } = customer;
  const words = embedTexts(check, Date.now());
  const body = element('main', `embed ${words.tone}`);
  body.append(element('p', 'who', name), element('p', `chip ${words.tone}`, words.word), element('h1', 'claim', sentence(withPlace(check.sentence, check.claim.places))), element('p', 'headline', sentence(check.headline)), element('p', 'checked', words.checked));
  root.replaceChildren(body);
  draw(body, answers, check);
  // Whoever has a token may see this and no more.
  if (location.pathname.startsWith('/embed/claims/')) return;
  const link = element('a', 'evidence', 'See the evidence') as HTMLAnchorElement;
  link.href = location.pathname.replace(/^\/embed/, '') + location.search;
  link.target = '_blank';
  link.rel = 'noopener';
  body.append(link);
}

function draw(body: HTMLElement, answers: First[], check: Check): void {
  const sets = answers.map((a) => a.response.data?.jurisdiction).filter((j) => j != null);
  const shaded = new Set(sets.flatMap((j) => (j.kind === 'COUNTRY' ? [j.code] : j.members.filter((m) => !m.partial && m.member.kind === 'COUNTRY').map((m) => m.member.code))));
  const fit = answers.flatMap((a) => a.response.data?.footprint?.sites ?? []);
  const source = document.querySelector<HTMLScriptElement>('script[type="module"]');
  fetch(new URL('world.json', source?.src ?? location.href)).then((r) => r.json() as Promise<Topology>).then((topology) => {
    const drawing = drawGround({ land: decodeLand(topology), shaded, frame: check.claim.kind === 'NEVER_IN' ? worldFrame : regionFrame(fit), width: WIDTH, height: HEIGHT });
    const map = document.createElementNS(svg, 'svg');
    map.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    map.setAttribute('role', 'img');
    map.setAttribute('aria-label', 'Map: the places of the claim');
    for (const [name, d] of [['sphere', drawing.sphere], ['land', drawing.land], ['allowed', drawing.shaded], ['outline', drawing.outline]] as const) {
      const path = document.createElementNS(svg, 'path');
      path.setAttribute('d', d);
      path.setAttribute('class', name);
      map.append(path);
    }
    body.append(map);
  }, () => undefined);
}

if (typeof document !== 'undefined') {
  const root = document.getElementById('root');
  const text = document.getElementById('first')?.textContent;
  if (root) {
    const answers = text ? (JSON.parse(text) as First[]) : [];
    render(root, answers);
    setInterval(() => render(root, answers), STALE / 24);
  }
}
