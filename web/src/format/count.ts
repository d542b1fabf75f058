// Numbers as people read them: a comma for thousands, M and B for what is long.

const grouped = new Intl.NumberFormat('en');

/** 20783 → "20,783"; 5_200_000 → "5.2 M". */
export function count(n: number): string {
  if (n >= 1e9) return `${trim(n / 1e9)} B`;
  if (n >= 1e6) return `${trim(n / 1e6)} M`;
  return grouped.format(n);
}

/** A count and its noun: "1 site", "42 sites", "2 countries". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function trim(n: number): string {
  return n.toFixed(1).replace(/\.0$/, '');
}
