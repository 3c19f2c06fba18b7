/** The position of the first id that is greater than this one. */
export const sortedIndexAfter = (ids: readonly number[], id: number): number => {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ids[middle] as number) > id) high = middle
    else low = middle + 1
  }
  return low
}

export const insertSorted = (ids: number[], id: number): void => {
  ids.splice(sortedIndexAfter(ids, id), 0, id)
}
