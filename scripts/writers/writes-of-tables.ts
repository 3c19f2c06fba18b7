import ts from 'typescript'

export interface Write {
  readonly table: string
  readonly line: number
  /** The statement, or the call, in a few words. */
  readonly text: string
}

const prismaWrites = new Set([
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
  'delete',
  'deleteMany',
])

/**
 * The places where a TypeScript file writes one of `tables`: by SQL, in any string or template, or by a Prisma model.
 * SQL that takes the table's name from a variable is not found.
 */
export function writesOfTables(file: string, text: string, tables: readonly string[]): Write[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const models = new Map(tables.map((table) => [modelOf(table), table]))
  const writes: Write[] = []
  const note = (node: ts.Node, table: string, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    writes.push({ table, line: line + 1, text: what.replaceAll(/\s+/g, ' ') })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) noteSql(node, node.text)
    if (ts.isTemplateExpression(node)) noteSql(node, sqlOf(node))
    if (ts.isPropertyAccessExpression(node) && prismaWrites.has(node.name.text)) {
      const model = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : ''
      const table = models.get(model)
      if (table !== undefined) note(node, table, `${model}.${node.name.text}`)
    }
    ts.forEachChild(node, visit)
  }
  const noteSql = (node: ts.Node, sql: string) => {
    for (const table of tables) {
      const write = new RegExp(
        `\\b(UPDATE|INSERT\\s+INTO|DELETE\\s+FROM|MERGE\\s+INTO|TRUNCATE|COPY)\\s+(TABLE\\s+)?(ONLY\\s+)?(\\w+\\.)?"?${table}"?(?!\\w)`,
        'gi',
      )
      for (const [found] of sql.matchAll(write)) note(node, table, found)
    }
  }
  visit(source)
  return writes
}

/** The text of a template, with a mark in place of each value. */
function sqlOf({ head, templateSpans }: ts.TemplateExpression): string {
  return [head.text, ...templateSpans.map(({ literal }) => literal.text)].join('$')
}

/** sync_run is Prisma's syncRun. */
function modelOf(table: string): string {
  return table.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
