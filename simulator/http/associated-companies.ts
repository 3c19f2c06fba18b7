import type { ObjectType } from '../portal/crm-record.ts'
import type { SimulatedPortal } from '../portal/portal.ts'
import { liveLinks } from './association-links.ts'
import { objectTypeOf } from './call-input.ts'
import { invalid } from './hubspot-problem.ts'

/** The `associations` part of a record that is read by GET, or nothing if none were requested. */
export const associatedCompaniesJson = (
  portal: SimulatedPortal,
  objectType: ObjectType,
  id: number,
  asked: readonly string[],
): string => {
  if (asked.length === 0) return ''
  const associations: Record<string, { results: { id: string; type: string }[] }> = {}
  for (const name of asked) {
    const other = objectTypeOf(name)
    if (other === objectType) throw invalid(`No association types exist between ${objectType} and ${name}`)
    const type = objectType === 'contacts' ? 'contact_to_company' : 'company_to_contact'
    const results = liveLinks(portal.world, objectType, id).flatMap((link) => [
      ...(link.primary && objectType === 'contacts' ? [{ id: String(link.id), type: `${type}_primary` }] : []),
      { id: String(link.id), type: objectType === 'contacts' ? `${type}_unlabeled` : type },
    ])
    if (results.length > 0) associations[other] = { results }
  }
  return Object.keys(associations).length === 0 ? '' : `,"associations":${JSON.stringify(associations)}`
}
