// Prints "N passed, N failed": the sum of the test runs that left their results in the folder.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = ''] = process.argv.slice(2)
let [passed, failed] = [0, 0]
for (const name of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(
    readFileSync(join(folder, name), 'utf8'),
  )
  passed += numPassedTests
  // A file that cannot be loaded has no tests to count. It is one failure.
  failed += numFailedTests === 0 && !success ? Math.max(1, numFailedTestSuites) : numFailedTests
}
console.log(`${passed} passed, ${failed} failed`)
