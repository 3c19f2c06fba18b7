import type { DocumentNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'

/** Parsed and valid documents, by their text. */
export interface KnownDocuments {
  find(text: string): DocumentNode | undefined
  add(text: string, document: DocumentNode): void
}

const maxDocuments = 1_000
/** Longer documents are rare and are not kept. */
const maxLength = 20_000

export function openKnownDocuments(): KnownDocuments {
  const documents = new LRUCache<string, DocumentNode>({ max: maxDocuments })
  return {
    find: (text) => documents.get(text),
    add: (text, document) => {
      if (text.length <= maxLength) documents.set(text, document)
    },
  }
}

/** Adds each valid document that Yoga parses, whatever its transport. */
export function useKnownDocuments(known: KnownDocuments): Plugin {
  const texts = new WeakMap<DocumentNode, string>()
  return {
    onParse:
      ({ params: { source } }) =>
      ({ result }) => {
        if (typeof source === 'string' && result !== null && !(result instanceof Error)) texts.set(result, source)
      },
    onValidate:
      ({ params: { documentAST } }) =>
      ({ valid }) => {
        const text = texts.get(documentAST)
        if (valid && text !== undefined) known.add(text, documentAST)
      },
  }
}
