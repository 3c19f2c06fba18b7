import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { SimulatedPortal } from '../portal/portal.ts'
import type { SimulatorContext } from './context.ts'
import { CONTROL_ACTIONS } from './control-actions.ts'
import { eventControls } from './event-control.ts'
import { FAULT_KINDS } from './fault-control.ts'

const faultRule = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  count: z.number().int().positive().optional(),
  rate: z.number().min(0).max(1).optional(),
  path: z.string().optional(),
  method: z.string().optional(),
  hubId: z.number().int().optional(),
  delayMs: z.number().nonnegative().optional(),
  retryAfterSeconds: z.number().int().nonnegative().optional(),
})

const ofHub = z.object({ hubId: z.number().int().optional() })

/** Reports a mistake of the caller, as opposed to one of the simulator. */
class ControlProblem extends Error {}

const described = (error: unknown): string => (error instanceof z.ZodError ? z.prettifyError(error) : String(error))

/**
 * Everything that can be done to a simulator from outside its process. Faults, limits, and tokens do not apply here.
 */
export const mountControl = (
  app: FastifyInstance,
  context: SimulatorContext,
  issueAccessToken: (hubId?: number) => unknown,
): void => {
  const portalFor = (hubId: number | undefined): SimulatedPortal => {
    const portal = hubId === undefined ? context.portals()[0] : context.portalOf(hubId)
    if (!portal) throw new ControlProblem(`No portal ${hubId}`)
    return portal
  }
  const post = (path: string, run: (body: unknown, params: Readonly<Record<string, string>>) => unknown) =>
    app.post(path, async (request, reply) => {
      try {
        return reply.send((await run(request.body ?? {}, request.params as Record<string, string>)) ?? {})
      } catch (error) {
        return reply.code(400).send({ error: described(error) })
      }
    })

  post('/control/portals', () =>
    context.portals().map(({ hubId, settings, world }) => ({
      hubId,
      settings,
      contacts: world.records.contacts.liveCount,
      companies: world.records.companies.liveCount,
      lists: [...world.lists.values()].map(({ listId, name }) => ({ listId, name })),
    })),
  )
  post('/control/portals/:hubId/:action', (body, { hubId, action = '' }) => {
    const run = CONTROL_ACTIONS[action]
    if (!run) throw new ControlProblem(`No action ${action}: there are ${Object.keys(CONTROL_ACTIONS).join(', ')}`)
    return run(portalFor(Number(hubId)), body)
  })
  for (const [path, run] of Object.entries(eventControls(context))) post(path, run)
  post('/control/faults', () => context.faults.list())
  post('/control/faults/add', (body) => ({ id: context.faults.add(faultRule.parse(body)) }))
  post('/control/faults/remove', (body) => context.faults.remove(z.object({ id: z.number() }).parse(body).id))
  post('/control/faults/clear', () => context.faults.clear())
  post('/control/requests', () => {
    const { counts, statuses, nonReads, total } = context.requests
    return { total, counts, statuses, nonReads }
  })
  post('/control/requests/reset', () => context.requests.reset())
  post('/control/tokens/issue', (body) => issueAccessToken(ofHub.parse(body).hubId))
  post('/control/tokens/expire', (body) => context.tokens.expireAccessTokens(portalFor(ofHub.parse(body).hubId).hubId))
  post('/control/tokens/revoke', (body) => context.tokens.revokePortal(portalFor(ofHub.parse(body).hubId).hubId))
  post('/control/tokens/configure', (body) => {
    const schema = z.strictObject({
      accessTokenTtlSeconds: z.number().positive().optional(),
      rotateRefreshTokens: z.boolean().optional(),
      refusals: z.enum(['documented', 'short', 'web-page']).optional(),
    })
    Object.assign(context.tokens.options, schema.parse(body))
  })
}
