/**
 * The value that an object with outside keys has under this key; undefined if it has none. `object[key]` would find a
 * key such as `constructor` or `__proto__` on `Object.prototype`, so keys from people or HubSpot are looked up here.
 */
export function ownValue<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
