import { z } from 'zod'
import { defineJob } from '../../src/jobs/definitions.ts'

export const sampleJob = defineJob('sample', z.object({ id: z.string() }), ({ id }) => `sample-${id}`)
