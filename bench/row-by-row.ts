import type { Database } from '../src/database/database.ts'
import { newId } from '../src/database/new-id.ts'

const contacts = 2_000

/** Contacts per second without sets: looks up each contact by id, then by its handles, and then creates it. */
export async function measureRowByRow({ prisma }: Database): Promise<number> {
  const workspaceId = newId()
  const started = performance.now()
  for (let number = 1; number <= contacts; number++) {
    const externalId = String(number)
    const handles = [
      { source: 'EMAIL' as const, value: `person${number}@example.test` },
      { source: 'PHONE' as const, value: `+1415${String(number).padStart(7, '0')}` },
    ]
    if ((await prisma.contact.findFirst({ where: { workspaceId, externalId } })) !== null) continue
    if ((await prisma.contactHandle.findFirst({ where: { workspaceId, isPrivate: false, OR: handles } })) !== null)
      continue
    await prisma.contact.create({
      data: {
        id: newId(),
        workspaceId,
        externalId,
        name: `Person ${number}`,
        handles: { create: handles.map((handle) => ({ ...handle, workspaceId, fromHubspot: true })) },
        link: { create: { workspaceId, hubspotId: number, syncedAt: new Date() } },
      },
    })
  }
  return contacts / ((performance.now() - started) / 1_000)
}
