import type { Caller, RateLimitName } from './rate-limiter.ts'

/** A limited number of places for things that stay open, such as sockets, for each token and for each workspace. */
export interface Places {
  take(caller: Caller): Place | NoPlace
}

export interface Place {
  /** Gives the place back. Further calls do nothing. */
  leave(): void
}

/** Returned if no place is free. */
export interface NoPlace {
  readonly full: RateLimitName
  readonly places: number
}

export function openPlaces({ perToken, perWorkspace }: { perToken: number; perWorkspace: number }): Places {
  const taken = new Map<string, number>()
  const change = (key: string, by: number) => {
    const count = (taken.get(key) ?? 0) + by
    if (count > 0) taken.set(key, count)
    else taken.delete(key)
  }
  return {
    take: ({ viewer: { workspaceId }, credentialId }) => {
      const token = `${workspaceId}:${credentialId}`
      if ((taken.get(token) ?? 0) >= perToken) return { full: 'token', places: perToken }
      if ((taken.get(workspaceId) ?? 0) >= perWorkspace) return { full: 'workspace', places: perWorkspace }
      change(token, 1)
      change(workspaceId, 1)
      let isLeft = false
      return {
        leave: () => {
          if (isLeft) return
          isLeft = true
          change(token, -1)
          change(workspaceId, -1)
        },
      }
    },
  }
}
