import type { CodegenConfig } from '@graphql-codegen/cli';

// Types for every operation in src/**/*.graphql, checked in. The page holds the
// digest of each document and not its text; persisted-documents.json has the
// texts, which the server trusts.
const config: CodegenConfig = {
  schema: ['../schema/*.graphql', '!../schema/released.graphql'],
  documents: 'src/**/*.graphql',
  generates: {
    'src/api/gen/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { mode: 'replaceDocumentWithHash', hashAlgorithm: 'sha256' } },
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
