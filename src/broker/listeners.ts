import { type Topic, type Topics, topics } from './topics.ts'

/** Passes messages that reached this process to its listeners. How a message travels is up to each broker. */
export class Listeners {
  readonly #byChannel = new Map<string, Set<Inbox<unknown>>>()

  /** Registers a listener immediately. `onLast` runs when the channel's last listener has left. */
  listen<T extends Topic>(channel: string, signal: AbortSignal, onLast: () => void): AsyncIterable<Topics[T] | null> {
    const inbox = new Inbox<Topics[T]>()
    const inboxes = this.#byChannel.get(channel) ?? new Set()
    this.#byChannel.set(channel, inboxes.add(inbox as Inbox<unknown>))
    const leave = () => {
      signal.removeEventListener('abort', leave)
      inbox.close()
      if (!inboxes.delete(inbox as Inbox<unknown>) || inboxes.size > 0) return
      this.#byChannel.delete(channel)
      onLast()
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave)
    return inbox.read(leave)
  }

  get channels(): string[] {
    return [...this.#byChannel.keys()]
  }

  deliver(channel: string, message: unknown): void {
    for (const inbox of this.#byChannel.get(channel) ?? []) inbox.put(message)
  }

  /** Tells every listener that something may have been missed. */
  wakeAll(): void {
    for (const channel of this.channels) this.deliver(channel, null)
  }

  closeAll(): void {
    for (const inboxes of this.#byChannel.values()) for (const inbox of inboxes) inbox.close()
    this.#byChannel.clear()
  }
}

/** Parses a message. Null (check again) if another version of this program sent it and this one cannot read it. */
export function parseMessage<T extends Topic>(topic: T, text: string): Topics[T] | null {
  try {
    return topics[topic].parse(JSON.parse(text)) as Topics[T]
  } catch {
    return null
  }
}

class Inbox<T> {
  // Keyed by content, so that a slow listener keeps each thing to check only once.
  readonly #waiting = new Map<string, T | null>()
  #closed = false
  #wake = () => {}

  put(message: T | null): void {
    this.#waiting.set(JSON.stringify(message), message)
    this.#wake()
  }

  close(): void {
    this.#closed = true
    this.#wake()
  }

  async *read(leave: () => void): AsyncGenerator<T | null> {
    try {
      while (!this.#closed) {
        for (const [key, message] of this.#waiting) {
          this.#waiting.delete(key)
          yield message
          if (this.#closed) return
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve
          if (this.#closed || this.#waiting.size > 0) resolve()
        })
      }
    } finally {
      leave()
    }
  }
}
