// Questions as hooks: the old answer stays while a new one is on its way.

import { useEffect, useRef, useState } from 'react';
import { ApiError, ask, fresh, idOf, keyOf } from './client';
import type { Answer } from './client';
import type { TypedDocumentString } from './gen/graphql';

/** A question in progress. */
export interface Asked<T> {
  /** The last good answer, perhaps to an older question: see `current`. */
  data: T | null;
  /** When it came, in milliseconds. */
  at: number | null;
  /** Whether `data` answers the question asked now. */
  current: boolean;
  loading: boolean;
  /** Why there is no new answer. */
  error: ApiError | null;
  /** Parts of the answer that could not be had. */
  problems: ApiError[];
  /** For how many seconds the service has not heard of its store. */
  stale: number;
  retry: () => void;
}

interface Held<T> {
  key: string;
  answer: Answer<T> | null;
  error: ApiError | null;
}

/** How long after an answer that may be out of date the question is asked again, in milliseconds. */
const AGAIN = 5_000;

/** Asks a question whenever it changes; null variables ask nothing. */
export function useAnswer<T, V>(document: TypedDocumentString<T, V>, variables: V | null): Asked<T> {
  const key = variables === null ? '' : keyOf(idOf(document), variables);
  const [held, hold] = useState<Held<T>>({ key: '', answer: null, error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (variables === null) return;
    const stop = new AbortController();
    ask(document, variables, stop.signal).then(
      (answer) => { if (!stop.signal.aborted) hold({ key, answer, error: null }); },
      (reason: unknown) => { if (!stop.signal.aborted) hold((h) => ({ key, answer: h.answer, error: asApiError(reason) })); },
    );
    return () => stop.abort();
  }, [key, attempt]);
  const old = held.key === key && (held.answer?.stale ?? 0) > 0;
  useEffect(() => {
    if (!old) return;
    const timer = setTimeout(() => setAttempt((n) => n + 1), AGAIN);
    return () => clearTimeout(timer);
  }, [old, attempt]);
  const ready = variables === null ? null : fresh(document, variables);
  const settled = held.key === key;
  const answer = key === '' ? null : ready ?? held.answer;
  const error = ready === null && settled ? held.error : null;
  const current = ready !== null || (settled && held.answer !== null && error === null);
  return {
    data: answer?.data ?? null,
    at: answer?.at ?? null,
    current,
    loading: key !== '' && !current && error === null,
    error,
    problems: current ? answer?.problems ?? [] : [],
    stale: current ? answer?.stale ?? 0 : 0,
    retry: () => { hold((h) => ({ ...h, key: '', error: null })); setAttempt((n) => n + 1); },
  };
}

function asApiError(reason: unknown): ApiError {
  return reason instanceof ApiError ? reason : new ApiError('The answer could not be read', 'INTERNAL', null);
}

/** What a value was when the answer shown was asked for: an old answer goes by its old name. */
export function useAnswered<T>(value: T, current: boolean): T {
  const last = useRef(value);
  if (current) last.current = value;
  return last.current;
}
