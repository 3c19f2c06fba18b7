import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

type Schema = Record<string, unknown>
type Schemas = Record<string, { properties: Record<string, Schema>; required?: string[] }>

const nullable = { nullable: true }

/** If live answers were seen to differ from the published types, a client has to read the live answers. */
const asServed: Readonly<Record<string, (schemas: Schemas) => void>> = {
  SimplePublicObject: (all) =>
    Object.assign(all.SimplePublicObject?.properties.properties ?? {}, {
      additionalProperties: { type: 'string', ...nullable },
    }),
  SimplePublicObjectWithAssociations: (all) =>
    Object.assign(all.SimplePublicObjectWithAssociations?.properties.properties ?? {}, {
      additionalProperties: { type: 'string', ...nullable },
    }),
  MultiAssociatedObjectWithLabel: (all) =>
    Object.assign(all.MultiAssociatedObjectWithLabel?.properties.toObjectId ?? {}, { type: 'integer' }),
  AssociationSpecWithLabel: (all) => Object.assign(all.AssociationSpecWithLabel?.properties.label ?? {}, nullable),
  PublicMembershipSettings: (all) => {
    for (const setting of Object.values(all.PublicMembershipSettings?.properties ?? {}))
      Object.assign(setting, nullable)
  },
  StandardError: (all) => {
    const error = all.StandardError
    if (!error) return
    error.required = ['category', 'context', 'message', 'status']
    error.properties.subCategory = { type: 'string' }
  },
}

/** Checks an answer against the published specification. Returns what is wrong with it, or nothing. */
export const publishedSchema = (file: string) => {
  const extract = JSON.parse(readFileSync(join(import.meta.dirname, 'openapi', `${file}.json`), 'utf8'))
  for (const [name, adapt] of Object.entries(asServed))
    if (name in extract.components.schemas) adapt(extract.components.schemas)
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { int32: true, int64: true } })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'spec', ...extract })
  return (operation: string, body: unknown): unknown => {
    const pointer = operation.replaceAll('~', '~0').replaceAll('/', '~1')
    const check = ajv.getSchema(`spec#/answers/${encodeURIComponent(pointer)}`)
    if (!check) return `no published answer for ${operation}`
    return check(body) ? [] : check.errors
  }
}
