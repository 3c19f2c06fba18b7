import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path/posix'
import ts from 'typescript'

/** A test as named in its file. */
export interface NamedTest {
  readonly file: string
  readonly title: string
  /**
   * Behaviours and invariants that it shows: those that its title cites, including the titles of enclosing `describe`
   * blocks.
   */
  readonly numbers: readonly string[]
}

/** A title that cites more shows none of them: if the test fails, it does not say which one is broken. */
const shownAtMost = 3

/** Reads the titles of all tests under `folder`. Throws if a test is skipped, since it shows nothing. */
export async function collectTests(folder: string): Promise<NamedTest[]> {
  const names = await readdir(folder, { recursive: true })
  const files = names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name.replaceAll('\\', '/')))
  const tests = await Promise.all(files.sort().map(async (file) => testsIn(file, await readFile(file, 'utf8'))))
  return tests.flat()
}

/** The tests in the text of a file. A test that takes its title from a table counts once for each title in the file. */
export function testsIn(file: string, text: string): NamedTest[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const tests: NamedTest[] = []
  const visit = (node: ts.Node, outer: string): void => {
    const call = ts.isCallExpression(node) ? readCall(node) : null
    if (call?.isSkipped) throw new Error(`${file} skips "${call.title}", and a skipped test shows nothing.`)
    if (call?.kind === 'test') {
      const own = call.title.startsWith('%') ? titlesOfTables(source) : []
      for (const title of own.length > 0 ? own : [call.title]) {
        tests.push({ file, title, numbers: shownBy(`${outer} ${title}`) })
      }
    }
    const inner = call?.kind === 'describe' ? `${outer} ${call.title}` : outer
    ts.forEachChild(node, (child) => visit(child, inner))
  }
  visit(source, '')
  return tests
}

function shownBy(title: string): string[] {
  const numbers = numbersIn(title)
  return numbers.length > shownAtMost ? [] : numbers
}

/**
 * Texts in a file that look like titles but are not the argument of a call: `{ says: 'B51: …' }`, `['B44: …', given]`.
 */
function titlesOfTables(source: ts.SourceFile): string[] {
  const titles: string[] = []
  const visit = (node: ts.Node): void => {
    const isTitleOfCall =
      ts.isCallExpression(node.parent ?? node) && readCall(node.parent as ts.CallExpression) !== null
    const text = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) ? node.text : ''
    if (/^[BI]\d+[-–, BI\d]*:/.test(text) && !isTitleOfCall) titles.push(text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return titles
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
  return { kind, title, isSkipped: words.some((word) => ['skip', 'todo', 'only', 'fails'].includes(word)) } as const
}

function titleOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('…')
}

/** "B43, B47–B49" becomes B43, B47, B48, B49. */
export function numbersIn(title: string): string[] {
  const numbers = new Set<string>()
  for (const [, letter = '', from = '', to = from] of title.matchAll(/\b([BI])(\d{1,2})(?:[-–][BI]?(\d{1,2}))?\b/g)) {
    for (let number = Number(from); number <= Number(to); number++) numbers.add(`${letter}${number}`)
  }
  return [...numbers]
}
