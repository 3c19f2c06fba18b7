/** Keys are part of stored contacts and of the API, so they stay short enough to read. */
const maxLength = 64

/**
 * The key of a custom field, derived from its name: "Job title (EN)" → `job_title_en`. Letters of any script are kept.
 * Empty if the name contains no letter and no digit.
 */
export function customFieldKey(name: string): string {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '')
  return [...words.join('_')].slice(0, maxLength).join('').replace(/_$/, '')
}
