// Audits a GraphQL endpoint: node audit.js URL [subscription [events]]
//
// Runs the server audits of graphql-http, every one of which must pass, and
// the client of graphql-sse in distinct-connections mode; and lets the reference
// implementation build a schema from what introspection serves. The subscription
// is a document whose stream ends after that many events. Exits 1 on a failure.
import { createHash } from 'node:crypto';
import { buildClientSchema, getIntrospectionQuery, validateSchema } from 'graphql';
import { serverAudits } from 'graphql-http';
import { createClient } from 'graphql-sse';

const [url, subscription, events = '3'] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.js URL [subscription [events]]');
  process.exit(2);
}

// GET serves persisted documents only. These are the ones that the audits of
// GET send; a client that wants to GET them registers them first.
const sentByGet = [
  '{ __typename }',
  'query Type($name: String!) { __type(name: $name) { name } }',
];

async function persist(query) {
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const res = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query,
      variables: { name: 'Query' },
      extensions: { persistedQuery: { version: 1, sha256Hash } },
    }),
  });
  if (!res.ok) throw new Error(`registering ${query}: ${res.status}`);
  await res.arrayBuffer();
}

async function auditHTTP(report) {
  for (const query of sentByGet) await persist(query);
  for (const audit of serverAudits({ url })) {
    const result = await audit.fn();
    report(`${audit.id} ${audit.name}`, result.status === 'ok', result.reason);
  }
}

async function collect(client, payload) {
  const results = [];
  for await (const result of client.iterate(payload)) results.push(result);
  return results;
}

async function auditSSE(report) {
  const client = createClient({ url, retryAttempts: 0 });
  const check = async (name, run) => {
    try {
      report(`SSE ${name}`, ...(await run()));
    } catch (err) {
      report(`SSE ${name}`, false, String(err));
    }
  };
  await check('a query is one event', async () => {
    const got = await collect(client, { query: '{ __typename }' });
    return [got.length === 1 && typeof got[0].data.__typename === 'string', JSON.stringify(got)];
  });
  await check('a document that does not parse is an event with errors', async () => {
    const got = await collect(client, { query: '{' });
    return [got.length === 1 && got[0].errors.length === 1 && !('data' in got[0]), JSON.stringify(got)];
  });
  await check('a document that is not valid is an event with errors', async () => {
    const got = await collect(client, { query: 'subscription { noSuchField }' });
    return [got.length === 1 && got[0].errors.length > 0 && !('data' in got[0]), JSON.stringify(got)];
  });
  if (subscription) {
    await check(`a subscription ends after ${events} events`, async () => {
      const got = await collect(client, { query: subscription });
      return [got.length === Number(events) && got.every((e) => e.data && !e.errors), JSON.stringify(got)];
    });
    await check('a subscription that is left early leaves the connection usable', async () => {
      for await (const first of client.iterate({ query: subscription })) {
        if (first.errors) return [false, JSON.stringify(first)];
        break;
      }
      const got = await collect(client, { query: '{ __typename }' });
      return [got.length === 1, JSON.stringify(got)];
    });
  }
  client.dispose();
}

async function auditIntrospection(report) {
  const query = getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  const res = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, operationName: 'IntrospectionQuery' }),
  });
  const { data, errors } = await res.json();
  const problems = errors ?? validateSchema(buildClientSchema(data));
  report('introspection as the reference implementation reads it', problems.length === 0, JSON.stringify(problems));
}

const counts = { passed: 0, failed: 0 };
function report(name, ok, reason) {
  counts[ok ? 'passed' : 'failed']++;
  if (!ok) console.error(`FAIL ${name}: ${reason}`);
}

await auditHTTP(report);
const http = counts.passed + counts.failed;
await auditSSE(report);
console.log(`${http} audits of HTTP, ${counts.passed + counts.failed - http} checks of event streams`);
await auditIntrospection(report);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
