import fc from 'fast-check'

/**
 * Property-based tests draw the same cases each time, so that a check that passed passes again.
 * PROPERTY_SEED takes another number, or "random", to look for what these cases do not show.
 */
const { PROPERTY_SEED = '1' } = process.env
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) })
