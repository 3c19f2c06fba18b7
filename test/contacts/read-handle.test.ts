import '../support/property-seed.ts'
import fc from 'fast-check'
import { getCountries, getCountryCallingCode } from 'libphonenumber-js'
import { describe, expect, it } from 'vitest'
import { readDomain } from '../../src/accounts/domains.ts'
import { normaliseHandle, readHandle } from '../../src/contacts/handles.ts'

const handle = (value: string) => ({ kind: 'handle', value })
const empty = { kind: 'empty' }
const invalid = { kind: 'invalid' }

const emails: [text: string, expected: object][] = [
  [' Ann.Lee+News@X.example ', handle('ann.lee+news@x.example')],
  ['\u200bann@x.example\ufeff', handle('ann@x.example')],
  ['ann\u00ad@x\u2060.example', handle('ann@x.example')],
  ['\u202aann@x.example\u202c', handle('ann@x.example')],
  ['\u00a0ann\u00a0@\u202fx.example', handle('ann@x.example')],
  ['', empty],
  [' \u200b\u00a0 ', empty],
  ...['n/a', '-', 'none', '@', 'ann@', '@x.example', 'a@b@x.example', 'ann at x.example', 'ann lee@x.example'].map(
    (text): [string, object] => [text, invalid],
  ),
  ['ann@\u200b', invalid],
  [`${'a'.repeat(990)}@x.io`, handle(`${'a'.repeat(990)}@x.io`)],
  [`${'a'.repeat(1_000)}@x.io`, invalid],
  [`${'\u6f22'.repeat(400)}@x.io`, invalid],
]

const phones: [text: string, region: string, expected: object][] = [
  ...[
    '+1 650-253-0000 ext. 12',
    '(650) 253-0000 x12',
    '6502530000;ext=12',
    '+16502530000;ext=12',
    'tel:+1-650-253-0000;ext=12',
    '650\u00a0253\u00a00000 #12',
    '650.253.0000 extension \u0661\u0662',
  ].map((text): [string, string, object] => [text, 'US', handle('+16502530000;ext=12')]),
  ['650-253-0000', 'US', handle('+16502530000')],
  ['\u202d+1 650 253 0000\u202c', 'US', handle('+16502530000')],
  ['650\u200b253\u200b0000', 'US', handle('+16502530000')],
  ...['+52 1 55 1234 5678', '+5215512345678', '+52-1-55-1234-5678', '011 52 1 55 1234 5678', '+52 55 1234 5678'].map(
    (text): [string, string, object] => [text, 'US', handle('+525512345678')],
  ),
  ['1 55 1234 5678', 'MX', handle('+525512345678')],
  ['+52 1 55 1234 5678 ext 9', 'US', handle('+525512345678;ext=9')],
  ['020 7946 0958', 'GB', handle('+442079460958')],
  ['020 7946 0958', 'US', handle('020 7946 0958')],
  [' ext 12 ', 'US', handle('ext 12')],
  ...['', ' ', 'n/a', 'N/A', '-', '--', '0', '000-000', '+0', '\u0660\u0660', 'none', 'call me', '\u200b', '()'].map(
    (text): [string, string, object] => [text, 'US', empty],
  ),
  [`1${'x'.repeat(2_000)}`, 'US', invalid],
  ['x'.repeat(2_000), 'US', empty],
]

describe('a text as a handle', () => {
  it.each(emails)('B49: the email %j', (text, expected) => {
    expect(readHandle('EMAIL', text, 'US')).toMatchObject(expected)
  })

  it.each(phones)('B49: the phone %j in %s', (text, region, expected) => {
    expect(readHandle('PHONE', text, region)).toMatchObject(expected)
  })

  it('B49: a text that is not a handle is explained in a sentence that quotes at most a part of it', () => {
    expect(readHandle('EMAIL', 'ann', 'US')).toMatchObject({ reason: '"ann" is not an email address' })
    const long = readHandle('EMAIL', `${'a'.repeat(50_000)}@x.io`, 'US')
    expect(long).toMatchObject({
      kind: 'invalid',
      reason: expect.stringMatching(/^"a{100}…" is too long .* 1000 bytes$/),
    })
  })
})

const unseen = fc.constantFrom('', '', '', '\u200b', '\u00a0', '\ufeff', '\u00ad', '\u202f', '\u2060', '\u{e0041}')
/** The text as another person pastes it: with blanks around it and invisible characters in it. */
const pasted = (text: string) =>
  fc
    .tuple(fc.array(unseen, { minLength: text.length + 1, maxLength: text.length + 1 }), fc.constantFrom('', ' ', '\t'))
    .map(
      ([between, blank]) =>
        blank + [...text].map((letter, at) => between[at] + letter).join('') + between.at(-1) + blank,
    )
const region = fc.constantFrom('US', 'MX', 'GB', 'DE', 'AR', 'BR', 'IT')
const code = fc.constantFrom(...new Set<string>(getCountries().map((country) => getCountryCallingCode(country))))
const number = fc
  .tuple(
    fc.constantFrom('+', '', '00', '0', '+52 1 '),
    code,
    fc.stringMatching(/^[\d ()/.-]{3,14}$/),
    fc.constantFrom('', ' ext 7', ';ext=12', ' x0'),
  )
  .map((parts) => parts.join(''))
const anything = fc.oneof(
  number,
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.emailAddress(),
  fc.constantFrom('İ@x.io', 'ΑΣ@x.io'),
)
const source = fc.constantFrom('EMAIL' as const, 'PHONE' as const)

describe('every handle', () => {
  it('B49: does not change when it is read again, in any region', () => {
    fc.assert(
      fc.property(source, anything, region, region, (kind, text, first, second) => {
        const value = normaliseHandle(kind, text, first)
        if (value?.startsWith('+')) expect(normaliseHandle(kind, value, second)).toBe(value)
        else if (value !== null) expect(normaliseHandle(kind, value, first)).toBe(value)
      }),
      { numRuns: 3_000 },
    )
  })

  it('B49: is the same however it is pasted', () => {
    const given = fc.oneof(number, fc.emailAddress()).chain((text) => fc.tuple(fc.constant(text), pasted(text)))
    fc.assert(
      fc.property(source, given, region, (kind, [text, spelled], where) => {
        expect(normaliseHandle(kind, spelled, where)).toBe(normaliseHandle(kind, text, where))
      }),
      { numRuns: 2_000 },
    )
  })

  it('B49: for an email, is the same in upper and lower case', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        expect(normaliseHandle('EMAIL', text.toUpperCase(), 'US')).toBe(normaliseHandle('EMAIL', text, 'US'))
      }),
    )
  })
})

describe('a text as a domain', () => {
  const domain = (value: string) => ({ kind: 'domain', value })
  it.each<[text: string, expected: object]>([
    [' HTTPS://www.Acme.example/about ', domain('acme.example')],
    ['\u200bacme.example\u00a0', domain('acme.example')],
    ['acme\u00ad.example', domain('acme.example')],
    ['', empty],
    ['-', empty],
    ['https://', empty],
    ['acme inc', invalid],
    [`${'a'.repeat(251)}.io`, domain(`${'a'.repeat(251)}.io`)],
    [`${'a'.repeat(253)}.io`, invalid],
    [`${'\u00e4'.repeat(127)}.io`, invalid],
  ])('B65: %j', (text, expected) => {
    expect(readDomain(text)).toMatchObject(expected)
  })

  it('B65: does not change when it is read again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.domain(), fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const reading = readDomain(text)
        if (reading.kind === 'domain') expect(readDomain(reading.value)).toEqual(reading)
      }),
      { numRuns: 2_000 },
    )
  })
})
