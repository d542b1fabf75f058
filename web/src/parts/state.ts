// The page's state in the URL, as a hook.

import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { printState, readState } from '../url/state';
import type { PageState } from '../url/state';

/** Reads the state, and changes parts of it in place or as a new entry of the history. */
export function usePageState() {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const { state, strange } = useMemo(() => readState(search), [search]);
  const set = (change: Partial<PageState>, options?: { push?: boolean }) =>
    navigate(path + printState({ ...state, ...change }), { replace: !options?.push });
  return { state, strange, set };
}

/** The address of another page with parts of this state. */
export function href(path: string, state: PageState, change: Partial<PageState> = {}): string {
  return path + printState({ ...state, ...change });
}
