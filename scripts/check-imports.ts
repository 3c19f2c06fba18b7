import { cruise, format, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTypeScriptConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { deadPatterns, type Rule } from './imports/dead-patterns.ts'
import { folders } from './imports/folders.ts'
import { withoutRule } from './imports/without-rule.ts'

/**
 * Checks the code against `.dependency-cruiser.cjs`, and the rules against the code: each rule must name existing
 * files.
 */

const roots = [...new Set(folders.map(({ folder }) => folder.split('/')[0] ?? folder))]
const options = await extractOptions('./.dependency-cruiser.cjs')
const { output } = await cruise(roots, options, undefined, {
  tsConfig: extractTypeScriptConfig('tsconfig.json'),
})
const result = output as ICruiseResult
const report = await format(result, { outputType: 'err' })
process.stdout.write(String(report.output))

const own = result.modules
  .map(({ source }) => source)
  .filter((file) => roots.some((root) => file.startsWith(`${root}/`)))
const everything = result.modules.flatMap(({ source, dependencies }) => [
  source,
  ...dependencies.map(({ resolved }) => resolved),
])
const rules: readonly IForbiddenRuleType[] = options.ruleSet?.forbidden ?? []
const complaints = [...deadPatterns(rules as readonly Rule[], everything), ...withoutRule(own)]
for (const complaint of complaints) console.error(complaint)
if (report.exitCode > 0 || complaints.length > 0) process.exitCode = 1
