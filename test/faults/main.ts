// `npm run test:faults`: breaks real processes in twelve ways, and has an independent judge check the data.
import { Command, InvalidArgumentError } from 'commander'
import { runFaults } from './run-faults.ts'

const { fault, seed, seeds, all, ci } = new Command('npm run test:faults --')
  .description('Breaks real processes and judges what became of the data. Without options: one seed of each fault.')
  .option('--all', '20 seeds of each fault', false)
  .option('--ci', 'a part of it that takes minutes', false)
  .option('--fault <id...>', 'only these, such as F3')
  .option('--seed <number>', 'the first seed', wholeNumber, 1)
  .option('--seeds <number>', 'how many seeds of each', wholeNumber)
  .parse()
  .opts<{ fault?: string[]; seed: number; seeds?: number; all: boolean; ci: boolean }>()

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    console.error('\nstopping …')
    stopping.abort()
  })
}

const exitCode = await runFaults({
  only: fault?.map((id) => id.toUpperCase()) ?? null,
  firstSeed: seed,
  seedsOfEach: seeds ?? (all ? 20 : 1),
  isCi: ci,
  stop: stopping.signal,
})
// Interrupted work may still be waiting for something.
process.exit(exitCode)

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1 || number > 1_000_000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.')
  }
  return number
}
