// Choosing a customer: a combobox after the ARIA pattern, its list asked of the API.

import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { CustomersDocument } from '../api/gen/graphql';
import { useAnswer } from '../api/use';

export function CustomerPicker({ current, onPick }: { current: string | null; onPick: (key: string) => void }) {
  const id = useId();
  const [text, setText] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const open = text !== null;
  const asked = useAnswer(CustomersDocument, open ? { search: text || null } : null);
  const found = asked.data?.customers.nodes ?? [];
  const complete = asked.data?.customers.complete ?? true;
  const pick = (key: string | undefined) => {
    setText(null);
    setActive(0);
    if (key) onPick(key);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return setText('');
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((n) => Math.min(Math.max(n + step, 0), Math.max(found.length - 1, 0)));
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      pick(found[active]?.key);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      pick(undefined);
    }
  };
  return (
    <div className="combobox">
      <label htmlFor={id}>Customer</label>
      <input
        id={id} role="combobox" aria-expanded={open} aria-controls={`${id}-list`} aria-autocomplete="list" autoComplete="off"
        aria-activedescendant={open && found[active] ? `${id}-${found[active].key}` : undefined}
        value={text ?? current ?? ''} placeholder="Find a customer"
        onClick={() => setText((t) => t ?? '')} onKeyDown={onKey} onBlur={() => setText(null)}
        onChange={(e) => { setText(e.target.value); setActive(0); }}
      />
      <ul id={`${id}-list`} role="listbox" aria-label="Customers" hidden={!open}>
        {open && found.map((c, i) => (
          <li key={c.key} id={`${id}-${c.key}`} role="option" aria-selected={i === active} onPointerDown={(e) => { e.preventDefault(); pick(c.key); }}>
            {c.name}
          </li>
        ))}
        {open && found.length === 0 && <li role="option" aria-selected={false} aria-disabled="true" className="none">{asked.loading ? 'Looking…' : 'No customer of that name'}</li>}
        {open && !complete && <li role="option" aria-selected={false} aria-disabled="true" className="none">More: type part of the name</li>}
      </ul>
    </div>
  );
}
