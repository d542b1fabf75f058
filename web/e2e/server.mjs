// The real binary with the demo fleet, in a directory of its own.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The binary: DOMICILE_BIN, or built now. */
function binary(dir) {
  if (process.env.DOMICILE_BIN) return process.env.DOMICILE_BIN;
  const out = join(dir, 'domicile');
  execFileSync('go', ['build', '-o', out, './cmd/domicile'], { cwd: root, stdio: 'inherit' });
  return out;
}

/** A customer of many hostnames, every tenth without a region. */
function manyHostnames(n) {
  const names = Array.from({ length: n }, (_, i) => `      - {name: h${i}.many.example${i % 10 === 0 ? '' : ', processing_region: eu'}}`);
  return ['customer: many-hostnames', 'name: Many Hostnames (fictional)', 'effective: 2026-01-01', 'plan: enterprise', 'products: [cdn, dns, ssl]', 'log_region: eu', 'zones:', '  - name: many.example', '    hostnames:', ...names, '    certificates: [{hosts: [many.example, "*.many.example"], key_region: eu}]', ''].join('\n');
}

/** Starts it; `url` has no slash at its end, and `log()` is what it wrote so far. */
export async function startServer({ listen = '127.0.0.1:0', args = [] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'domicile-e2e-'));
  const bin = binary(dir);
  const data = join(dir, 'data');
  const fleet = join(dir, 'many.yaml');
  writeFileSync(fleet, manyHostnames(5000));
  execFileSync(bin, ['import', fleet, '--data', data], { stdio: ['ignore', 'ignore', 'inherit'] });
  const child = spawn(bin, ['serve', '--demo', '--data', data, '--listen', listen, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const url = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      text += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found && text.includes('demo logs are recorded')) resolve(found[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.removeAllListeners('exit');
    child.once('exit', () => undefined);
    child.kill('SIGTERM');
    await Promise.race([ended, new Promise((resolve) => child.once('close', resolve))]);
    rmSync(dir, { recursive: true, force: true });
  };
  return { url, stop, log: () => text };
}
