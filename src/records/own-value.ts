/**
 * The value that an object of outside keys holds under this key, and undefined where it holds none. A key such as
 * `constructor` or `__proto__` is found on `Object.prototype` by `object[key]`, so keys that people or HubSpot name are
 * looked up here.
 */
export function ownValue<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
