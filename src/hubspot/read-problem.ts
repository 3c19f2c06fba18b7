import { z } from 'zod'

/** What is of use in the body of an error answer. Every part may be missing, and the body may be no JSON at all. */
export interface Problem {
  readonly message: string
  readonly category: string | null
  readonly policy: string | null
  readonly missingScopes: readonly string[]
  /** HubSpot's own words, as opposed to a web page or nothing at all from what stands in front of it. */
  readonly isHubSpots: boolean
}

const texts = z.array(z.string()).optional().catch(undefined)
const text = z.string().optional().catch(undefined)
const problemSchema = z.object({
  message: text,
  category: text,
  error: text,
  status: text,
  cloudflare_error: z.unknown().optional(),
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
  if (!parsed.success) {
    const message = title ?? 'no reason given.'
    return { message, category: null, policy: null, missingScopes: [], isHubSpots: false }
  }
  const { message, category, error, status, policyName, errors = [] } = parsed.data
  // The token endpoint tells what is wrong in `status`, at times in nothing else; others say "error" there.
  const code = category ?? error ?? (status === 'error' ? undefined : status)
  return {
    message: (message ?? 'no reason given.').slice(0, longestMessage),
    category: code ?? null,
    policy: policyName ?? null,
    missingScopes: errors.flatMap(({ context }) => context?.requiredGranularScopes ?? context?.requiredScopes ?? []),
    isHubSpots: parsed.data.cloudflare_error === undefined && (code ?? status ?? message) !== undefined,
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
