import type { Connection } from '../../connection/find-connection.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'

const objectTypeIds: Readonly<Record<ObjectType, string>> = { CONTACT: '0-1', ACCOUNT: '0-2' }

/** Where a person sees and edits the record in the right portal and region (B41); null where no portal is known. */
export function hubspotRecordUrl(
  connection: Pick<Connection, 'uiDomain' | 'portalId'> | null,
  objectType: ObjectType,
  hubspotId: bigint,
): string | null {
  if (connection === null) return null
  return `https://${connection.uiDomain}/contacts/${connection.portalId}/record/${objectTypeIds[objectType]}/${hubspotId}`
}
