import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { AuthEnvironment } from '../config/environment.ts'
import { AuthenticationError } from './authentication-error.ts'

export interface JwtIdentity {
  /** The claim `sub`: the id of a user. */
  readonly userId: string
  readonly expiresAt: Date
}

/**
 * Returns the user of a token. Throws {@link AuthenticationError}, or any other error if the keys cannot be fetched.
 */
export type VerifyJwt = (token: string) => Promise<JwtIdentity>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** The clocks of two hosts may differ by this much. */
const clockToleranceSeconds = 5
// Fixed, so that no token can choose its own: a public key must not be taken for a secret, nor "none" for a signature.
const secretAlgorithms = ['HS256', 'HS384', 'HS512']
const keyAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** Null if the operator accepts only API tokens. */
export function openJwtVerifier({ jwtSecret, jwksUrl, issuer, audience }: AuthEnvironment): VerifyJwt | null {
  const options = {
    issuer: issuer ?? undefined,
    audience: audience ?? undefined,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: clockToleranceSeconds,
  }
  if (jwtSecret !== null) {
    const secret = new TextEncoder().encode(jwtSecret)
    return verifier(async () => secret, { ...options, algorithms: secretAlgorithms })
  }
  if (jwksUrl !== null) {
    return verifier(createRemoteJWKSet(new URL(jwksUrl)), { ...options, algorithms: keyAlgorithms })
  }
  return null
}

function verifier(keyOf: JWTVerifyGetKey, options: JWTVerifyOptions): VerifyJwt {
  return async (token) => {
    const { payload } = await jwtVerify(token, keyOf, options).catch((error) => {
      throw refusalOf(error) ?? error
    })
    const { sub = '', exp = 0 } = payload
    if (!uuid.test(sub)) throw refused('its claim "sub" is not the id of a user')
    return { userId: sub, expiresAt: new Date((exp + clockToleranceSeconds) * 1000) }
  }
}

function refusalOf(error: unknown): AuthenticationError | null {
  if (error instanceof errors.JWTExpired) return refused('it has expired')
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`its claim "${error.claim}" is not accepted`)
  if (error instanceof errors.JWKSNoMatchingKey) return refused('it is signed with an unknown key')
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused('its signature is invalid')
  const isMalformed = [
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSMultipleMatchingKeys,
  ].some((kind) => error instanceof kind)
  return isMalformed ? refused('it is not a JSON Web Token of an accepted kind') : null
}

function refused(why: string): AuthenticationError {
  return new AuthenticationError('UNAUTHENTICATED', `The token was rejected: ${why}.`)
}
