import { onTestFinished } from 'vitest'

type Work = () => unknown

const atEndOfFile: Work[] = []

/**
 * Runs `work` when the current test is over, or at the end of the file if it is called outside a test. The last one
 * added runs first.
 */
export function cleanUp(work: Work): void {
  try {
    onTestFinished(async () => {
      await work()
    })
  } catch {
    // Outside a test: in a hook, or in the file itself.
    atEndOfFile.push(work)
  }
}

/** For `set-up-file.ts`: the work that was added outside tests. */
export async function cleanUpAfterFile(): Promise<void> {
  const errors: unknown[] = []
  for (const work of atEndOfFile.splice(0).reverse()) {
    try {
      await work()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'cleaning up after the file failed')
}
