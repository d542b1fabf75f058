import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

const pure = ['map', 'words', 'format', 'url', 'report', 'settings'];
const root = new URL('../src/', import.meta.url);

it.each(pure)('src/%s imports nothing of React', (folder) => {
  const files = readdirSync(new URL(`${folder}/`, root));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const text = readFileSync(new URL(`${folder}/${file}`, root), 'utf8');
    expect(file).toMatch(/\.ts$/);
    expect(text).not.toMatch(/from '(react|wouter)|parts\/|views\//);
  }
});
