// The first ten minutes of three people, on the real binary.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { go, launch, map, open, eventually } from './browser.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([startServer(), launch()]); }, { timeout: 240_000 });
after(async () => { await browser?.close(); await server?.stop(); });

async function at(path, options) {
  const opened = await open(browser, options);
  await go(opened.page, server.url + path);
  return opened;
}

const text = (page, selector) => page.locator(selector).first().innerText();

describe('a customer', () => {
  test('reads where the data is in ten seconds', async () => {
    const { page, context } = await at('/c/gryphon-grooming');
    await eventually(async () => assert.equal(await text(page, 'h1'), 'Data was seen outside the European Union'));
    await eventually(async () => assert.match(await text(page, '.attention'), /requests seen outside, since[\s\S]*img\.gryphon\.example: Ashburn, US \(\d+\)[\s\S]*No processing region is set/));
    await eventually(async () => assert.match(await text(page, '.verdictline'), /Broken\s+Measured: contradicts/));
    await eventually(async () => assert.match(await text(page, '.measured'), /Logs cover \d+ of \d+ hours[\s\S]*Not measured: [\s\S]*nothing can be said/));
    const rows = await page.locator('.tablecard tbody tr').allInnerTexts();
    assert.equal(rows.length, 7);
    assert.match(rows.join('\n'), /TLS keys[\s\S]*Holds[\s\S]*Account data[\s\S]*Luxembourg, LU \(core\) and Portland/);
    await context.close();
  });
  test('sees the same on the map, in the table of places and in words', async () => {
    const { page, context } = await at('/c/gryphon-grooming');
    await page.locator('svg.map .arrow').first().waitFor();
    const snapshot = await page.locator('.mapcard').ariaSnapshot();
    assert.match(snapshot, /42 places inside the European Union, 268 places outside/);
    assert.match(snapshot, /button "Frankfurt, Germany: may be here, as claimed"/);
    assert.match(snapshot, /button "Oslo, Norway: may be here, against the claim"/);
    assert.match(snapshot, /button "Zurich, Switzerland: seen here, against the claim"/);
    assert.equal(await page.locator('svg.map .arrow').count(), 4);
    assert.match(await page.locator('svg.map .labels').textContent(), /Ashburn, US · \d+/);
    await page.locator('.placetable summary').click();
    await eventually(async () => assert.equal(await page.locator('.placetable tbody tr').count(), 342));
    await eventually(async () => assert.equal(await page.locator('.placetable tbody tr', { hasText: 'against the claim' }).count(), 268));
    await context.close();
  });
  test('chooses another kind of data and the map follows, as does the address', async () => {
    const { page, context } = await at('/c/gryphon-grooming');
    await page.getByRole('button', { name: /^Customer logs, stored/ }).click();
    await page.waitForURL(/data=traffic-metadata&activity=store/);
    await eventually(async () => assert.match(await page.locator(map).getAttribute('aria-label'), /Customer logs, stored: 1 place inside the European Union, 0 places outside/));
    await context.close();
  });
  test('opens a place from the map and gets back to where it was', async () => {
    const { page, context } = await at('/c/gryphon-grooming');
    await page.locator('[data-code="ZRH"]').click();
    await page.waitForURL(/at=ZRH/);
    await eventually(async () => assert.match(await text(page, 'dialog'), /Zurich, Switzerland[\s\S]*the claim does not[\s\S]*requests against the claim/));
    await page.keyboard.press('Escape');
    await page.waitForURL((u) => !u.search.includes('at='));
    await page.goto(`${server.url}/places/ZRH`);
    await page.locator('#record').waitFor();
    await eventually(async () => assert.match(await text(page, 'main'), /Zurich, Switzerland[\s\S]*CH-ZH/));
    await context.close();
  });
  test('goes back in time and reads what changed since', async () => {
    const { page, context } = await at('/c/gryphon-grooming?asOf=2026-05-01');
    await page.locator('.changes').waitFor();
    await eventually(async () => assert.match(await text(page, '.changes'), /1 May 2026[\s\S]*same today: Not ensured[\s\S]*7 places listed since/));
    await page.getByRole('button', { name: 'Back to today' }).click();
    await page.waitForURL((u) => !u.search.includes('asOf'));
    await context.close();
  });
  test('of five thousand hostnames is not slower to read', async () => {
    const { page, context } = await at('/c/many-hostnames');
    await eventually(async () => assert.match(await text(page, '.tablecard'), /Request content[\s\S]*1,000 outside/));
    const frames = await page.evaluate(() => new Promise((resolve) => {
      let n = 0;
      const start = performance.now();
      const step = () => { n += 1; window.scrollBy(0, 12); if (performance.now() - start < 1000) requestAnimationFrame(step); else resolve(n); };
      requestAnimationFrame(step);
    }));
    assert.ok(frames >= 30, `${frames} frames in a second of scrolling`);
    await context.close();
  });
});

describe('sales', () => {
  test('reads whether EU only can be promised, what must be on, what stays outside and what may be said', async () => {
    const { page, context } = await at('/c/gryphon-grooming/claims/eu-only');
    await eventually(async () => assert.equal(await text(page, 'h1'), 'Don’t make this claim'));
    await eventually(async () => assert.match(await text(page, '.breached'), /Ashburn, United States[\s\S]*One request, step by step[\s\S]*Ingress[\s\S]*cannot read them[\s\S]*Decryption[\s\S]*readable there/));
    await eventually(async () => assert.match(await text(page, 'section[aria-labelledby=col1]'), /3 of 4[\s\S]*Not met[\s\S]*No processing region is set/));
    await eventually(async () => assert.match(await text(page, 'section[aria-labelledby=col2]'), /Configuration may be stored[\s\S]*Account data may be stored[\s\S]*May transit/));
    await eventually(async () => assert.match(await text(page, 'blockquote'), /TLS keys are stored only in the European Union[\s\S]*can’t be said of request content and customer logs/));
    await eventually(async () => assert.equal(await page.locator('.counter tbody tr').count(), 3));
    await eventually(async () => assert.match(await text(page, '.counter .steps'), /What was seen against the claim stands above/));
    assert.doesNotMatch(await text(page, '.counter'), /No request was measured/);
    await context.close();
  });
  test('reads the smallest change that makes the claim hold', async () => {
    const { page, context } = await at('/c/gryphon-grooming/claims/eu-only');
    await eventually(async () => assert.match(await text(page, '.plan'), /can be made to hold, by 1 change[\s\S]*Set the processing region of hostname img\.gryphon\.example to eu\.[\s\S]*undoes nothing that was observed/));
    await go(page, `${server.url}/c/dragon-dentistry/claims/eu-only`);
    assert.equal(await page.locator('.plan').count(), 0);
    await context.close();
  });
  test('tries a change and the verdict, the map and the wording change at once', async () => {
    const { page, context } = await at('/c/gryphon-grooming/claims/eu-only');
    await page.getByRole('button', { name: 'Processing region of img.gryphon.example: eu' }).click();
    await page.locator('.tryout').waitFor();
    await page.getByRole('heading', { level: 1, name: 'With these changes the claim would hold' }).waitFor();
    assert.match(await text(page, '.tryout'), /As they are: Broken\. What was seen outside stays/);
    await eventually(async () => assert.match(await text(page, '.outcome'), /Broken\s*→\s*Holds[\s\S]*3 counterexamples before, 0 with the change/));
    assert.match(await text(page, '.breached'), /Ashburn/);
    await eventually(async () => assert.match(await page.locator(map).getAttribute('aria-label'), /42 places inside the European Union, 0 places outside/));
    await eventually(async () => assert.match(await text(page, 'blockquote'), /This can’t be said today[\s\S]*Customer data is handled only in the European Union/));
    await page.getByRole('button', { name: 'Back to the settings as they are' }).click();
    await page.getByRole('heading', { level: 1, name: 'Don’t make this claim' }).waitFor();
    await context.close();
  });
  test('reads what is lost by a change', async () => {
    const { page, context } = await at('/c/moonbeam-cheese/claims/eu-only?change=product:load-balancing=on;logs=eu');
    await page.locator('.result').waitFor();
    await eventually(async () => assert.match(await text(page, '.result'), /What is lost[\s\S]*Load Balancing/));
    await context.close();
  });
  test('says no to Switzerland only, and yes to Switzerland or the EU', async () => {
    const { page, context } = await at('/c/yeti-bank/claims/ch-only');
    await eventually(async () => assert.equal(await text(page, 'h1'), 'The settings don’t ensure this'));
    await eventually(async () => assert.match(await text(page, '.plan'), /No change of settings makes this claim hold[\s\S]*What is in the way[\s\S]*no log region lies inside CH[\s\S]*The nearest places[\s\S]*CH or log-region:eu/i));
    await page.locator('.plan').getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: 'You can make this claim' }).waitFor();
    await go(page, `${server.url}/c/yeti-bank/claims/ch-or-eu`);
    await eventually(async () => assert.match(await text(page, 'h1'), /^You can make this claim/));
    await context.close();
  });
  test('is offered only regions that there are inside the places of the claim', async () => {
    const { page, context } = await at('/c/moonbeam-cheese/claims/ch-only');
    await page.getByText('No log region lies inside Switzerland; there are eu and us.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Log region: ch' }).count(), 0);
    await go(page, `${server.url}/c/moonbeam-cheese/claims/eea-only`);
    await page.getByRole('button', { name: 'Log region: eu' }).waitFor();
    await context.close();
  });
  test('asks about places of its own in the address', async () => {
    const { page, context } = await at('/c/yeti-bank/claims/custom?within=CH,EU&except=FR');
    await eventually(async () => assert.match(await text(page, '.answer .eyebrow'), /Only in Switzerland or the European Union, except France/));
    await context.close();
  });
});

describe('the privacy team', () => {
  test('sees whom the fall of an adequacy decision, or a new site, would concern', async () => {
    const { page, context } = await at('/claims?within=EEA,ADEQUATE');
    await page.getByLabel('Suppose', { exact: true }).fill('US leaves ADEQUATE');
    await page.getByRole('button', { name: 'Suppose it' }).click();
    const panel = page.locator('section[aria-labelledby=suppose]');
    await eventually(async () => assert.match(await panel.innerText(), /\d+ of 17 customers would have another verdict, by the settings, if/));
    assert.match(page.url(), /suppose=US\+leaves\+ADEQUATE/);
    await page.getByRole('button', { name: 'Undo: US leaves ADEQUATE' }).click();
    await page.getByLabel('Suppose', { exact: true }).fill('site XQX in DE opens');
    await page.getByRole('button', { name: 'Suppose it' }).click();
    await eventually(async () => assert.match(await panel.innerText(), /0 of 17 customers would have another verdict/));
    await context.close();
  });
  test('reads which promises break, since when and on what evidence', async () => {
    const { page, context } = await at('/claims');
    await page.getByText('Complete: 20 claims').waitFor();
    await eventually(async () => assert.match(await text(page, 'h1'), /^Traffic breaks a promise to 4 customers; the settings don’t ensure one to 7 customers; 2 claims can’t be told$/), 60_000);
    await eventually(async () => assert.match(await text(page, '.lead'), /20 claims to 16 customers: 11 measured, 9 not/));
    const rows = await page.locator('.board tbody tr').allInnerTexts();
    assert.equal(rows.length, 20);
    // The demo's logs are of the days before today, so that their sum is another each day.
    assert.match(rows[1], /Gryphon Grooming[\s\S]*DEMO-03[\s\S]*Broken[\s\S]*29 days[\s\S]*of (?:9|10|11),\d{3} requests[\s\S]*Ashburn, US/);
    assert.match(rows.join('\n'), /Phoenix Matches[\s\S]*?Not measured/);
    await context.close();
  });
  test('sees the last 90 days and where each break goes, in words as well', async () => {
    const { page, context } = await at('/claims');
    await eventually(async () => assert.match(await page.locator('.board .strip').nth(1).getAttribute('aria-label'), /^29 days with requests outside, 61 days without, 1 day not measured$/), 60_000);
    assert.match(await page.locator('.multiples').ariaSnapshot(), /Gryphon Grooming \(fictional\): Ashburn, United States \(\d+\), London, United Kingdom \(\d+\), Zurich, Switzerland \(\d+\) and 1 more place/);
    await context.close();
  });
  test('filters by verdict and by words, in the address', async () => {
    const { page, context } = await at('/claims?verdict=unknown');
    await eventually(async () => assert.equal(await page.locator('.board tbody tr').count(), 2));
    await page.getByRole('searchbox', { name: 'Find' }).fill('ghost');
    await page.waitForURL(/q=ghost/);
    await eventually(async () => assert.equal(await page.locator('.board tbody tr').count(), 1));
    await context.close();
  });
  test('goes from a row to its evidence', async () => {
    const { page, context } = await at('/claims');
    await page.getByRole('link', { name: /Minotaur Maps/ }).first().click();
    await page.getByRole('heading', { level: 1, name: 'The settings don’t ensure this' }).waitFor();
    assert.match(page.url(), /\/c\/minotaur-maps\/claims\/eu-only\?reading=resides&from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d$/);
    await context.close();
  });
  test('a claim about some kinds of data is judged as that', async () => {
    const { page, context } = await at('/c/dragon-dentistry/claims/custom?within=EU&categories=configuration&activities=store');
    await page.getByRole('heading', { level: 1, name: 'The settings don’t ensure this' }).waitFor();
    assert.match(await text(page, '.answer .eyebrow'), /Configuration is stored only in the European Union\./);
    assert.equal(await page.getByRole('button', { name: 'Freeze as report' }).count(), 0);
    await page.getByRole('button', { name: 'Handled', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'You can make this claim' }).waitFor();
    await context.close();
  });
  test('a place of unknown membership is on no side of a claim', async () => {
    const { page, context } = await at('/c/pegasus-parcels/claims/custom?within=ADEQUATE&kind=never-in&at=IAD');
    await page.getByRole('heading', { level: 1, name: 'We can’t tell' }).waitFor();
    await eventually(async () => assert.match(await text(page, 'dialog'), /possible, not certain[\s\S]*In places covered by an EU adequacy decision\?[\s\S]*Not for certain/));
    assert.match(await page.locator(map).getAttribute('aria-label'), /\d+ not certain/);
    assert.doesNotMatch(await text(page, 'dialog'), /Yes, for certain/);
    await context.close();
  });
  test('a break of what is stored is told, and the map says what the claim does not speak of', async () => {
    const { page, context } = await at('/c/moonbeam-cheese?reading=resides');
    await eventually(async () => assert.match(await text(page, '.attention'), /Broken[\s\S]*seen outside/));
    await page.getByText('The claim does not speak of this: Request content, processed').waitFor();
    await page.locator('svg.map .arrow').first().waitFor();
    assert.equal(await page.locator('svg.map .dot.outside').count(), 0);
    assert.ok(await page.locator('svg.map .dot.apart').count() > 10);
    await context.close();
  });
  test('a promise is told apart from another reading of it', async () => {
    const { page, context } = await at('/c/moonbeam-cheese');
    await eventually(async () => assert.match(await text(page, '.eyebrow'), /promised: .*, as “Stored”; shown here as “Handled”/));
    await page.getByRole('button', { name: 'Stored', exact: true }).click();
    await eventually(async () => assert.doesNotMatch(await text(page, '.eyebrow'), /shown here/));
    await context.close();
  });
});

describe('the day of the answer', () => {
  test('goes from change to change with the keyboard, and says what changed in settings, network and law', async () => {
    const { page, context } = await at('/c/gryphon-grooming?asOf=2026-01-27');
    const before = page.getByRole('button', { name: /^Change before: 26 Jan 2026, Brazil added to “Covered by an EU adequacy decision”/ });
    await before.waitFor();
    await before.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/asOf=2026-01-26/);
    await page.getByRole('button', { name: /^Change after: \d+ (Jan|Feb|Mar) 2026, \d+ places? / }).waitFor();
    await go(page, `${server.url}/c/gryphon-grooming?asOf=2023-07-09`);
    await eventually(async () => assert.match(await text(page, '.changes'), /In the law: 10 Jul 2023: United States added to “Covered by an EU adequacy decision”, in part/));
    assert.match(await text(page, '.changes'), /\d+ places listed since/);
    await go(page, `${server.url}/c/gryphon-grooming`);
    assert.ok(await page.getByRole('button', { name: 'Change after: none' }).isDisabled());
    await context.close();
  });
});

describe('the layers of the map', () => {
  test('are switched off and on, in the address, and what breaks the claim stays', async () => {
    const { page, context } = await at('/c/gryphon-grooming/claims/eu-only');
    await page.locator('svg.map .dot.outside').first().waitFor({ state: 'attached' });
    const dots = (kind) => page.locator(`svg.map .dot${kind}`).count();
    const [outside, broken] = [await dots('.outside'), await dots('.broken')];
    assert.ok(outside > 10 && broken > 1);
    await page.getByRole('checkbox', { name: 'PoPs' }).uncheck();
    await page.waitForURL(/layers=cores,traffic/);
    await eventually(async () => assert.equal(await dots('.outside'), 0));
    assert.equal(await dots('.broken'), broken);
    await page.getByRole('checkbox', { name: 'PoPs' }).check();
    await eventually(async () => assert.doesNotMatch(page.url(), /layers/));
    assert.equal(await dots('.outside'), outside);
    await context.close();
  });
});

test('a customer is found by name with the keyboard alone', async () => {
  const { page, context } = await at('/');
  await page.getByRole('combobox', { name: 'Customer' }).focus();
  await page.keyboard.type('dragon');
  await page.getByRole('option', { name: /Dragon Dentistry/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/c\/dragon-dentistry/);
  await page.getByRole('heading', { level: 1, name: /Data is handled only in the European Union/ }).waitFor();
  await context.close();
});

test('the embed says the verdict, asks nothing and is of no origin', async () => {
  const { page, context, seen } = await open(browser);
  await go(page, `${server.url}/embed/c/dragon-dentistry/claims/eu-only`, '.embed');
  assert.match(await text(page, '.embed'), /Dragon Dentistry[\s\S]*Holds[\s\S]*Measured: nothing contradicts\. Checked/);
  await page.locator('.embed svg path.allowed').waitFor();
  assert.deepEqual([...seen.hosts], [server.url]);
  await context.close();
});

test('an answer is frozen, and the report says its digest, and that it never changes', async () => {
  const { page, context } = await at('/c/gryphon-grooming/claims/eu-only');
  await page.getByRole('heading', { level: 1, name: 'Don’t make this claim' }).waitFor();
  await page.getByRole('button', { name: 'Freeze as report' }).click();
  await page.waitForURL(/\/r\/[0-9a-f]{32}$/);
  await page.locator('.digest').waitFor();
  await eventually(async () => assert.match(await text(page, '.answer'), /Gryphon Grooming[\s\S]*frozen[\s\S]*Don’t make this claim[\s\S]*valid until/));
  assert.match(await text(page, '.breached'), /Ashburn, United States/);
  const digest = /SHA-256 of its bytes ([0-9a-f]{64})/.exec(await text(page, '.digest'))[1];
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download JSON' }).click()]);
  const { createHash } = await import('node:crypto');
  const { readFileSync } = await import('node:fs');
  assert.equal(createHash('sha256').update(readFileSync(await download.path())).digest('hex'), digest);
  await go(page, `${server.url}/r/00000000000000000000000000000000`);
  assert.match(await text(page, 'h1'), /You can’t see this report/);
  await context.close();
});
