import { builder } from './builder.ts'

/** A payload that names what was deleted; its value is that global id. */
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
