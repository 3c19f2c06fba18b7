import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { openEncryption, UnknownKeyError, UnreadableBoxError } from '../../src/encryption/encryption.ts'

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`

it('returns what it encrypted, only for the same workspace', () => {
  const encryption = openEncryption(newKey('a'))

  const box = encryption.encrypt('geheim ✓', 'workspace-1')

  expect(encryption.decrypt(box, 'workspace-1')).toBe('geheim ✓')
  expect(() => encryption.decrypt(box, 'workspace-2')).toThrow(UnreadableBoxError)
  expect(encryption.encrypt('geheim ✓', 'workspace-1')).not.toBe(box)
})

it('encrypts with the newest key and opens with any', () => {
  const [older, newer] = [newKey('2025'), newKey('2026')]
  const box = openEncryption(older).encrypt('secret', 'w')
  const both = openEncryption(`${newer}, ${older}`)

  expect(both.decrypt(box, 'w')).toBe('secret')
  expect(both.encrypt('secret', 'w')).toMatch(/^2026\./)
})

it('names the missing key', () => {
  const box = openEncryption(newKey('2025')).encrypt('secret', 'w')
  const open = () => openEncryption(newKey('2026')).decrypt(box, 'w')

  expect(open).toThrow(UnknownKeyError)
  expect(open).toThrow('"2025"')
})

it.each(['', 'a', 'a...', 'a.AAAA.AAAA.AAAA'])('refuses the damaged box "%s"', (box) => {
  const encryption = openEncryption(newKey('a'))

  expect(() => encryption.decrypt(box, 'w')).toThrow(/encryption key|opened/)
})

it('refuses a box in which a single bit was changed', () => {
  const encryption = openEncryption(newKey('a'))
  const [id, iv, ciphertext = '', tag] = encryption.encrypt('secret', 'w').split('.')
  const bytes = Buffer.from(ciphertext, 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1

  expect(() => encryption.decrypt([id, iv, bytes.toString('base64url'), tag].join('.'), 'w')).toThrow(
    UnreadableBoxError,
  )
})

it('recognises signatures by any of its keys, and no others', () => {
  const [older, newer] = [newKey('2025'), newKey('2026')]
  const both = openEncryption(`${newer},${older}`)
  const [old, own] = [openEncryption(older).sign('text'), both.sign('text')]

  expect([both.verify('text', old), both.verify('text', own)]).toEqual([true, true])
  expect(own).toMatch(/^2026\./)
  expect(both.verify('other text', own)).toBe(false)
  expect(openEncryption(older).verify('text', own)).toBe(false)
  for (const damaged of ['', '2026', '2026.', `${own}.x`, own.slice(0, -3), own.replace('2026', '2025')]) {
    expect(both.verify('text', damaged)).toBe(false)
  }
})
