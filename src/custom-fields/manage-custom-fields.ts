import { requireAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { type CustomField, Prisma } from '../generated/prisma/client.ts'
import type { CustomFieldType, ObjectType } from '../generated/prisma/enums.ts'
import { type InputProblem, InvalidInputError, NotFoundError } from '../user-errors.ts'
import { customFieldKey } from './custom-field-key.ts'

export interface NewCustomField {
  readonly objectType: ObjectType
  readonly name: string
  readonly type: CustomFieldType
  /** Allowed values, in order. Only for ENUM. */
  readonly options?: readonly string[]
}

/** The workspace's custom fields of an object type, oldest first. */
export async function listCustomFields(
  { prisma }: Database,
  workspaceId: string,
  objectType: ObjectType,
): Promise<CustomField[]> {
  return prisma.customField.findMany({
    where: { workspaceId, objectType },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
}

/**
 * Creates a field. Its key follows from its name and never changes (B32). Throws ForbiddenError and InvalidInputError.
 */
export async function createCustomField(
  { prisma }: Database,
  viewer: Viewer,
  given: NewCustomField,
): Promise<CustomField> {
  requireAdmin(viewer)
  const field = {
    objectType: given.objectType,
    name: given.name.trim(),
    key: customFieldKey(given.name),
    type: given.type,
    options: (given.options ?? []).map((option) => option.trim()),
  }
  const problems = customFieldProblems(field)
  if (problems.length > 0) throw new InvalidInputError(problems)
  try {
    return await prisma.customField.create({ data: { id: newId(), workspaceId: viewer.workspaceId, ...field } })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const message = `There is already a custom field with the key "${field.key}". Choose another name.`
    throw new InvalidInputError([{ path: ['name'], message }])
  }
}

export interface CustomFieldChange {
  readonly name?: string | null
  /** All allowed values, in order. Only for ENUM. Records keep a value that is no longer allowed. */
  readonly options?: readonly string[] | null
}

/**
 * Renames a field or changes its options. Key and type stay, so no record has to change. The next run processes the
 * properties that are mapped to it again (B35). Throws ForbiddenError, NotFoundError, and InvalidInputError.
 */
export async function updateCustomField(
  { prisma }: Database,
  viewer: Viewer,
  id: string,
  given: CustomFieldChange,
): Promise<CustomField> {
  requireAdmin(viewer)
  const { workspaceId } = viewer
  const field = await prisma.customField.findUnique({ where: { id, workspaceId } })
  if (field === null) throw new NotFoundError('The custom field does not exist.')
  const change = {
    name: given.name?.trim() ?? field.name,
    options: given.options?.map((option) => option.trim()) ?? field.options,
  }
  const problems = customFieldProblems({ ...field, ...change })
  if (change.name === '') problems.push({ path: ['name'], message: 'The name must not be empty.' })
  if (problems.length > 0) throw new InvalidInputError(problems)
  return prisma.customField.update({ where: { id, workspaceId }, data: change })
}

/** Problems with the field itself; empty if it can be created. */
export function customFieldProblems(field: {
  readonly name: string
  readonly key: string
  readonly type: CustomFieldType
  readonly options: readonly string[]
}): InputProblem[] {
  const problems: InputProblem[] = []
  if (field.key === '')
    problems.push({ path: ['name'], message: 'The name must contain at least one letter or digit.' })
  if (field.type !== 'ENUM' && field.options.length > 0) {
    problems.push({ path: ['options'], message: `Only an ENUM field has options, not a ${field.type} field.` })
  }
  if (field.type === 'ENUM' && field.options.length === 0) {
    problems.push({ path: ['options'], message: 'An ENUM field must have at least one option.' })
  }
  field.options.forEach((option, index) => {
    const path = ['options', String(index)]
    if (option === '') problems.push({ path, message: 'An option must not be empty.' })
    else if (field.options.indexOf(option) < index)
      problems.push({ path, message: `The option "${option}" occurs twice.` })
  })
  return problems
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
}
