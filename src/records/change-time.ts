/**
 * SQL of the time that everything changed in a transaction carries: when it took the contact lock, so that the order of
 * changes is that of their commits (B6). In a subquery, so that it is worked out once per statement.
 */
export const changeTime = '(SELECT change_time())'
