import fc from 'fast-check'
import { afterAll, inject } from 'vitest'
import { cleanUpAfterFile } from './clean-up.ts'

// Runs before each test file, even if one process runs several.
fc.configureGlobal({ seed: inject('propertySeed') })
afterAll(cleanUpAfterFile)
