// The official JavaScript SDK with recordings: node recordings.mjs MODULES URL KEY FILE
// Prints what came of each step, as one JSON object.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const [modules, apiUrl, apiKey, path] = process.argv.slice(2)
const { GladiaClient } = createRequire(`${modules}/`)('@gladiaio/sdk')
const polling = { interval: 1, timeout: 20_000 }
const steps = {}

function client(options = {}) {
  const httpRetry = { delay: () => 0 }
  return new GladiaClient({ apiUrl, apiKey, httpRetry, ...options }).preRecorded()
}

async function refused(work) {
  try {
    return { came: await work }
  } catch (error) {
    const { name, status, requestId, message, responseBody: body } = error
    return { name, status, requestId, message, body }
  }
}

const gladia = client()
const uploaded = await gladia.uploadFile(path)
const created = await gladia.create({ audio_url: uploaded.audio_url, custom_metadata: { user: 'Ann' } })
steps.metadata = uploaded.audio_metadata
steps.created = created
steps.early = await refused(gladia.delete(created.id))
const job = await gladia.poll(created.id, polling)
steps.status = job.status
steps.file = job.file
steps.transcript = job.result.transcription.full_transcript
steps.again = await gladia.createUntyped({ audio_url: 'https://media.test/a.mp3' })
const first = await gladia.list({ limit: 1 })
const second = await gladia.list({ url: first.next })
steps.pages = [...first.items, ...second.items].map((one) => one.id)
steps.next = second.next
steps.filtered = (await gladia.list({ status: ['done'], custom_metadata: { user: 'Ann' } })).items.map((one) => one.id)
const content = Buffer.from(await gladia.getFile(created.id))
steps.same = content.equals(readFileSync(path))
steps.deleted = await gladia.delete(created.id)
steps.gone = await refused(gladia.get(created.id))
const whole = await gladia.transcribe(new Blob([readFileSync(path)]), { summarization: true }, polling)
steps.summary = whole.result.summarization.success
const direct = await gladia.createAndPoll({ audio_url: 'https://media.test/a.mp3', diarization: true }, polling)
steps.speakers = direct.result.transcription.utterances.every((one) => one.speaker >= 0)
steps.invalid = await refused(gladia.createUntyped({ audio_url: 'nowhere' }))
steps.stranger = await refused(client({ apiKey: 'nobody' }).list())

console.log(JSON.stringify(steps))
