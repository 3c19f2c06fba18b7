/** PostGraphile 5 asks for Node 22. This is all that Node 20 lacks of what it uses. */
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
