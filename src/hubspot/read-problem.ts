import { z } from 'zod'

/** The useful parts of an error answer's body. Every part may be missing, and the body may not be JSON at all. */
export interface Problem {
  readonly message: string
  readonly category: string | null
  readonly policy: string | null
  readonly missingScopes: readonly string[]
  /** HubSpot's own words, as opposed to a web page or an empty body from something in front of it. */
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
  // A web page from something in front of HubSpot. Only its title is useful.
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  if (!parsed.success) {
    const message = title ?? 'no reason given.'
    return { message, category: null, policy: null, missingScopes: [], isHubSpots: false }
  }
  const { message, category, error, status, policyName, errors = [] } = parsed.data
  // The token endpoint gives the reason in `status`, sometimes only there. Other endpoints have "error" there.
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
