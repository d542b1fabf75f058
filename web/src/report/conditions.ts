// What decides a claim, in groups that a person can act on: every placement the
// claim speaks of, by the reason it is where it is.

import type { CounterexampleLineFragment, ReasonLineFragment, WhereIsFragment } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { capital, list } from '../format/text';
import { activityNames, categoryNames } from '../words/data';

type PlacementLine = WhereIsFragment['placements']['nodes'][number];
type ScopeOf = PlacementLine['scope'];

/** on: inside. off: outside. unknown: a deciding fact is missing. unseen: not on the pages read. */
export type ConditionState = 'on' | 'off' | 'unknown' | 'unseen';

/** One reason, and everything that is where it is because of it. */
export interface Condition {
  state: ConditionState;
  title: string;
  because: ReasonLineFragment;
  scopes: string[];
  /** "request content processed and cached" */
  what: string;
  /** Most sites outside of any of its placements. */
  outside: number;
  /** Facts that it waits for. */
  facts: string[];
  /** A sentence of the API that shows it, where it is off. */
  example: string | null;
}

const scopeWords: Record<ScopeOf['kind'], string> = {
  ACCOUNT: 'account', ZONE: 'zone', HOSTNAME: 'hostname', IP_BINDING: 'addresses', CERTIFICATE: 'certificate', RESOURCE: 'resource', WORKER: 'Worker',
};

/** "hostname img.acme.example", "the account". */
export function scopePhrase(scope: ScopeOf): string {
  return scope.name ? `${scopeWords[scope.kind]} ${scope.name}` : 'the account';
}

/** What a claim about some scopes is about: "hostname a.example alone, with what is of the whole account". */
export function scopesPhrase(scopes: readonly ScopeOf[]): string {
  // Everything is the account's.
  if (scopes.some((s) => s.kind === 'ACCOUNT')) return 'the whole account';
  return `${list(scopes.map(scopePhrase), 6)} alone, with what is of the whole account`;
}

/** A reason, with the product where the sentence does not name it. */
export function reasonPhrase(because: ReasonLineFragment): string {
  const product = because.product?.name;
  return product && !because.sentence.includes(product) ? `${product}: ${because.sentence}` : capital(because.sentence);
}

interface Item {
  scope: ScopeOf;
  category: PlacementLine['category'];
  activity: PlacementLine['activity'];
  because: ReasonLineFragment;
  state: ConditionState;
  outside: number;
  facts: string[];
  example: string | null;
}

const keyOf = (p: Pick<Item, 'scope' | 'category' | 'activity' | 'because'>) =>
  [p.category, p.activity, p.scope.kind, p.scope.name, p.because.kind, p.because.sentence, p.because.product?.key].join('|');

const stateOrder: readonly ConditionState[] = ['off', 'unknown', 'unseen', 'on'];

/** The conditions of a report's claim, those that are off first. */
export function conditionsOf(report: Report): Condition[] {
  const { check, residency } = report;
  const failing = new Map(check.counterexamples.nodes.map((c) => [keyOf(c), c]));
  const deciding = new Set(check.unknowns.map((u) => u.fact));
  // A fact of no placement is one of the places claimed: it may decide any of them.
  const known = new Set(residency.placements.nodes.flatMap((p) => p.facts.map((f) => f.id)));
  const ofPlaces = check.unknowns.filter((u) => !known.has(u.fact)).map((u) => u.statement);
  const items = residency.placements.nodes
    .filter((p) => check.claim.categories.includes(p.category) && check.claim.activities.includes(p.activity))
    .map((p): Item => {
      const hit = failing.get(keyOf(p));
      failing.delete(keyOf(p));
      const own = p.facts.filter((f) => deciding.has(f.id)).map((f) => f.statement);
      const facts = own.length > 0 || report.byCategory[p.category].verdict === 'HOLDS' ? own : ofPlaces;
      return { ...p, facts, outside: hit?.outside ?? 0, example: hit?.sentence ?? null, state: stateOf(hit, facts, check.counterexamples.complete) };
    });
  const rest = [...failing.values()].map((c): Item => ({ ...c, facts: [], state: 'off', example: c.sentence }));
  return [...group([...items, ...rest]).values()].map(condition).sort((a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state));
}

function stateOf(hit: CounterexampleLineFragment | undefined, facts: readonly string[], complete: boolean): ConditionState {
  if (hit) return 'off';
  if (facts.length > 0) return 'unknown';
  return complete ? 'on' : 'unseen';
}

function group(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = [item.state, item.because.kind, item.because.sentence, item.because.product?.key].join('|');
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function condition(items: Item[]): Condition {
  const [first] = items as [Item, ...Item[]];
  return {
    state: first.state,
    title: reasonPhrase(first.because),
    because: first.because,
    scopes: [...new Set(items.map((i) => scopePhrase(i.scope)))],
    what: whatPhrase(items),
    outside: Math.max(...items.map((i) => i.outside)),
    facts: [...new Set(items.flatMap((i) => i.facts))],
    example: first.example,
  };
}

/** "request content processed and cached; customer logs processed". */
export function whatPhrase(items: readonly Pick<Item, 'category' | 'activity'>[]): string {
  const by = new Map<string, Set<string>>();
  for (const i of items) {
    const name = categoryNames[i.category].replace(/^(?!TLS)./, (c) => c.toLowerCase());
    by.set(name, (by.get(name) ?? new Set()).add(activityNames[i.activity]));
  }
  return [...by].map(([name, acts]) => `${name} ${list([...acts])}`).join('; ');
}
