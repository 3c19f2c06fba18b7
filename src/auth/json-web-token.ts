import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { type AuthEnvironment, defaultMaxTokenLifetimeSeconds, type UserClaim } from '../config/api-environment.ts'
import { AuthenticationError } from './authentication-error.ts'

/** The person whom a token names. */
export interface JwtUser {
  readonly claim: UserClaim
  /** Id of the user, the identity provider's id, or the address in lower case. */
  readonly value: string
  /** The address, in lower case, if the identity provider has verified it. */
  readonly verifiedEmail: string | null
}

export interface JwtIdentity {
  readonly user: JwtUser
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

type JwtSettings = Pick<AuthEnvironment, 'jwtSecret' | 'jwksUrl' | 'issuer' | 'audience'> &
  Partial<Pick<AuthEnvironment, 'userClaim' | 'maxTokenLifetimeSeconds'>>

interface Bounds {
  readonly userClaim: UserClaim
  readonly maxTokenLifetimeSeconds: number
}

/** Null if the operator accepts only API tokens. */
export function openJwtVerifier({ jwtSecret, jwksUrl, issuer, audience, ...settings }: JwtSettings): VerifyJwt | null {
  const { userClaim = 'id', maxTokenLifetimeSeconds = defaultMaxTokenLifetimeSeconds } = settings
  const bounds = { userClaim, maxTokenLifetimeSeconds }
  const options = {
    issuer: issuer ?? undefined,
    audience: audience ?? undefined,
    requiredClaims: ['sub', 'iat', 'exp'],
    clockTolerance: clockToleranceSeconds,
  }
  if (jwtSecret !== null) {
    const secret = new TextEncoder().encode(jwtSecret)
    return verifier(async () => secret, { ...options, algorithms: secretAlgorithms }, bounds)
  }
  if (jwksUrl !== null) {
    return verifier(createRemoteJWKSet(new URL(jwksUrl)), { ...options, algorithms: keyAlgorithms }, bounds)
  }
  return null
}

function verifier(keyOf: JWTVerifyGetKey, options: JWTVerifyOptions, bounds: Bounds): VerifyJwt {
  return async (token) => {
    const { payload } = await jwtVerify(token, keyOf, options).catch((error) => {
      throw refusalOf(error) ?? error
    })
    const { exp = 0 } = payload
    requireShortLife(payload, bounds)
    return { user: userOf(payload, bounds), expiresAt: new Date((exp + clockToleranceSeconds) * 1000) }
  }
}

/** A token cannot be revoked, so its lifetime is how long somebody who has left can still use it. */
function requireShortLife({ iat = 0, exp = 0 }: JWTPayload, { maxTokenLifetimeSeconds }: Bounds): void {
  if (iat > Date.now() / 1000 + clockToleranceSeconds) throw refused('its claim "iat" is in the future')
  if (exp - iat <= maxTokenLifetimeSeconds) return
  throw refused(`it is valid for longer than ${maxTokenLifetimeSeconds} seconds, the maximum of this API`)
}

function userOf(payload: JWTPayload, { userClaim: claim }: Bounds): JwtUser {
  const { sub = '', email, email_verified: isVerified } = payload
  // Some identity providers send it as text.
  const verified = (isVerified === true || isVerified === 'true') && typeof email === 'string'
  const verifiedEmail = verified ? email.trim().toLowerCase() : null
  if (claim === 'email') {
    if (verifiedEmail !== null && verifiedEmail !== '') return { claim, value: verifiedEmail, verifiedEmail }
    throw refused('its claims "email" and "email_verified" do not name a verified address')
  }
  if (claim === 'id' && !uuid.test(sub)) throw refused('its claim "sub" is not the id of a user')
  if (sub === '') throw refused('its claim "sub" is empty')
  return { claim, value: sub, verifiedEmail }
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
