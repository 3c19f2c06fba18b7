// Loaded into a process before everything else: its clock is ahead by SHIFT_CLOCK_MS milliseconds, or behind.
const shift = Number(process.env.SHIFT_CLOCK_MS ?? 0)
const RealDate = Date

class ShiftedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shift)
    else super(...given)
  }

  static now() {
    return RealDate.now() + shift
  }

  static [Symbol.hasInstance](value) {
    return value instanceof RealDate
  }
}

globalThis.Date = ShiftedDate
