// What can wait until the browser has nothing better to do.

import { useEffect, useState } from 'react';

/** True once the browser is idle for the first time. */
export function useIdle(): boolean {
  const [idle, set] = useState(false);
  useEffect(() => {
    const later = globalThis.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 300));
    later(() => set(true));
  }, []);
  return idle;
}
