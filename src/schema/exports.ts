import type { ExportLink } from '../exports/export-links.ts'
import { selectContacts } from '../search/select-records.ts'
import { NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { ContactFilterInput } from './record-filters.ts'
import { filterContext } from './support/filter-context.ts'
import { errorFilter, SyncErrorFilter } from './sync-error.ts'

const ExportFormat = builder.enumType('ExportFormat', {
  description: 'Format of an export.',
  values: {
    JSONL: { description: 'One JSON object per line.' },
    CSV: {
      description:
        'Comma-separated values with a header line, in UTF-8. A text that a spreadsheet would run as a formula has an apostrophe in front.',
    },
  } as const,
})

const ExportContactsPayload = payload('ExportContactsPayload', 'A link that streams the contacts.')
const ExportSyncErrorsPayload = payload('ExportSyncErrorsPayload', 'A link that streams the errors.')

function payload(name: string, description: string) {
  return builder.objectRef<ExportLink>(name).implement({
    description,
    fields: (t) => ({
      url: t.exposeString('url', {
        description: 'URL to download with GET, without credentials. Whoever has it can download, so keep it secret.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'Time until which a download can begin: five minutes from now, or the expiry of the API token.',
      }),
    }),
  })
}

const formatArg = { type: ExportFormat, required: true, description: 'Format of the export.' } as const

// Mutations, because they hand out a credential and appear in the audit log, and because no client caches or repeats them.
builder.mutationFields((t) => ({
  exportContacts: t.field({
    type: ExportContactsPayload,
    nullable: true,
    description:
      'Returns a link that streams all matching contacts that the viewer can see, in order of creation. The download stops if the viewer loses access.',
    args: {
      filter: t.arg({ type: ContactFilterInput, description: 'Filters contacts, as in `contacts`.' }),
      format: t.arg(formatArg),
    },
    errors: { types: [NotFoundError] },
    resolve: async (_root, { filter, format }, context) => {
      const given = filter ?? {}
      // Reports mistakes in the filter now, and not in the download.
      selectContacts(context.viewer, given, await filterContext(context, filter))
      return context.exports.issue(context.viewer, { kind: 'contacts', filter: given, format })
    },
  }),
  exportSyncErrors: t.field({
    type: ExportSyncErrorsPayload,
    nullable: true,
    description:
      'Returns a link that streams all matching errors, oldest first. The download stops if the viewer loses access. For admins.',
    args: {
      filter: t.arg({
        type: SyncErrorFilter,
        description: 'Filters errors, as in `syncErrors`. By default, all open errors.',
      }),
      format: t.arg(formatArg),
    },
    errors: { types: [NotFoundError] },
    resolve: (_root, { filter, format }, { exports, viewer }) =>
      exports.issue(viewer, { kind: 'errors', filter: errorFilter(filter ?? { status: 'OPEN' }), format }),
  }),
}))
