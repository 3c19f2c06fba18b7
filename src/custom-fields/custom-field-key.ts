/** Keys are part of stored contacts and of the API, so they stay short enough to read. */
const maxLength = 64

/**
 * The key that a custom field gets by its name: "Job title (EN)" → `job_title_en`. Letters of any script stay.
 * Empty where the name holds no letter and no digit.
 */
export function customFieldKey(name: string): string {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '')
  return [...words.join('_')].slice(0, maxLength).join('').replace(/_$/, '')
}
