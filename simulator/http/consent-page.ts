import type { SimulatedPortal } from '../portal/portal.ts'

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const hidden = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('\n      ')

const page = (body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Connect an app · HubSpot simulator</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; background: #f5f8fa; color: #213343; display: grid; place-items: center; min-height: 100vh; margin: 0 }
      main { background: #fff; border: 1px solid #dfe3eb; border-radius: 8px; padding: 2rem; max-width: 26rem }
      button { font: inherit; padding: .5rem 1.25rem; border-radius: 4px; border: 1px solid #ff5c35; background: #fff; color: #ff5c35; cursor: pointer }
      button[value=approve] { background: #ff5c35; color: #fff }
      select { font: inherit; width: 100%; padding: .4rem; margin: .25rem 0 1rem }
    </style>
  </head>
  <body>
    <main>
${body}
    </main>
  </body>
</html>
`

/** Asks for a portal and for approval. Posts the fields of the request back with the decision. */
export const consentPage = (
  portals: readonly SimulatedPortal[],
  scopes: readonly string[],
  fields: Readonly<Record<string, string>>,
): string =>
  page(`      <h1>Connect this app?</h1>
      <p>Simulated HubSpot: nothing here is real. The app asks to read:</p>
      <ul>${scopes.map((scope) => `<li><code>${escaped(scope)}</code></li>`).join('')}</ul>
      <form method="post" action="/oauth/authorize/decision">
      ${hidden(fields)}
        <label>Account
          <select name="hub_id">${portals.map(({ hubId }) => `<option value="${hubId}">${hubId}</option>`).join('')}</select>
        </label>
        <button name="decision" value="approve">Approve</button>
        <button name="decision" value="deny">Deny</button>
      </form>`)

export const consentProblemPage = (message: string): string =>
  page(`      <h1>This app cannot be connected</h1>\n      <p>${escaped(message)}</p>`)
