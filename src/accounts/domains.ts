import { createRequire } from 'node:module'
import { byteLength, dropInvisible, maxDomainBytes, quoted } from '../records/text-rules.ts'

// An import of JSON is experimental in Node 20 and says so at every start.
const freeMailDomains = new Set(createRequire(import.meta.url)('email-providers/all.json') as string[])

/** What a text is as a domain: its normal form, nothing at all, or something that is not a domain. */
export type DomainReading =
  | { readonly kind: 'domain'; readonly value: string }
  | { readonly kind: 'empty' }
  /** `reason` is for people and ends without a full stop. */
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * The one way in which a text becomes a domain (B65): lower-case, without scheme, user, port, path and a leading "www.",
 * and without invisible characters. Empty where no letter and no digit is left; invalid with a blank inside, or beyond
 * `maxDomainBytes`.
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

/** The normal form of a domain, as {@link readDomain} says; null for what is not a domain. */
export function normaliseDomain(text: string): string | null {
  const reading = readDomain(text)
  return reading.kind === 'domain' ? reading.value : null
}

/** Over and over, so that a domain that is read again is itself: "www.www.acme.com" is "acme.com" at once. */
function hostOf(text: string): string {
  let host = dropInvisible(text).trim().toLowerCase()
  for (let before = ''; before !== host; ) {
    before = host
    const name = host
      .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
      .replace(/^(?:[^/@]*@)+/, '')
      .replace(/[/?#:].*$/s, '')
      .replace(/^(?:www\.)+/, '')
    // Not as a pattern: over a text of dots alone, one would look from each dot to the end.
    let end = name.length
    while (name[end - 1] === '.') end--
    host = name.slice(0, end).trim()
  }
  return host
}

/** Whether anybody can have an address there, so that it says nothing about a company (B65). */
export function isFreeMailDomain(domain: string): boolean {
  return freeMailDomains.has(domain)
}
