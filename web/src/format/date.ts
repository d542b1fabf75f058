// Days are UTC and written YYYY-MM-DD; they are shown as 23 Nov 2026.

const DAY = 86_400_000;
const pattern = /^\d{4}-\d{2}-\d{2}$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Whether a text is a day of the calendar. */
export function isDay(text: string): boolean {
  return pattern.test(text) && dayAt(Date.parse(text)) === text;
}

/** "2026-11-23" → "23 Nov 2026". */
export function day(text: string): string {
  const [y, m, d] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return `${d} ${months[m - 1]} ${y}`;
}

/** "2026-11-23T17:05:22Z" → "23 Nov 2026, 17:05 UTC". */
export function instant(text: string): string {
  const iso = new Date(text).toISOString();
  return `${day(iso)}, ${iso.slice(11, 16)} UTC`;
}

/** Days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/** The day some days after another. */
export function addDays(from: string, days: number): string {
  return dayAt(Date.parse(from) + days * DAY);
}

function dayAt(ms: number): string {
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString().slice(0, 10);
}
