import { contactKindOf } from './contact-kinds.ts'
import { type IdScheme, idScheme } from './ids.ts'

export const contactIds = (seed: number): IdScheme =>
  idScheme(101, seed, (index) => contactKindOf(seed, index) === 'merged')
