import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { AuditAction } from '../audit/audit-actions.ts'
import type { Subject } from '../audit/label-of.ts'
import { type Details, noteAct } from '../audit/record-act.ts'
import {
  ConfigurationError,
  type DatabaseUrls,
  loadDatabaseUrls,
  loadHubSpotApp,
  loadStoredSecretsAccess,
} from '../config/environment.ts'
import { UnusableServiceError } from '../config/unusable-service-error.ts'
import { revokeLogin } from '../connection/revoke-login.ts'
import { type KeyRotation, rotateKeys } from '../connection/rotate-keys.ts'
import { checkSchema } from '../database/check-schema.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { openEncryption } from '../encryption/encryption.ts'
import { Plan, TokenScope } from '../generated/prisma/enums.ts'
import { openHubSpotOAuth } from '../hubspot/gateway.ts'
import { deleteWorkspace } from '../lifecycle/delete-workspace.ts'
import { type ExportPosition, positionOf } from '../lifecycle/export-workspace.ts'
import { InvalidInputError, UserError } from '../user-errors.ts'
import { listMembers, listTokens, listWorkspaces, revokeToken } from '../workspaces/list-people.ts'
import { createMachineUser, removeMember, setMemberRole } from '../workspaces/manage-members.ts'
import { createToken, createUser, setSubject } from '../workspaces/manage-users.ts'
import { createWorkspace, setPlan } from '../workspaces/manage-workspaces.ts'
import { showStatus, showWorkspaceStatus } from './show-status.ts'
import { exportTo, exportToFile } from './write-export.ts'

const plans = Object.values(Plan)
const scopes = Object.values(TokenScope)
const roles = ['MEMBER', 'WORKSPACE_ADMIN', 'COMPANY_ADMIN'] as const

const json = new Option('--json', 'print the result as one JSON object')

/** The output of a command and its environment, which defaults to that of the process. */
export interface Terminal {
  readonly environment?: Readonly<Record<string, string | undefined>>
  write(text: string): void
  writeError(text: string): void
  /** The stream behind `write`, for output that must not be faster than its reader. */
  readonly output?: Writable
}

/** Runs one of the operator's commands and returns the exit code of its process. `args` are those of the command line. */
export async function runAdmin(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0
  const fail = (message: string) => {
    exitCode = 1
    terminal.writeError(`${message}\n`)
  }
  try {
    await commandsOf(terminal, fail).parseAsync(args, { from: 'user' })
  } catch (error) {
    // Commander has already printed what is wrong, or was only asked for help.
    if (error instanceof CommanderError) return error.exitCode
    const kinds = [UserError, ConfigurationError, UnusableServiceError]
    if (error instanceof Error && kinds.some((kind) => error instanceof kind)) fail(error.message)
    else fail(inspect(error))
  }
  return exitCode
}

function commandsOf({ environment, write, writeError, output }: Terminal, fail: (message: string) => void): Command {
  const program = new Command('admin')
    .description("The operator's commands. They work on DATABASE_URL.")
    .addOption(json)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: writeError })

  command('create-workspace', 'create a workspace with its first admin, and print a token for that admin')
    .requiredOption('--name <name>', 'name of the workspace')
    .addOption(new Option('--plan <plan>', 'plan of the workspace').choices(plans).default('GROWTH'))
    .requiredOption('--admin-email <email>', 'email address of its workspace admin')
    .option('--organization <id>', 'add it to this organization instead of a new one', uuid)
    .action((options, self) =>
      print(self, async (database) => {
        const created = await createWorkspace(database, { ...options, organizationId: options.organization })
        await note(database, created.workspaceId, 'WORKSPACE_CREATED')
        return created
      }),
    )

  command('create-user', 'give a user a role in a workspace, and print a token for that user')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .requiredOption('--email <email>', 'email address of the user')
    .addOption(new Option('--role <role>', 'role of the user').choices(roles).makeOptionMandatory())
    .action((options, self) =>
      print(self, async (database) => {
        const { workspace: workspaceId, role } = options
        const created = await createUser(database, { ...options, workspaceId })
        await note(database, workspaceId, 'MEMBER_INVITED', member(created.userId), { role })
        return created
      }),
    )

  command('set-plan', 'move a workspace to another plan')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .addOption(new Option('--plan <plan>', 'the new plan').choices(plans).makeOptionMandatory())
    .action(({ workspace, plan }, self) =>
      print(self, async (database) => {
        await setPlan(database, workspace, plan)
        await note(database, workspace, 'PLAN_CHANGED', { type: 'Workspace', id: workspace }, { plan })
        return { workspaceId: workspace, plan }
      }),
    )

  command('delete-workspace', 'delete a workspace with everything in it; run it again if it was interrupted')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .requiredOption('--confirm <name>', 'name of the workspace, to confirm that it is the right one')
    .action(({ workspace, confirm }, self) =>
      print(self, async (database) => {
        const app = loadHubSpotApp(environment)
        const revoker =
          app === null
            ? { why: 'HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET, and ENCRYPTION_KEYS are not all set.' }
            : {
                encryption: openEncryption(app.encryptionKeys),
                hubspot: { oauth: openHubSpotOAuth({ environment: app.hubspot, publicUrl: app.publicUrl }) },
              }
        const context = {
          database,
          now: () => new Date(),
          revokeLogin: (id: string) => revokeLogin({ database }, revoker, id),
          report: (progress: string) => writeError(`${progress}\n`),
        }
        const { login, ...deleted } = await deleteWorkspace(context, workspace, confirm)
        if (login.outcome === 'FAILED') {
          const advice = "Remove the app in the portal's settings under Connected Apps."
          writeError(`HubSpot's token was not revoked: ${login.reason} ${advice}\n`)
        }
        return { ...deleted, hubspotToken: login.outcome }
      }),
    )

  command('export-workspace', 'write everything that is stored about a workspace, except secrets, as lines of JSON')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .requiredOption('--out <file>', 'file, which is continued if it has the beginning of an export; - for the output')
    .option('--after <position>', 'with --out -: "table" and "key" of the last whole line, as JSON', exportPosition)
    .action(async ({ workspace, out, after }, self) => {
      if (out === '-') return printExport(workspace, after ?? null)
      await print(self, async (database) => {
        const lines = await exportToFile(database.pool, workspace, out)
        await note(database, workspace, 'WORKSPACE_EXPORTED')
        return { workspaceId: workspace, file: out, lines }
      })
    })

  command('set-subject', "store the identity provider's id of a user, for AUTH_USER_CLAIM=sub")
    .requiredOption('--user <id>', 'user', uuid)
    .addOption(new Option('--subject <subject>', 'the claim "sub" of the person\'s tokens').conflicts('clear'))
    .option('--clear', 'forget the stored id, so that the next log-in with the verified address stores a new one')
    .action(({ user, subject, clear }, self) =>
      print(self, async (database) => {
        if (subject === undefined && clear !== true) {
          throw new InvalidInputError([{ path: ['subject'], message: 'Give --subject or --clear.' }])
        }
        await setSubject(database, { userId: user, subject: subject ?? null })
        return { userId: user, subject: subject ?? null }
      }),
    )

  command('list-workspaces', 'list all workspaces').action((_options, self) =>
    print(self, async (database) => ({ workspaces: await listWorkspaces(database) })),
  )

  command('status', 'show what is going on in all workspaces together, or in one')
    .option('--workspace <id>', 'workspace', uuid)
    .action(({ workspace }, self) =>
      print(self, (database) =>
        workspace === undefined ? showStatus(database) : showWorkspaceStatus(database, workspace),
      ),
    )

  command('list-members', 'list everybody who has access to a workspace')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .action(({ workspace }, self) =>
      print(self, async (database) => ({ members: await listMembers(database, workspace) })),
    )

  command('set-role', 'change the role of a member')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .requiredOption('--user <id>', 'user', uuid)
    .addOption(new Option('--role <role>', 'the new role').choices(roles).makeOptionMandatory())
    .action(({ workspace, user, role }, self) =>
      print(self, async (database) => {
        const isChanged = await setMemberRole(database, null, workspace, { userId: user, role })
        if (isChanged) await note(database, workspace, 'MEMBER_ROLE_CHANGED', member(user), { role })
        return { workspaceId: workspace, userId: user, role }
      }),
    )

  command('remove-user', "end a user's access to a workspace, and revoke their tokens there")
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .requiredOption('--user <id>', 'user', uuid)
    .action(({ workspace, user }, self) =>
      print(self, async (database) => {
        await removeMember(database, null, workspace, user)
        await note(database, workspace, 'MEMBER_REMOVED', member(user))
        return { workspaceId: workspace, userId: user }
      }),
    )

  command('create-machine-user', 'create a user for a program, and print a token for it')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .requiredOption('--name <name>', 'name of the program')
    .addOption(new Option('--role <role>', 'role of the program').choices(roles.slice(0, 2)).default('MEMBER'))
    .addOption(scopesOption())
    .option('--expires-at <time>', 'time from which the token is rejected, such as 2027-01-31T00:00:00Z', time)
    .action(({ workspace, ...options }, self) =>
      print(self, async (database) => {
        const { userId, token, apiToken } = await createMachineUser(database, null, workspace, options)
        const details = { role: options.role, scopes: apiToken.scopes.join(', ') }
        await note(database, workspace, 'MACHINE_USER_CREATED', member(userId), details)
        return { userId, token }
      }),
    )

  command('create-token', 'create an API token for a user')
    .requiredOption('--user <id>', 'user', uuid)
    .option('--workspace <id>', 'workspace that the token acts in; required if the user has several', uuid)
    .option('--name <name>', 'name that tells what the token is used for', 'operator')
    .addOption(scopesOption())
    .option('--expires-at <time>', 'time from which the token is rejected, such as 2027-01-31T00:00:00Z', time)
    .action(({ user, workspace, ...options }, self) =>
      print(self, async (database) => {
        const created = await createToken(database, { ...options, userId: user, workspaceId: workspace })
        await note(database, created.workspaceId, 'TOKEN_CREATED', { type: 'ApiToken', id: created.tokenId })
        return created
      }),
    )

  command('list-tokens', 'list the API tokens of a workspace')
    .requiredOption('--workspace <id>', 'workspace', uuid)
    .option('--user <id>', 'only those of this user', uuid)
    .action(({ workspace, user }, self) =>
      print(self, async (database) => ({
        tokens: await listTokens(database, { workspaceId: workspace, userId: user }),
      })),
    )

  command('revoke-token', 'revoke an API token')
    .requiredOption('--token <id>', 'id of the token, from list-tokens', uuid)
    .action(({ token }, self) =>
      print(self, async (database) => {
        const revoked = await revokeToken(database, token)
        await note(database, revoked.workspaceId, 'TOKEN_REVOKED', { type: 'ApiToken', id: token })
        return revoked
      }),
    )

  command(
    'rotate-keys',
    'encrypt all stored secrets with the first key of ENCRYPTION_KEYS, so that older keys can be removed',
  ).action((_options, self) => {
    const { encryptionKeys, ...urls } = loadStoredSecretsAccess(environment)
    const rotate = async (database: Database) => {
      const rotation = await rotateKeys(database, openEncryption(encryptionKeys))
      if (rotation.unreadable > 0) fail(adviceOn(rotation))
      return rotation
    }
    return print(self, rotate, urls)
  })

  return program

  function printExport(workspaceId: string, after: ExportPosition | null): Promise<void> {
    return onDatabase(loadDatabaseUrls(environment), async (database) => {
      const text = new Writable({ write: (chunk, _encoding, done) => done(void write(String(chunk))) })
      await exportTo(database.pool, workspaceId, after, output ?? text)
      await note(database, workspaceId, 'WORKSPACE_EXPORTED')
    })
  }

  /** Puts an act of the operator in the audit log of the workspace. */
  function note(
    database: Database,
    workspaceId: string,
    action: AuditAction,
    subject: Subject | null = null,
    details: Details = {},
  ): Promise<void> {
    return noteAct(database, { workspaceId, action, viewer: null, subject, details })
  }

  function member(id: string): Subject {
    return { type: 'Member', id }
  }

  /** `--json` is accepted before and after the command's name. */
  function command(name: string, description: string): Command {
    return program.command(name).description(description).addOption(json)
  }

  function print(
    self: Command,
    work: (database: Database) => Promise<object>,
    urls: DatabaseUrls = loadDatabaseUrls(environment),
  ): Promise<void> {
    return onDatabase(urls, async (database) => {
      const result = await work(database)
      write(`${self.optsWithGlobals().json === true ? JSON.stringify(result) : lines(result)}\n`)
    })
  }
}

/** Works on the database, if its schema is that of this version. */
async function onDatabase(
  { databaseUrl, directUrl }: DatabaseUrls,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const database = openDatabase(databaseUrl, { directUrl, connections: 1 })
  try {
    await checkSchema(database.pool)
    await work(database)
  } finally {
    await database.close()
  }
}

function adviceOn({ unreadable, missingKeys }: KeyRotation): string {
  const advice =
    missingKeys.length > 0
      ? `Add the missing keys to ENCRYPTION_KEYS, after the newest key (${missingKeys.join(', ')})`
      : 'Restore the previous keys'
  return `${unreadable} stored secrets could not be decrypted. ${advice}, or have the workspaces log in to HubSpot again.`
}

/** A value a line. The items of a list are separated by an empty line, and the values of an object are indented. */
function lines(result: object): string {
  return Object.entries(result)
    .map(([name, value]) => {
      if (Array.isArray(value) && value.every((item) => typeof item === 'object')) return value.map(lines).join('\n\n')
      if (value instanceof Date) return `${name}: ${value.toISOString()}`
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
        return `${name}:\n${lines(value).replaceAll(/^/gm, '  ')}`
      }
      return `${name}: ${value ?? ''}`
    })
    .join('\n')
}

function scopesOption(): Option {
  return new Option('--scopes <scopes...>', 'rights of the token; all of the user if omitted').choices(scopes)
}

function time(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('It is not a time such as 2027-01-31T00:00:00Z.')
  return at
}

function exportPosition(text: string): ExportPosition {
  const position = positionOf(text)
  if (position !== null && typeof position === 'object' && Array.isArray(position.key)) return position
  throw new InvalidArgumentError('It is not a position such as {"table":"contact","key":["…"]}.')
}

function uuid(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase()
  throw new InvalidArgumentError('It is not a UUID.')
}
