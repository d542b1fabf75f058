const $ = (id) => document.getElementById(id);
const endpoint = '../graphql';
let running;

function headers(accept) {
  const token = $('token').value.trim();
  return {
    'content-type': 'application/json',
    accept,
    ...(token && { authorization: `Bearer ${token}` }),
  };
}

function show(text, note = '') {
  $('result').textContent = text;
  $('status').textContent = note;
}

function pretty(value) {
  return JSON.stringify(value, null, 2);
}

function variables() {
  const text = $('variables').value.trim();
  return text === '' ? {} : JSON.parse(text);
}

async function run() {
  stop();
  let sent;
  try {
    sent = { query: $('query').value, variables: variables() };
  } catch (err) {
    show(`The variables are no JSON: ${err.message}`);
    return;
  }
  const mine = (running = new AbortController());
  const listens = /^\s*subscription\b/m.test(sent.query);
  $('stop').hidden = !listens;
  const begun = performance.now();
  try {
    const res = await fetch(endpoint, {
      method: 'POST',
      headers: headers(listens ? 'text/event-stream' : 'application/graphql-response+json'),
      body: JSON.stringify(sent),
      signal: mine.signal,
    });
    if (listens && res.headers.get('content-type')?.startsWith('text/event-stream')) {
      await events(res.body, begun);
      return;
    }
    const text = await res.text();
    const took = `${res.status}, ${Math.round(performance.now() - begun)} ms`;
    try {
      show(pretty(JSON.parse(text)), took);
    } catch {
      show(text, took);
    }
  } catch (err) {
    if (err.name !== 'AbortError') show(`No answer: ${err.message}`);
  } finally {
    if (running === mine) $('stop').hidden = true;
  }
}

// events shows what a subscription says, newest first.
async function events(body) {
  show('', 'listening');
  let rest = '';
  let count = 0;
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const data = /^data: (.+)$/m.exec(block);
      if (!data) continue;
      count++;
      show(`${pretty(JSON.parse(data[1]))}\n\n${$('result').textContent}`.slice(0, 200_000), `${count} events`);
    }
  }
  $('status').textContent = `ended after ${count} events`;
}

function stop() {
  running?.abort();
  $('stop').hidden = true;
}

const contract = `query Contract { __schema { types { kind name description
  fields { name description type { ...T } args { name type { ...T } } }
  inputFields { name description type { ...T } } enumValues { name description } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

function typeText(t) {
  if (t.kind === 'NON_NULL') return `${typeText(t.ofType)}!`;
  if (t.kind === 'LIST') return `[${typeText(t.ofType)}]`;
  return t.name;
}

function memberText(m) {
  const args = m.args?.length ? `(${m.args.map((a) => `${a.name}: ${typeText(a.type)}`).join(', ')})` : '';
  return m.name + args + (m.type ? `: ${typeText(m.type)}` : '');
}

function element(name, text, ...children) {
  const e = document.createElement(name);
  e.textContent = text ?? '';
  e.append(...children);
  return e;
}

function typeElement(t) {
  const list = element('dl');
  for (const m of [...(t.fields ?? []), ...(t.inputFields ?? []), ...(t.enumValues ?? [])]) {
    list.append(element('dt', memberText(m)), element('dd', m.description));
  }
  const details = element('details', '', element('summary', t.name), element('p', t.description), list);
  details.dataset.words = details.textContent.toLowerCase();
  return details;
}

async function docs() {
  const res = await fetch(endpoint, { method: 'POST', headers: headers('application/json'), body: JSON.stringify({ query: contract }) });
  const { data, errors } = await res.json();
  if (!data) {
    $('types').replaceChildren(element('p', errors?.[0]?.message ?? 'The contract cannot be read.'));
    return;
  }
  const own = data.__schema.types.filter((t) => !t.name.startsWith('__'));
  const rank = (t) => ['Query', 'Mutation', 'Subscription'].indexOf(t.name) + 1 || 9;
  own.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  $('types').replaceChildren(...own.map(typeElement));
}

function find() {
  const word = $('find').value.trim().toLowerCase();
  for (const e of $('types').children) e.hidden = word !== '' && !e.dataset.words?.includes(word);
}

$('run').addEventListener('click', run);
$('stop').addEventListener('click', stop);
$('find').addEventListener('input', find);
$('token').addEventListener('change', docs);
document.addEventListener('keydown', (e) => {
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
    e.preventDefault();
    run();
  }
});
docs();
