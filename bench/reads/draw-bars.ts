import { queryNames, titles } from './queries.ts'
import type { Results } from './report.ts'
import { productName } from './servers.ts'

const [width, left, barHeight, gap, margin] = [860, 130, 14, 4, 20]
const [productColour, peerColour, textColour] = ['#2563eb', '#94a3b8', '#334155']
/** Room for the number beside the longest bar. */
const numberWidth = 80

/** A bar chart of requests per second as SVG. Each query has a scale of its own. */
export function drawBars(results: Results): string {
  const { servers } = results
  const groupHeight = 28 + servers.length * (barHeight + gap) + 12
  const height = 2 * margin + queryNames.length * groupHeight
  const groups = queryNames.map((query, index) => {
    const top = margin + index * groupHeight
    const rates = servers.map((server) => results.of(server, query).perSecond)
    const longest = Math.max(...rates)
    const bars = servers.map((server, row) => {
      const rate = rates[row] ?? 0
      const y = top + 24 + row * (barHeight + gap)
      const length = Math.max(1, Math.round(((width - left - margin - numberWidth) * rate) / longest))
      const colour = server === productName ? productColour : peerColour
      return `<text x="${left - 8}" y="${y + 11}" text-anchor="end">${server}</text>
<rect x="${left}" y="${y}" width="${length}" height="${barHeight}" fill="${colour}"/>
<text x="${left + length + 6}" y="${y + 11}">${Math.round(rate)}/s</text>`
    })
    const title = `${query}: ${titles[query].replaceAll('`', '')}`
    return [`<text x="${margin}" y="${top + 12}" font-weight="bold">${title}</text>`, ...bars].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Requests per second by query and server">
<rect width="100%" height="100%" fill="#ffffff"/>
<g font-family="system-ui, sans-serif" font-size="12" fill="${textColour}">
${groups.join('\n')}
</g>
</svg>
`
}
