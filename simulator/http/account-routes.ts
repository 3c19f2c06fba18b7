import type { Owner } from '../seed/owners.ts'
import { type Answer, json } from './answer.ts'
import { type ApiCall, type ApiRoute, DATED_VERSIONS } from './api-route.ts'
import { flagIn, limitOf, textIn } from './call-input.ts'
import { notFound } from './hubspot-problem.ts'
import { withParameter } from './with-parameter.ts'

const OWNED_SINCE = '2020-06-01T00:00:00.000Z'

const ownerJson = (owner: Owner) => ({
  ...owner,
  type: 'PERSON',
  createdAt: OWNED_SINCE,
  updatedAt: OWNED_SINCE,
  teams: [],
})

const getOwners = ({ portal, query, selfUrl }: ApiCall): Answer => {
  const limit = limitOf(textIn(query, 'limit'), 100, 500)
  const after = Number(textIn(query, 'after') ?? 0)
  const [archived, email] = [flagIn(query, 'archived'), textIn(query, 'email')]
  const owners = [...portal.world.owners.values()]
    .filter((owner) => owner.archived === archived && Number(owner.id) > after && (!email || owner.email === email))
    .sort((a, b) => Number(a.id) - Number(b.id))
  const page = owners.slice(0, limit)
  const last = page.at(-1)
  const next = last && owners.length > limit && { after: last.id, link: withParameter(selfUrl, 'after', last.id) }
  return json({ results: page.map(ownerJson), ...(next && { paging: { next } }) })
}

const getOwner = ({ portal, params }: ApiCall): Answer => {
  const owner = portal.world.owners.get(params.ownerId ?? '')
  if (!owner) throw notFound()
  return json(ownerJson(owner))
}

/** The zone's offset from UTC at this time, in whole minutes. */
const offsetMinutes = (timeZone: string, now: number): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now)
  const [, sign, hours, minutes] =
    /GMT([+-])(\d+):(\d+)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
}

const getDetails = ({ portal, now }: ApiCall): Answer => {
  const { timeZone, uiDomain } = portal.settings
  const minutes = offsetMinutes(timeZone, now)
  const clock = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    String(part).padStart(2, '0'),
  )
  return json({
    portalId: portal.hubId,
    accountType: 'STANDARD',
    timeZone,
    companyCurrency: 'USD',
    additionalCurrencies: ['EUR'],
    utcOffset: `${minutes < 0 ? '-' : '+'}${clock.join(':')}`,
    utcOffsetMilliseconds: minutes * 60_000,
    uiDomain,
    dataHostingLocation: /-eu1\./.test(uiDomain) ? 'eu1' : 'na1',
  })
}

const ownerBases = ['/crm/v3/owners', ...DATED_VERSIONS.map((version) => `/crm/owners/${version}`)]
const ownerScopes = () => ['crm.objects.owners.read']

export const accountRoutes: readonly ApiRoute[] = [
  { method: 'GET', paths: ownerBases, scopes: ownerScopes, handle: getOwners },
  { method: 'GET', paths: ownerBases.map((base) => `${base}/:ownerId`), scopes: ownerScopes, handle: getOwner },
  {
    method: 'GET',
    paths: ['v3', ...DATED_VERSIONS].map((version) => `/account-info/${version}/details`),
    scopes: () => ['oauth'],
    handle: getDetails,
  },
]
