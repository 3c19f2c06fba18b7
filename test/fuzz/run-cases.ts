import { type Dice, diceOf } from './dice.ts'

/** Number of cases in `npm run test:fuzz`. `npm test` runs the first few of them. */
const many = 100_000
const isLong = (import.meta as { env?: { MODE?: string } }).env?.MODE === 'fuzz'

const seed = Number(process.env.FUZZ_SEED ?? 1)
const only = process.env.FUZZ_CASE === undefined ? null : Number(process.env.FUZZ_CASE)
const atOnce = 8
const mostShown = 5

/** Maximum duration of the longest run. */
export const timeoutMs = 6 * 60 * 60 * 1000

/**
 * Runs the cases, several at once: `few` of them in `npm test`. `run` returns what is wrong with its case, or null. Throws
 * an error with the first few problems and how to repeat each. Returns the number of cases.
 */
export async function runCases(
  few: number,
  run: (dice: Dice, index: number) => Promise<string | null>,
): Promise<number> {
  const count = Number(process.env.FUZZ_CASES ?? (isLong ? many : few))
  const faults: string[] = []
  let next = only ?? 0
  const end = only === null ? count : only + 1
  const work = async () => {
    while (next < end && faults.length < mostShown) {
      const index = next++
      const fault = await run(diceOf(seed, index), index)
      if (fault !== null) faults.push(`FUZZ_SEED=${seed} FUZZ_CASE=${index}\n${fault}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (faults.length > 0) throw new Error(`Repeat a case with the variables above it:\n\n${faults.join('\n\n')}`)
  return end - (only ?? 0)
}
