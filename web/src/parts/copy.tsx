// A button that copies a text and says that it did.

import { useEffect, useState } from 'react';

export function CopyButton({ text, children, primary = false }: { text: () => string; children: string; primary?: boolean }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(''), 4000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    const done = navigator.clipboard?.writeText(text());
    if (!done) return setSaid('Copying is not allowed here');
    done.then(() => setSaid('Copied'), () => setSaid('Copying is not allowed here'));
  };
  return (
    <span className="copy">
      <button type="button" className={primary ? 'primary' : ''} onClick={copy}>{children}</button>
      <span role="status" className="said">{said}</span>
    </span>
  );
}
