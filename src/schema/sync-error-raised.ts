import { abortOnReturn } from '../followers/abort-on-return.ts'
import type { SyncError as SyncErrorRow } from '../generated/prisma/client.ts'
import { watchErrors } from '../sync/errors/watch-errors.ts'
import { builder } from './builder.ts'
import { rowId } from './support/global-ids.ts'
import { SyncError } from './sync-error.ts'

builder.subscriptionField('syncErrorRaised', (t) =>
  t.field({
    type: SyncError,
    description:
      'Errors as they occur. Never completes. A problem that comes back after it was resolved is a new error. For admins.',
    args: {
      after: t.arg.globalID({
        description:
          'Global id of the last error that was received. First sends every error since then. Errors of the two seconds before it may be sent again.',
      }),
    },
    subscribe: (_root, { after }, { sync, viewer: { workspaceId }, closing }) => {
      const last = after == null ? null : rowId(after, 'SyncError', ['after'])
      return abortOnReturn(closing, (signal) => watchErrors(sync, workspaceId, last, signal))
    },
    resolve: (error: SyncErrorRow) => error,
  }),
)
