// Questions to the API. One operation a question; answers are kept for a
// minute by document and variables, and the first may come inside the page.

import type { TypedDocumentString } from './gen/graphql';
import { own, visitor } from './visitor';

/** An error of the API as the page shows it. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(message: string, readonly code: string, readonly requestId: string | null) {
    super(message);
  }
}

/** An answer: its data, and what went wrong with parts of it. */
export interface Answer<T> {
  data: T;
  problems: ApiError[];
  at: number;
  /** For how many seconds the service has not heard of its store; 0 where it does. */
  stale: number;
}

type Variables = Record<string, unknown>;
type Doc<T, V> = TypedDocumentString<T, V>;

/** The digest by which the server knows a document; the page has no texts. */
export function idOf(document: { readonly __meta__?: { hash?: string } | undefined }): string {
  return document.__meta__?.hash ?? '';
}

const KEEP = 60_000;
const LIMIT = 200;
const kept = new Map<string, Answer<unknown>>();

/** The key of a question in the memory of answers: the order of variables means nothing. */
export function keyOf(id: string, variables: unknown): string {
  return `${id}\n${JSON.stringify(sorted(variables ?? {}))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

/** An answer that is still fresh. */
export function fresh<T, V>(document: Doc<T, V>, variables: V, now = Date.now()): Answer<T> | null {
  const answer = kept.get(keyOf(idOf(document), variables)) as Answer<T> | undefined;
  return answer && now - answer.at < KEEP ? answer : null;
}

function keep(key: string, answer: Answer<unknown>): void {
  kept.delete(key);
  kept.set(key, answer);
  for (const oldest of kept.keys()) {
    if (kept.size <= LIMIT) break;
    kept.delete(oldest);
  }
}

/** Forgets every answer, so that the next question is asked again. */
export function forget(): void {
  kept.clear();
}

interface Body {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
  extensions?: { stale?: number };
}

/** Asks a question. Rejects with ApiError where there is no data at all. */
export async function ask<T, V>(document: Doc<T, V>, variables: V, signal?: AbortSignal): Promise<Answer<T>> {
  const known = fresh(document, variables);
  if (known) return known;
  const response = await post(idOf(document), variables as Variables, signal);
  const id = response.headers.get('x-request-id');
  const body = (await response.json().catch(() => ({}))) as Body;
  return receive(keyOf(idOf(document), variables), body, id);
}

function receive<T>(key: string, body: Body, id: string | null): Answer<T> {
  const problems = (body.errors ?? []).map((e) => new ApiError(e.message, e.extensions?.code ?? 'INTERNAL', id));
  const ended = visitor() !== undefined && problems.find((p) => p.code === 'UNAUTHENTICATED');
  if (ended) throw ended;
  if (body.data == null) throw problems[0] ?? new ApiError('The answer could not be read', 'INTERNAL', id);
  const answer: Answer<T> = { data: body.data as T, problems, at: Date.now(), stale: body.extensions?.stale ?? 0 };
  if (problems.length === 0 && answer.stale === 0) keep(key, answer);
  return answer;
}

async function post(documentId: string, variables: Variables, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch('/graphql', {
      method: 'POST',
      headers: { ...own, 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ documentId, variables }),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('The service does not answer', 'UNAVAILABLE', null);
  }
}

/** An answer that the server wrote into the page. */
export interface FirstAnswer {
  documentId: string;
  variables: Variables;
  response: Body;
}

/** Takes the answers that the server wrote into the page, if it did. */
export function takeFirst(text: string | null | undefined): void {
  if (!text) return;
  for (const first of JSON.parse(text) as FirstAnswer[]) {
    if (first.response.data && !first.response.errors) receive(keyOf(first.documentId, first.variables), first.response, null);
  }
}
