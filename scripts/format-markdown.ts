import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'

/** The text of a generated Markdown file as `npm run format:docs` would leave it. */
export async function formatMarkdown(text: string, file: URL): Promise<string> {
  const filepath = fileURLToPath(file)
  return format(text, { ...(await resolveConfig(filepath)), filepath })
}
