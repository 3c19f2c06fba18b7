import { createRequire } from 'node:module'
import { byteLength, dropInvisible, maxDomainBytes, quoted } from '../records/text-rules.ts'

// A JSON import is experimental in Node 20 and prints a warning at every start.
const freeMailDomains = new Set(createRequire(import.meta.url)('email-providers/all.json') as string[])

/** The result of reading a text as a domain: its normal form, nothing, or an invalid text. */
export type DomainReading =
  | { readonly kind: 'domain'; readonly value: string }
  | { readonly kind: 'empty' }
  /** `reason` is for people and has no full stop at the end. */
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * The only function that turns a text into a domain (B65): in lower case, without scheme, user, port, path, leading
 * "www.", and invisible characters. Empty if no letter and no digit is left. Invalid if it contains a blank or is
 * longer than `maxDomainBytes`.
 */
export function readDomain(text: string): DomainReading {
  const host = hostOf(text)
  if (!/[\p{L}\p{N}]/u.test(host)) return { kind: 'empty' }
  if (/\s/.test(host)) return { kind: 'invalid', reason: `${quoted(host)} is not a domain` }
  if (byteLength(host) <= maxDomainBytes) return { kind: 'domain', value: host }
  return {
    kind: 'invalid',
    reason: `${quoted(host)} is too long for a domain, which has at most ${maxDomainBytes} bytes`,
  }
}

/** The normal form of a domain as in {@link readDomain}; null for a text that is not a domain. */
export function normaliseDomain(text: string): string | null {
  const reading = readDomain(text)
  return reading.kind === 'domain' ? reading.value : null
}

/**
 * Repeats until nothing changes, so that reading a domain again returns the same domain: "www.www.acme.com" becomes
 * "acme.com" at once.
 */
function hostOf(text: string): string {
  let host = dropInvisible(text).trim().toLowerCase()
  for (let before = ''; before !== host; ) {
    before = host
    const name = host
      .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
      .replace(/^(?:[^/@]*@)+/, '')
      .replace(/[/?#:].*$/s, '')
      .replace(/^(?:www\.)+/, '')
    // Not as a pattern: in a text of dots only, a pattern would search from each dot to the end.
    let end = name.length
    while (name[end - 1] === '.') end--
    host = name.slice(0, end).trim()
  }
  return host
}

/** True if anybody can have an address at the domain, so that it does not identify a company (B65). */
export function isFreeMailDomain(domain: string): boolean {
  return freeMailDomains.has(domain)
}
