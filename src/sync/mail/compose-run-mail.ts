import type { ObjectType, RunMailKind, RunTrigger, SyncErrorType } from '../../generated/prisma/enums.ts'
import { syncErrorTypes } from '../errors/sync-error-types.ts'
import type { Digest } from './note-run-mail.ts'

export interface RunMailContent {
  readonly kind: RunMailKind
  readonly workspaceName: string
  readonly trigger: RunTrigger
  readonly startedAt: Date
  /** Number of records that the run processed. */
  readonly processed: number
  /** Why the run ended early; null if it went through all records. */
  readonly failureType: SyncErrorType | null
  readonly digest: Digest
  /** URL of the page with the errors and the settings. */
  readonly settingsUrl: string
  /** Returns the URL at which a person can fix the record; null if the problem is not about a single record. */
  recordUrl(objectType: ObjectType, hubspotId: bigint): string | null
}

interface Section {
  readonly heading: string
  readonly resolution: string
  readonly samples: readonly { readonly message: string; readonly url: string | null }[]
  readonly more: number
}

/** Composes the email for an admin about a run that found errors or waits for a decision (B55). */
export function composeRunMail(content: RunMailContent): { subject: string; text: string; html: string } {
  const parts = { opening: opening(content), sections: content.digest.map((part) => section(content, part)) }
  return { subject: subject(content), text: asText(content, parts), html: asHtml(content, parts) }
}

interface Parts {
  readonly opening: string
  readonly sections: readonly Section[]
}

function subject({ kind, workspaceName, failureType, digest }: RunMailContent): string {
  const of = `HubSpot sync of ${workspaceName.replaceAll(/\s+/g, ' ')}`
  if (kind === 'HELD') return `${of} needs your decision`
  if (failureType !== null) return `${of} stopped: ${syncErrorTypes[failureType].title}`
  return `${of}: ${errors(digest)}`
}

function opening({ kind, trigger, startedAt, processed, failureType, digest }: RunMailContent): string {
  const at = `${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const run = trigger === 'MANUAL' ? `The HubSpot sync that you started at ${at}` : `The HubSpot sync of ${at}`
  const worked = `${number(processed)} ${processed === 1 ? 'record was' : 'records were'} processed`
  if (kind === 'HELD') return `${run} waits for your decision. Nothing changes until then.`
  if (failureType !== null) return `${run} stopped early. Records that were already synced stay. ${worked}.`
  return `${run} has ended with ${errors(digest)}. ${worked}. All records that are not listed here are up to date.`
}

function section(content: RunMailContent, { type, objectType, count, samples }: Digest[number]): Section {
  const { title, resolution } = syncErrorTypes[type]
  const isOfAccounts = objectType === 'ACCOUNT' && samples.some(({ hubspotId }) => hubspotId !== '0')
  return {
    heading: `${number(count)} × ${title}${isOfAccounts ? ' (accounts)' : ''}`,
    resolution,
    samples: samples.map(({ hubspotId, message }) => ({
      message,
      url: hubspotId === '0' ? null : content.recordUrl(objectType, BigInt(hubspotId)),
    })),
    more: count - samples.length,
  }
}

function asText({ settingsUrl }: RunMailContent, { opening, sections }: Parts): string {
  const blocks = sections.map(({ heading, resolution, samples, more }) => {
    const lines = samples.map(({ message, url }) => `  - ${message}${url === null ? '' : `\n    ${url}`}`)
    const rest = more > 0 ? [`  - and ${number(more)} more`] : []
    return [heading, `  How to resolve it: ${resolution}`, ...lines, ...rest].join('\n')
  })
  return [opening, ...blocks, `All errors and the sync settings: ${settingsUrl}`].join('\n\n').concat('\n')
}

function asHtml({ settingsUrl }: RunMailContent, { opening, sections }: Parts): string {
  const blocks = sections.map(({ heading, resolution, samples, more }) => {
    const items = samples.map(
      ({ message, url }) => `<li>${escaped(message)}${url === null ? '' : ` ${link(url, 'Open in HubSpot')}`}</li>`,
    )
    const rest = more > 0 ? [`<li>and ${number(more)} more</li>`] : []
    return `<h2 style="font-size:16px;margin:24px 0 4px">${escaped(heading)}</h2>
<p style="margin:0 0 4px"><b>How to resolve it:</b> ${escaped(resolution)}</p>
<ul style="margin:0">${[...items, ...rest].join('')}</ul>`
  })
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><body style="font:15px/1.5 sans-serif;max-width:640px">
<p>${escaped(opening)}</p>
${blocks.join('\n')}
<p style="margin-top:24px">${link(settingsUrl, 'All errors and the sync settings')}</p>
</body></html>
`
}

const errors = (digest: Digest) => {
  const count = digest.reduce((sum, part) => sum + part.count, 0)
  return `${number(count)} ${count === 1 ? 'error' : 'errors'}`
}

const number = (count: number) => count.toLocaleString('en-US')

const link = (url: string, text: string) => `<a href="${escaped(url)}">${escaped(text)}</a>`

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
