import { type Answer, json } from './answer.ts'

export interface ProblemBody {
  message: string
  category: string
  subCategory?: string
  errors?: { message: string; code?: string; in?: string; context?: Record<string, string[]> }[]
  context?: Record<string, string[]>
}

/** Thrown by a handler to end a call with one of HubSpot's error answers. */
export class HubSpotProblem extends Error {
  readonly status: number
  readonly body: ProblemBody

  constructor(status: number, body: ProblemBody) {
    super(body.message)
    this.status = status
    this.body = body
  }
}

export const invalid = (message: string, more: Partial<ProblemBody> = {}) =>
  new HubSpotProblem(400, { message, category: 'VALIDATION_ERROR', ...more })

export const unknownProperty = (name: string) =>
  new HubSpotProblem(400, {
    message: `Property "${name}" does not exist`,
    category: 'VALIDATION_ERROR',
    subCategory: 'crm.properties.PROPERTY_DOESNT_EXIST',
    errors: [
      {
        message: `Property "${name}" does not exist`,
        code: 'PROPERTY_DOESNT_EXIST',
        context: { propertyName: [name] },
      },
    ],
  })

export const notFound = (message = 'resource not found') =>
  new HubSpotProblem(404, { message, category: 'OBJECT_NOT_FOUND' })

export const expiredToken = (expiredAt: number, now: number) =>
  new HubSpotProblem(401, {
    message: `The OAuth token used to make this call expired ${Math.floor((now - expiredAt) / 1000)} second(s) ago.`,
    category: 'EXPIRED_AUTHENTICATION',
    context: { 'expire time': [new Date(expiredAt).toISOString()] },
  })

export const invalidToken = () =>
  new HubSpotProblem(401, {
    message:
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    category: 'INVALID_AUTHENTICATION',
  })

export const missingScopes = (scopes: readonly string[]) =>
  new HubSpotProblem(403, {
    message: "This app hasn't been granted all required scopes to make this call.",
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: [...scopes] },
      },
    ],
    category: 'MISSING_SCOPES',
  })

export const problemAnswer = ({ status, body }: HubSpotProblem, correlationId: string): Answer => {
  const { message, ...rest } = body
  return json({ status: 'error', message, correlationId, ...rest }, status)
}

export type LimitPolicy = 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY'

const LIMIT_NAMES: Readonly<Record<LimitPolicy, string>> = {
  TEN_SECONDLY_ROLLING: 'ten_secondly_rolling',
  SECONDLY: 'secondly',
  DAILY: 'daily',
}

export const rateLimited = (policyName: LimitPolicy, correlationId: string, requestId: string): Answer =>
  json(
    {
      status: 'error',
      message: `You have reached your ${LIMIT_NAMES[policyName]} limit.`,
      errorType: 'RATE_LIMIT',
      correlationId,
      policyName,
      requestId,
    },
    429,
  )
