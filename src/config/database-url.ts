import { z } from 'zod'

const protocols = ['postgres:', 'postgresql:']

/** The URL of a PostgreSQL database. Each form that looks right and would go wrong is refused with what to do. */
export const databaseUrl = z.string().superRefine((text, context) => {
  const mistake = mistakeIn(text)
  if (mistake !== null) context.addIssue({ code: 'custom', message: mistake })
})

function mistakeIn(text: string): string | null {
  const [, authority = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)/.exec(text) ?? []
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    return 'names several hosts, which is not supported: use a name or a proxy that always leads to the primary'
  }
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    return 'must be a URL that starts with postgres:// or postgresql://'
  }
  const { searchParams } = new URL(text)
  if (searchParams.has('schema')) {
    return 'must not have ?schema=, since the tables are in the schema "public": give each installation a database of its own'
  }
  return null
}
