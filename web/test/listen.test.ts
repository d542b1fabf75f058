import { describe, expect, test } from 'vitest';
import { events } from '../src/api/listen';
import { newsOf } from '../src/api/pages';

async function read(chunks: string[]): Promise<string[]> {
  const bytes = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(c) {
      for (const chunk of chunks) c.enqueue(bytes.encode(chunk));
      c.close();
    },
  });
  const out: string[] = [];
  for await (const event of events(body)) out.push(event);
  return out;
}

describe('a stream of events', () => {
  test('is cut into events wherever its chunks end', async () => {
    const whole = ':\n\nevent: next\ndata: {"a":"ü"}\n\n:\n\nevent: next\r\ndata: {"b":2}\r\n\r\nevent: complete\ndata:\n\n';
    expect(await read([whole])).toEqual(['{"a":"ü"}', '{"b":2}']);
    expect(await read([...whole])).toEqual(['{"a":"ü"}', '{"b":2}']);
  });
  test('has no event before that is whole', async () => {
    expect(await read(['event: next\ndata: {"a":1}\n'])).toEqual([]);
  });
});

test('a change is told in a sentence', () => {
  const change = { key: 'k', customer: { name: 'Acme' }, claim: { contract: 'C-1' }, waived: false };
  expect(newsOf({ ...change, before: null, after: 'HOLDS' })).toBe('A claim of Acme, C-1 is Holds.');
  expect(newsOf({ ...change, before: 'HOLDS', after: 'BROKEN' })).toBe('A claim of Acme, C-1 was Holds and is Broken.');
  expect(newsOf({ ...change, before: 'BROKEN', after: 'BROKEN', waived: true })).toBe('A claim of Acme, C-1 is waived: Broken.');
  expect(newsOf({ ...change, claim: null, before: 'BROKEN', after: null })).toBe('A claim of Acme applies no more.');
});
