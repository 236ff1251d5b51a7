// The official JavaScript SDK with a service in trouble: node trouble.mjs MODULES URL KEY
// The first call is answered badly once, the second twice; prints what the client made of it.
import { createRequire } from 'node:module'

const [modules, apiUrl, apiKey] = process.argv.slice(2)
const { GladiaClient } = createRequire(`${modules}/`)('@gladiaio/sdk')
const gladia = new GladiaClient({ apiUrl, apiKey, httpRetry: { delay: () => 0 } }).preRecorded()

const once = await gladia.list()
const twice = await gladia.list().catch((error) => error.cause.errors.map((one) => one.status))
console.log(JSON.stringify({ once: once.items, twice }))
