import { z } from 'zod'

/** What is of use in the body of an error answer. Every part may be missing, and the body may be no JSON at all. */
export interface Problem {
  readonly message: string
  readonly category: string | null
  readonly policy: string | null
  readonly missingScopes: readonly string[]
}

const texts = z.array(z.string()).optional().catch(undefined)
const text = z.string().optional().catch(undefined)
const problemSchema = z.object({
  message: text,
  category: text,
  error: text,
  policyName: text,
  errors: z
    .array(z.object({ context: z.object({ requiredGranularScopes: texts, requiredScopes: texts }).optional() }))
    .optional()
    .catch(undefined),
})

const longestMessage = 300

export function readProblem(body: string): Problem {
  const parsed = problemSchema.safeParse(parseJson(body))
  // A web page from what stands in front of HubSpot: its title is all it says.
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  if (!parsed.success) return { message: title ?? 'no reason given.', category: null, policy: null, missingScopes: [] }
  const { message = 'no reason given.', category, error, policyName, errors = [] } = parsed.data
  return {
    message: message.slice(0, longestMessage),
    category: category ?? error ?? null,
    policy: policyName ?? null,
    missingScopes: errors.flatMap(({ context }) => context?.requiredGranularScopes ?? context?.requiredScopes ?? []),
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
