import { builder } from './builder.ts'

/** A payload with the global id of the deleted record. Its `Shape` is that id. */
export function deletionPayload(name: string, description: string) {
  return builder.objectRef<string>(name).implement({
    description,
    fields: (t) => ({
      deletedId: t.id({
        description: 'Former global id of the deleted object. Remove it from your cache.',
        resolve: (id) => id,
      }),
    }),
  })
}
