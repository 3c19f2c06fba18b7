import { createHmac, timingSafeEqual } from 'node:crypto'

/** An older request may be one that somebody recorded and sends again. */
const replayWindowMs = 5 * 60_000

export interface SignedRequest {
  readonly method: string
  /** As HubSpot calls it: with the public scheme and host. */
  readonly url: string
  /** Byte for byte as it came. */
  readonly body: Buffer
  /** Headers X-HubSpot-Signature-v3 and X-HubSpot-Request-Timestamp. */
  readonly signature: string | undefined
  readonly timestamp: string | undefined
}

/** Whether HubSpot sent the request, within the last five minutes: its signature, version 3, under the app's secret. */
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

/** HubSpot signs the address with these characters, and no others, decoded. */
const decoded = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

function decodedUrl(url: string): string {
  return url.replace(decoded, (encoded) => decodeURIComponent(encoded))
}
