/** PostGraphile 5 requires Node 22. This is the only feature it uses that Node 20 lacks. */
Object.assign(Promise, {
  withResolvers() {
    let resolve: unknown
    let reject: unknown
    const promise = new Promise((...settle) => {
      ;[resolve, reject] = settle
    })
    return { promise, resolve, reject }
  },
  ...('withResolvers' in Promise && { withResolvers: Promise.withResolvers }),
})
