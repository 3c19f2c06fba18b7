import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { migratedUntil } from '../support/migrated-until.ts'

test('B20: the migration gives each token a workspace of its user, and deletes tokens of users without one', async () => {
  const { client, apply } = await migratedUntil('20261127110000_tokens_of_workspaces')
  const organization = uuidv7()
  await client.query("INSERT INTO organization (id, name) VALUES ($1, 'Org')", [organization])
  const [first, second, third] = [uuidv7(), uuidv7(), uuidv7()]
  for (const id of [third, second, first]) {
    await client.query("INSERT INTO workspace (id, organization_id, name, plan) VALUES ($1, $2, 'W', 'GROWTH')", [
      id,
      organization,
    ])
  }
  const userWithToken = async (name: string, workspaces: string[], isCompanyAdmin = false) => {
    const id = uuidv7()
    await client.query('INSERT INTO app_user (id, organization_id, email, is_company_admin) VALUES ($1, $2, $3, $4)', [
      id,
      organization,
      name,
      isCompanyAdmin,
    ])
    for (const workspace of workspaces) {
      await client.query("INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'MEMBER')", [
        workspace,
        id,
      ])
    }
    await client.query('INSERT INTO api_token (id, user_id, name, token_hash) VALUES ($1, $2, $3, $4)', [
      uuidv7(),
      id,
      name,
      Buffer.from(name),
    ])
  }
  await userWithToken('one workspace', [second])
  await userWithToken('several', [third, second])
  await userWithToken('company admin', [], true)
  await userWithToken('company admin with a membership', [third], true)
  await userWithToken('nowhere', [])

  await apply()

  const { rows } = await client.query<{ name: string; workspace_id: string }>(
    'SELECT name, workspace_id FROM api_token',
  )
  expect(Object.fromEntries(rows.map(({ name, workspace_id }) => [name, workspace_id]))).toEqual({
    'one workspace': second,
    several: second,
    'company admin': first,
    'company admin with a membership': third,
  })
})
