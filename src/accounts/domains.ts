import { createRequire } from 'node:module'

// An import of JSON is experimental in Node 20 and says so at every start.
const freeMailDomains = new Set(createRequire(import.meta.url)('email-providers/all.json') as string[])

/**
 * A company's domain as it is compared (B65): lower-case, without scheme, user, port, path and a leading "www.". Null
 * where nothing is left.
 */
export function normaliseDomain(text: string): string | null {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^[^/@]*@/, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^www\./, '')
    .replace(/\.+$/, '')
  return host || null
}

/** Whether anybody can have an address there, so that it says nothing about a company (B65). */
export function isFreeMailDomain(domain: string): boolean {
  return freeMailDomains.has(domain)
}
