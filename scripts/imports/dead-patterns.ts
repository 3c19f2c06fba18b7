/** The parts of a rule of `.dependency-cruiser.cjs` that name files. */
export interface Rule {
  readonly name?: string | undefined
  readonly from: { readonly path?: Patterns; readonly pathNot?: Patterns }
  readonly to: { readonly path?: Patterns; readonly pathNot?: Patterns }
}

type Patterns = string | readonly string[] | undefined

/** One line for each pattern of a rule that matches none of `files`: what it forbids or allows no longer exists. */
export function deadPatterns(rules: readonly Rule[], files: readonly string[]): string[] {
  return rules.flatMap(({ name = 'a rule without a name', from, to }) =>
    [from.path, from.pathNot, to.path, to.pathNot]
      .flatMap((patterns) => patterns ?? [])
      .filter((pattern) => !files.some((file) => new RegExp(pattern).test(file)))
      .map((pattern) => `${name}: ${pattern} matches no file`),
  )
}
