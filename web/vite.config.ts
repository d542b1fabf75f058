import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import documents from './src/api/gen/persisted-documents.json' with { type: 'json' };

const root = import.meta.dirname;

/** Files that decide what the build makes; dist/BUILD.json has their digest. */
const inputs = ['src', 'geo', 'index.html', 'embed.html', 'package-lock.json', 'vite.config.ts'];

function filesOf(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesOf(`${path}/${name}`));
}

/** sha256 over "sha256 path\n" of every input, ascending by path. */
function digest(): string {
  const sum = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
  const files = inputs.flatMap(filesOf).sort();
  return sum(files.map((f) => `${sum(readFileSync(join(root, f)))}  ${f}\n`).join(''));
}

/** The documents of the page by the digest it names them by: the server trusts these. */
function operations(): string {
  const byHash = Object.entries(documents).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(byHash), null, 1) + '\n';
}

function extras(): Plugin {
  return {
    name: 'domicile-extras',
    apply: 'build',
    generateBundle() {
      const emit = (fileName: string, source: string | Buffer) => this.emitFile({ type: 'asset', fileName, source });
      emit('world.json', readFileSync(join(root, 'geo/world.json')));
      emit('operations.json', operations());
      emit('BUILD.json', JSON.stringify({ inputs, sha256: digest() }) + '\n');
    },
  };
}

/** While developing, the base map comes from its folder. */
function devMap(): Plugin {
  return {
    name: 'domicile-dev-map',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/assets/world.json', (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(readFileSync(join(root, 'geo/world.json')));
      });
    },
  };
}

// Two builds, so that the embed shares no file with the app: names are stable
// and there are no chunks.
export default defineConfig(({ mode, command }) => {
  const embed = mode === 'embed';
  return {
    root,
    base: command === 'build' ? '/assets/' : '/',
    publicDir: false,
    plugins: embed ? [] : [react(), extras(), devMap()],
    build: {
      target: 'es2023',
      emptyOutDir: !embed,
      modulePreload: false,
      reportCompressedSize: false,
      license: embed ? false : { fileName: 'licenses.md' },
      rolldownOptions: {
        input: embed ? 'embed.html' : 'index.html',
        // The texts of fragments are in the documents that the server has.
        treeshake: { manualPureFunctions: ['TypedDocumentString'] },
        output: {
          entryFileNames: embed ? 'embed.js' : 'app.js',
          assetFileNames: embed ? 'embed[extname]' : 'app[extname]',
          codeSplitting: false,
        },
      },
    },
    server: {
      port: 5173,
      // Operations newer than the binary: serve --trusted-documents web/src/api/gen/persisted-documents.json
      proxy: Object.fromEntries(['/graphql', '/auth'].map((path) => [path, { target: process.env.DOMICILE ?? 'http://127.0.0.1:8080' }])),
    },
  };
});
