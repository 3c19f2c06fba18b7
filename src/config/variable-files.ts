import { readFileSync } from 'node:fs'

interface Given {
  readonly values: Readonly<Record<string, string>>
  /** Names of variables, each with what is wrong with it. */
  readonly mistakes: readonly [name: string, message: string][]
}

/**
 * The values of the variables that are set. `NAME_FILE` names a file that contains the value of `NAME`, as orchestrators
 * mount secrets. An empty variable, such as a line `NAME=` in an env file, is not set.
 */
export function readVariables(source: Readonly<Record<string, string | undefined>>, names: readonly string[]): Given {
  const values: Record<string, string> = {}
  const mistakes: [string, string][] = []
  for (const name of names) {
    const value = source[name] || undefined
    const fileName = `${name}_FILE`
    const file = source[fileName] || undefined
    if (value !== undefined) values[name] = value
    if (file === undefined) continue
    if (value !== undefined) {
      mistakes.push([fileName, `and ${name} cannot be used together`])
      continue
    }
    try {
      // Editors and `echo` end a file with a newline.
      const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
      if (text === '') mistakes.push([fileName, 'names an empty file'])
      else values[name] = text
    } catch (error) {
      mistakes.push([fileName, `names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`])
    }
  }
  return { values, mistakes }
}
