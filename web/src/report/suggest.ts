// Changes worth trying where a claim fails. They are only tried: the API judges
// the outcome.

import type { Report } from '../api/questions';
import type { Change } from '../settings/change';

const MOST = 6;
// With more hostnames than this, one change for all of them.
const FEW = 3;

/** Changes for what fails, towards a region that the claim's places name. */
export function suggestions(report: Report): Change[] {
  const { check } = report;
  const region = check.claim.kind === 'ONLY_IN' ? check.claim.within[0]?.replace(/^.*:/, '').toLowerCase() : undefined;
  const changes: Change[] = [];
  const add = (c: Change) => {
    if (!changes.some((x) => x.what === c.what && x.of === c.of)) changes.push(c);
  };
  for (const c of check.counterexamples.nodes) {
    const { kind, setting, product } = c.because;
    if (kind === 'LOG_RETENTION') add({ what: 'retention', of: null, to: 'off' });
    else if (product) add({ what: 'product', of: product.key, to: 'off' });
    else if (region && setting === 'PROCESSING' && c.scope.kind === 'HOSTNAME' && c.scope.name) add({ what: 'processing', of: c.scope.name, to: region });
    else if (region && setting === 'LOGS' && kind === 'DEFAULT') add({ what: 'logs', of: null, to: region });
    else if (region && setting === 'KEYS') add({ what: 'keys', of: null, to: region });
    else if (region && setting === 'STORAGE') add({ what: 'storage', of: null, to: region });
  }
  const hostnames = changes.filter((c) => c.what === 'processing');
  if (hostnames.length <= FEW) return changes.slice(0, MOST);
  const rest = changes.filter((c) => c.what !== 'processing');
  return [{ what: 'processing' as const, of: null, to: region ?? 'none' }, ...rest].slice(0, MOST);
}
