import type { GraphiQLOptions } from 'graphql-yoga'
import { examples } from './graphiql-examples.ts'

/** GraphiQL with an example in each tab. What it is given stands in the page, so there are no secrets here. */
export const graphiqlOptions: GraphiQLOptions = {
  title: 'HubSpot contact sync',
  headers: '{ "authorization": "Bearer hcs_YOUR_TOKEN" }',
  defaultTabs: examples.map(({ query, variables = {} }) => ({
    query,
    variables: JSON.stringify(variables, null, 2),
    headers: '{ "authorization": "Bearer hcs_YOUR_TOKEN" }',
  })),
}

let page: Promise<string> | undefined

/** The page comes from the package, with all its scripts, so that it works where the internet does not. */
export async function renderGraphiQL(options: GraphiQLOptions): Promise<string> {
  // Nine megabytes that most processes never need.
  page ??= import('@graphql-yoga/render-graphiql').then(({ renderGraphiQL: render }) => render(options))
  return page
}
