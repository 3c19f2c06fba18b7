/**
 * SQL for the time of everything that changes in a transaction: when the transaction took the contact lock, so that the
 * order of changes is that of their commits (B6). In a subquery, so that it is evaluated once per statement.
 */
export const changeTime = '(SELECT change_time())'
