// Subscriptions: the server tells over server-sent events, and who was cut off comes
// back and is told to look for what it missed.

import { idOf } from './client';
import type { TypedDocumentString } from './gen/graphql';
import { own } from './visitor';

/** Pauses before coming back, in milliseconds; the last one stays. */
const PAUSES = [1_000, 5_000, 30_000];

/** Listens until the signal ends it. `missed` is called whenever it came back. */
export async function listen<T, V>(document: TypedDocumentString<T, V>, variables: V, heard: (data: T) => void, missed: () => void, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      const response = await fetch('/graphql', {
        method: 'POST', headers: { ...own, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ documentId: idOf(document), variables }), signal,
      });
      if (response.status === 401 || response.status === 403) return;
      if (response.ok && response.body) {
        if (failures > 0) missed();
        failures = 0;
        for await (const event of events(response.body)) {
          const { data, errors } = JSON.parse(event) as { data?: T; errors?: unknown[] };
          if (errors && !data) return;
          if (data) heard(data);
        }
      }
    } catch {
      if (signal.aborted) return;
    }
    failures++;
    await pause(PAUSES[Math.min(failures, PAUSES.length) - 1] ?? 0, signal);
  }
}

function pause(long: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, long);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

/** The data of each event named next, as it is cut out of the stream. */
export async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let text = ''; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (text + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    text = parts.pop() ?? '';
    for (const part of parts) {
      const lines = part.split(/\r?\n/);
      if (!lines.includes('event: next')) continue;
      yield lines.filter((l) => l.startsWith('data:')).map((l) => l.slice(5).trimStart()).join('\n');
    }
  }
}
