// Lists and sentences.

/** "a", "a and b", "a, b and c"; with a limit "a, b and 3 more". */
export function list(items: readonly string[], limit = Infinity): string {
  const shown = items.length > limit ? items.slice(0, limit) : items;
  const rest = items.length - shown.length;
  const words = rest > 0 ? [...shown, `${rest} more`] : [...shown];
  const last = words.pop() ?? '';
  return words.length > 0 ? `${words.join(', ')} and ${last}` : last;
}

/** The first letter in capitals. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence: a capital, and a stop where there is none. */
export function sentence(text: string): string {
  const t = capital(text.trim());
  return t === '' || /[.!?]$/.test(t) ? t : `${t}.`;
}
