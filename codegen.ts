import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types the operations that demo and tests send, from the committed schema. Their names are unique. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: [
    'client/**/*.ts',
    'demo/**/*.ts',
    'bench/**/*.ts',
    'test/**/*.ts',
    '!**/generated/**',
    '!**/node_modules/**',
  ],
  ignoreNoDocuments: true,
  errorsOnly: true,
  generates: {
    'client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string', JSON: 'unknown' },
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
      },
    },
  },
}

export default config
