// Audits the contract: node contract.js URL FILE RELEASED
//
// FILE is the SDL as it is written, RELEASED that of the last release. What URL
// serves must be FILE; FILE may add to RELEASED and break nothing; and FILE must
// keep the rules below. Exits 1 on a failure.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildClientSchema, buildSchema, getIntrospectionQuery } from 'graphql';

const require = createRequire(import.meta.url);
const { Configuration } = require('graphql-schema-linter/lib/configuration.js');
const { validateSchemaDefinition } = require('graphql-schema-linter/lib/validator.js');

// The rules that hold here, and why the linter's others do not:
// - *-sorted-alphabetically: the files are written in reading order.
// - fields-, arguments-, input-object-values- and enum-values-have-descriptions: a
//   name that says it all needs no sentence that says it again. Types have one.
const rules = [
  'defined-types-are-used',
  'deprecations-have-a-reason',
  'descriptions-are-capitalized',
  'enum-values-all-caps',
  'fields-are-camel-cased',
  'input-object-values-are-camel-cased',
  'relay-connection-arguments-spec',
  'relay-connection-types-spec',
  'relay-page-info-spec',
  'types-are-capitalized',
  'types-have-descriptions',
];

const [url, file, released] = process.argv.slice(2);
if (!released) {
  console.error('usage: node contract.js URL FILE RELEASED');
  process.exit(2);
}

let failed = 0;
function fail(where, message) {
  failed++;
  console.error(`FAIL ${where}: ${message}`);
}

const sdl = readFileSync(file, 'utf8');
const written = buildSchema(sdl);

async function served() {
  const query = getIntrospectionQuery({ directiveIsRepeatable: true, inputValueDeprecation: true, specifiedByUrl: true });
  const res = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, operationName: 'IntrospectionQuery' }),
  });
  return buildClientSchema((await res.json()).data);
}

// Introspection does not say where directives are applied; everything else it
// does.
let compared = 0;
for (const change of await diff(written, await served())) {
  compared++;
  if (!change.type.startsWith('DIRECTIVE_USAGE_')) fail('served', change.message);
}
if (compared === 0) fail('served', 'the directives of the file were not even noticed: nothing was compared');

const since = await diff(buildSchema(readFileSync(released, 'utf8')), written);
for (const change of since) {
  if (change.criticality.level === CriticalityLevel.Breaking) fail('since the release', change.message);
}

// The package's own command reads files; this is the same without one.
const configuration = new Configuration({ definition: sdl, sourceMap: undefined }, { rules });
const known = configuration.getRules();
if (known.length !== rules.length) fail('linter', `it knows ${known.length} of ${rules.length} rules`);
for (const error of validateSchemaDefinition({ definition: sdl }, known, configuration)) {
  fail('linter', `${error.message} (${error.ruleName}, line ${error.locations?.[0]?.line})`);
}

console.log(`${since.length} changes since the release, ${known.length} rules, ${failed} failures`);
process.exitCode = failed ? 1 : 0;
