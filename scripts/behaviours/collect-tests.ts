import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path/posix'
import ts from 'typescript'

/** A test as its file names it. */
export interface NamedTest {
  readonly file: string
  readonly title: string
  /** Behaviours and invariants that its title cites, those of the `describe` around it included. */
  readonly numbers: readonly string[]
}

/** Reads the titles of all tests under `folder`. Throws on one that is skipped: it shows nothing. */
export async function collectTests(folder: string): Promise<NamedTest[]> {
  const names = await readdir(folder, { recursive: true })
  const files = names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name.replaceAll('\\', '/')))
  const tests = await Promise.all(files.sort().map(async (file) => testsIn(file, await readFile(file, 'utf8'))))
  return tests.flat()
}

/** The tests of one file's text. */
export function testsIn(file: string, text: string): NamedTest[] {
  const tests: NamedTest[] = []
  const visit = (node: ts.Node, outer: string): void => {
    const call = ts.isCallExpression(node) ? readCall(node) : null
    if (call?.isSkipped) throw new Error(`${file} skips "${call.title}", and a skipped test shows nothing.`)
    if (call?.kind === 'test') {
      tests.push({ file, title: call.title, numbers: numbersIn(`${outer} ${call.title} ${call.table}`) })
    }
    const inner = call?.kind === 'describe' ? `${outer} ${call.title}` : outer
    ts.forEachChild(node, (child) => visit(child, inner))
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), '')
  return tests
}

function readCall({ expression, arguments: [first] }: ts.CallExpression) {
  if (first === undefined) return null
  const title = titleOf(first)
  if (title === null) return null
  const words = expression
    .getText()
    .replaceAll(/[(<`][\s\S]*/g, '')
    .split('.')
  const kind = words[0] === 'it' || words[0] === 'test' ? 'test' : words[0] === 'describe' ? 'describe' : null
  if (kind === null) return null
  // `test.for(table)('%s', …)` takes its titles from the table.
  const table = title.startsWith('%') ? expression.getText() : ''
  return {
    kind,
    title,
    table,
    isSkipped: words.some((word) => ['skip', 'todo', 'only', 'fails'].includes(word)),
  } as const
}

function titleOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('…')
}

/** "B43, B47–B49" gives B43, B47, B48, B49. */
export function numbersIn(title: string): string[] {
  const numbers = new Set<string>()
  for (const [, letter = '', from = '', to = from] of title.matchAll(/\b([BI])(\d{1,2})(?:[-–][BI]?(\d{1,2}))?\b/g)) {
    for (let number = Number(from); number <= Number(to); number++) numbers.add(`${letter}${number}`)
  }
  return [...numbers]
}
