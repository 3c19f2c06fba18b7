/**
 * Time since the last sign of life of a run, in seconds. A run that waits is taken up with a sign of life, so this is
 * time that a worker spent on it. `at` is the parameter with the current time.
 */
export const worked = (at: string) => `greatest(extract(epoch FROM ${at} - heartbeat_at), 0)::float`

/** Adds the time since the last sign of life to the run's working time, and gives a sign of life. */
export const workUntil = (at: string) => `work_seconds = work_seconds + ${worked(at)}, heartbeat_at = ${at}`
