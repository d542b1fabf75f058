import type { CodegenConfig } from '@graphql-codegen/cli';

// Types for every operation in src/**/*.graphql, checked in. Documents stay
// plain strings; persisted.json holds them by hash, for the server's list of
// known documents.
const config: CodegenConfig = {
  schema: '../schema/*.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    'src/api/gen/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          Date: 'string',
          DateTime: 'string',
          SiteCode: 'string',
          CountryCode: 'string',
          IPAddress: 'string',
          H3Cell: 'string',
          Long: 'number',
        },
      },
    },
  },
};

export default config;
