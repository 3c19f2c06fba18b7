import { createHmac, timingSafeEqual } from 'node:crypto'

/** An older request may have been recorded and sent again. */
const replayWindowMs = 5 * 60_000

export interface SignedRequest {
  readonly method: string
  /** As HubSpot calls it: with the public scheme and host. */
  readonly url: string
  /** Exactly as received. */
  readonly body: Buffer
  /** Headers X-HubSpot-Signature-v3 and X-HubSpot-Request-Timestamp. */
  readonly signature: string | undefined
  readonly timestamp: string | undefined
}

/**
 * True if HubSpot sent the request within the last five minutes, according to its version 3 signature under the app's
 * secret.
 */
export function isFromHubSpot(request: SignedRequest, clientSecret: string, now: Date): boolean {
  const { method, url, body, signature, timestamp } = request
  if (signature === undefined || timestamp === undefined || !/^\d{1,16}$/.test(timestamp)) return false
  if (Math.abs(now.getTime() - Number(timestamp)) > replayWindowMs) return false
  const expected = createHmac('sha256', clientSecret)
    .update(method + decodedUrl(url))
    .update(body)
    .update(timestamp)
    .digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** HubSpot signs the URL with these characters, and no others, decoded. */
const decoded = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

function decodedUrl(url: string): string {
  return url.replace(decoded, (encoded) => decodeURIComponent(encoded))
}
