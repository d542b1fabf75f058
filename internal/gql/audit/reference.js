// Compares verdicts with the reference implementation: node reference.js SDL
//
// Reads one JSON object a line, {"query": "...", "valid": true}, and asks
// graphql-js whether it finds the same. Prints every disagreement; exits 1 when
// there is one.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { buildSchema, parse, validate } from 'graphql';

const schema = buildSchema(readFileSync(process.argv[2], 'utf8'));
const date = schema.getType('Date');
date.parseLiteral = (node) => {
  const text = node.kind === 'StringValue' ? node.value : '';
  const day = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(day.valueOf()) || day.toISOString().slice(0, 10) !== text) throw new Error('a Date is written YYYY-MM-DD');
  return day;
};

function verdict(query) {
  try {
    return validate(schema, parse(query))[0]?.message;
  } catch (err) {
    return err.message;
  }
}

const counts = { passed: 0, failed: 0 };
let valid = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  const problem = verdict(given.query);
  const same = given.valid === (problem === undefined);
  counts[same ? 'passed' : 'failed']++;
  valid += given.valid;
  if (!same) console.error(`FAIL ${given.query}\n  here: ${given.reason || 'valid'}\n  there: ${problem ?? 'valid'}`);
}
console.log(`${valid} valid documents among them`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
