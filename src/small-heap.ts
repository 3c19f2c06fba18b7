import { setFlagsFromString } from 'node:v8'

/**
 * To be imported before anything else. While modules are loaded, much is still in use at each collection of V8's young
 * generation, so V8 would double it up to 48 MB and never shrink it again. With the factor 1, it stays at its first size.
 */
setFlagsFromString('--semi-space-growth-factor=1')

/** Lets the young generation grow with the load, from V8's own factor on. To be called when everything is loaded. */
export function letHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2')
}
