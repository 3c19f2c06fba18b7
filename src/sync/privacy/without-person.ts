/** What identifies a person in texts about others. */
export interface Person {
  readonly hubspotIds: ReadonlySet<string>
  /** Texts that identify the person wherever they appear. */
  readonly marks: readonly string[]
}

/** True if the text names the person. */
export function mentions(text: string, { marks }: Person): boolean {
  const folded = text.toLowerCase()
  return marks.some((mark) => folded.includes(mark))
}

/**
 * A JSON value without everything that is about the person: list entries are removed, texts and other members become
 * empty.
 */
export function withoutPerson(value: unknown, person: Person): unknown {
  if (typeof value === 'string') return mentions(value, person) ? '' : value
  if (Array.isArray(value)) {
    return value.filter((entry) => !isAbout(entry, person)).map((entry) => withoutPerson(entry, person))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, isAbout(part, person) ? null : withoutPerson(part, person)]),
  )
}

/** True for an object that contains one of the person's ids or, directly, a text that names the person. */
function isAbout(value: unknown, person: Person): boolean {
  if (typeof value === 'string') return mentions(value, person)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).some(
    ([name, part]) =>
      (/hubspotId|externalId/i.test(name) && person.hubspotIds.has(String(part))) ||
      (typeof part === 'string' && mentions(part, person)),
  )
}
