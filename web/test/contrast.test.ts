import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../src/app.css', import.meta.url), 'utf8');

/** The colours of a scheme: the first :root is light, the second dark. */
function scheme(n: 0 | 1): Map<string, string> {
  const block = [...css.matchAll(/:root \{([^}]+)\}/g)][n]?.[1] ?? '';
  return new Map([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6})/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
}

function luminance(hex: string): number {
  const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1);
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(full.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

const text = 4.5;
const shape = 3;
const pairs: [string, string, number][] = [
  ['ink', 'card', text], ['ink', 'bg', text], ['ink', 'soft', text], ['muted', 'card', text], ['muted', 'bg', text], ['muted', 'soft', text],
  ['blue-ink', 'card', text], ['blue-ink', 'bg', text], ['blue-ink', 'soft', text], ['on-blue', 'blue', text], ['card', 'ink', text],
  ['good', 'good-bg', text], ['bad', 'bad-bg', text], ['open', 'open-bg', text], ['ink', 'open-bg', text], ['ink', 'bad-bg', text], ['bad', 'card', text],
  ['outline', 'land', shape], ['outline', 'sea', shape], ['outline', 'allowed', shape], ['ink', 'land', shape], ['ink', 'sea', shape], ['ink', 'allowed', shape], ['open', 'land', shape], ['open', 'sea', shape], ['focus', 'card', shape], ['focus', 'bg', shape],
];

describe.each([['light', 0], ['dark', 1]] as const)('contrast in the %s scheme', (_name, n) => {
  const colours = scheme(n);
  it.each(pairs)('%s on %s is at least %d', (a, b, least) => {
    expect(contrast(colours.get(a) ?? '#000', colours.get(b) ?? '#000')).toBeGreaterThanOrEqual(least);
  });
});

describe('one meaning a colour', () => {
  it('vermilion marks what is broken or failed, and nothing on the map', () => {
    const rules = [...css.replaceAll(/\/\*.*?\*\//gs, '').matchAll(/([^{}]+)\{([^{}]*var\(--bad[^{}]*)\}/g)].map((m) => m[1]?.trim());
    for (const selector of rules) expect(selector).toMatch(/bad|contradicted|broken|\.arrow/);
  });
});
