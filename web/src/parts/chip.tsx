// A status: shape, word and colour together, so that none of them is needed alone.

import type { ReactNode } from 'react';
import type { Evidence, Verdict } from '../api/gen/graphql';
import { evidenceWords, verdictMarks } from '../words/verdict';
import type { Mark } from '../words/verdict';

/** The shape of a mark, 16 by 16. */
export function Shape({ shape, size = 16 }: { shape: Mark['shape']; size?: number }) {
  if (shape === 'none') return null;
  return (
    <svg className={`shape shape-${shape}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {shape === 'tick' && <><circle cx="8" cy="8" r="7" className="fill" /><path d="M4.7 8.3l2.2 2.2 4.4-4.6" className="cut" /></>}
      {shape === 'ring' && <circle cx="8" cy="8" r="5.6" className="line" />}
      {shape === 'diamond' && <><path d="M8 .6L15.4 8 8 15.4.6 8z" className="fill" /><path d="M8 4.4v4.4M8 11v.6" className="cut" /></>}
      {shape === 'dashed' && <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="1.5" className="line dash" />}
    </svg>
  );
}

/** A chip of a mark. */
export function Chip({ mark, children }: { mark: Mark; children?: ReactNode }) {
  return <span className={`chip ${mark.tone}`}><Shape shape={mark.shape} size={14} />{children ?? mark.word}</span>;
}

/** A verdict as a chip. */
export function VerdictChip({ verdict }: { verdict: Verdict }) {
  return <Chip mark={verdictMarks[verdict]} />;
}

/** Evidence, beside a verdict and never merged with it. */
export function EvidenceChip({ evidence }: { evidence: Evidence }) {
  return <span className={`evidence ${evidence.toLowerCase()}`}>{evidenceWords[evidence]}</span>;
}
