// Debian's Chromium, and what every test asks of a page.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What Chromium's own window would do beside the page: its address bar alone loads
// pages that take longer than ours.
const features = [
  'AimEnabled', 'HttpsUpgrades', 'LensOverlay', 'MediaRouter', 'OptimizationHints', 'PaintHolding', 'PreconnectToSearch',
  'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'WebUIOmniboxPopup',
];

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  `--disable-features=${features.join()}`,
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

/** The requests of a page that are under way; one that listens is never done, and is none. */
const ways = new WeakMap();

/** How long nothing has to be under way for a page to be quiet, in milliseconds. */
const QUIET = 200;

/** Waits until a page has asked everything, and has its answers. */
export async function quiet(page) {
  let since = Date.now();
  await eventually(() => {
    if (ways.get(page).size > 0) since = Date.now();
    if (Date.now() - since < QUIET) throw new Error(`requests are under way: ${[...ways.get(page)].map((r) => r.url())}`);
  }, 30_000);
}

/** A page that remembers the requests it made and what went wrong in it. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const seen = { hosts: new Set(), errors: [] };
  context.on('request', (r) => { if (!r.url().startsWith('data:') && !r.url().startsWith('blob:')) seen.hosts.add(new URL(r.url()).origin); });
  const under = new Set();
  ways.set(page, under);
  page.on('request', (r) => { if (r.headers().accept !== 'text/event-stream') under.add(r); });
  for (const ended of ['requestfinished', 'requestfailed']) page.on(ended, (r) => under.delete(r));
  page.on('pageerror', (e) => seen.errors.push(String(e)));
  page.on('console', (m) => { if (m.type() === 'error') seen.errors.push(m.text()); });
  // What is still on its way when a test ends is nobody's business any more.
  const close = async () => {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  };
  return { context: { close }, page, seen };
}

/** Goes to an address and waits until the map or the table is there. */
export async function go(page, url, ready = 'main :is(h1, .empty)') {
  await page.goto(url);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('load');
  await quiet(page);
}

/** What axe finds, one line each. */
export async function audit(page) {
  await page.waitForFunction(() => !document.querySelector('.stale') && document.getAnimations().every((a) => a.playState !== 'running'));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`));
}

const documents = JSON.parse(readFileSync(new URL('../dist/operations.json', import.meta.url), 'utf8'));

/** The operation that a request to the API names by its digest. */
export function asks(request) {
  return /(?:query|mutation|subscription) (\w+)/.exec(documents[request.postDataJSON().documentId])[1];
}

export const map = 'svg.map';

/** Runs a check until it passes: the page renders when it is ready, not when the URL changes. */
export async function eventually(check, within = 15_000) {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
