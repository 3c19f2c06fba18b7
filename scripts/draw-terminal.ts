// Draws what a terminal showed as an SVG. docs/demo.svg was made from a real run:
//   script -qec 'npm run demo -- --once' recording && npx tsx scripts/draw-terminal.ts < recording > docs/demo.svg
import { readFileSync } from 'node:fs'

interface Style {
  readonly bold: boolean
  readonly dim: boolean
  readonly colour: string
}

interface Cell extends Style {
  readonly character: string
}

const plain: Style = { bold: false, dim: false, colour: '#d6deeb' }
const colours: Readonly<Record<string, string>> = {
  '32': '#7fdbca',
  '33': '#ecc48d',
  '36': '#82aaff',
  '39': plain.colour,
}
const [columns, lineHeight, characterWidth, margin] = [112, 20, 8.43, 20]
/** The picture ends where the first workspace's story does. */
const until = 'Another workspace is connected'

const escapeCharacter = '\u001b'
/** A control sequence, or else a character. */
const piecesOfOutput = new RegExp(`${escapeCharacter}\\[[?\\d;]*[A-Za-z]|${escapeCharacter}[78]|[^]`, 'gu')
const controlSequence = new RegExp(`^${escapeCharacter}\\[([\\d;]*)([A-Za-z])$`)

process.stdout.write(`${draw(screenOf(readFileSync(0, 'utf8')))}\n`)

/** The lines that are left once every control sequence of the recording has had its effect. */
function screenOf(recording: string): Cell[][] {
  const lines: Cell[][] = [[]]
  let style = plain
  let column = 0
  for (const [piece] of recording.matchAll(piecesOfOutput)) {
    const line = lines.at(-1) ?? []
    const sequence = controlSequence.exec(piece)
    if (piece === '\n') {
      lines.push([])
      column = 0
    } else if (piece === '\r' || sequence?.[2] === 'G') column = 0
    else if (sequence?.[2] === 'K') line.length = column
    else if (sequence?.[2] === 'm') style = styleAfter(style, sequence[1] ?? '')
    else if (!piece.startsWith(escapeCharacter)) line[column++] = { ...style, character: piece }
  }
  return lines
}

function styleAfter(style: Style, code: string): Style {
  if (code === '1') return { ...style, bold: true }
  if (code === '2') return { ...style, dim: true }
  if (code === '22') return { ...style, bold: false, dim: false }
  return { ...style, colour: colours[code] ?? style.colour }
}

function draw(screen: readonly Cell[][]): string {
  const text = (line: readonly Cell[]) => line.map(({ character }) => character).join('')
  const first = screen.findIndex((line) => text(line).startsWith('> tsx')) + 2
  const last = screen.findIndex((line) => text(line).includes(until))
  const shown = [
    [...'$ npm run demo'].map((character) => ({ ...plain, bold: true, character })),
    ...screen.slice(first, last),
  ]
  while (shown.at(-1)?.length === 0) shown.pop()
  const height = shown.length * lineHeight + 2 * margin
  const width = Math.round(columns * characterWidth + 2 * margin)
  const rows = shown.map((line, row) => drawLine(line, margin + (row + 0.75) * lineHeight))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="The demo in a terminal">`,
    `<rect width="100%" height="100%" rx="8" fill="#011627"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
  ].join('\n')
}

function drawLine(line: readonly Cell[], y: number): string {
  const spans: { readonly style: Cell; text: string }[] = []
  for (const cell of line.slice(0, columns)) {
    const before = spans.at(-1)
    const isSame = (['bold', 'dim', 'colour'] as const).every((key) => before?.style[key] === cell[key])
    if (before !== undefined && isSame) before.text += cell.character
    else spans.push({ style: cell, text: cell.character })
  }
  if (spans.length === 0) return ''
  const drawn = spans.map(({ style: { bold, dim, colour }, text }) => {
    const attributes = `fill="${colour}"${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`
    return `<tspan ${attributes}>${escaped(text)}</tspan>`
  })
  return `<text x="${margin}" y="${y}">${drawn.join('')}</text>`
}

/** With spaces that are kept wherever the picture is shown. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(' ', '\u00a0')
}
