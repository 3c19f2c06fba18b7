import { hubspotTypeIds } from './object-types.ts'

/**
 * The URL at which a person sees and edits the record, in the right portal and region (B41); null if the portal is
 * unknown.
 */
export function hubspotRecordUrl(
  portal: { readonly uiDomain: string; readonly portalId: bigint } | null,
  objectType: keyof typeof hubspotTypeIds,
  hubspotId: bigint,
): string | null {
  if (portal === null) return null
  return `https://${portal.uiDomain}/contacts/${portal.portalId}/record/${hubspotTypeIds[objectType]}/${hubspotId}`
}
