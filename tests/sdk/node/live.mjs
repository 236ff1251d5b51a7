// The official JavaScript SDK with a live session: node live.mjs MODULES URL KEY FILE
// Sends raw audio in pieces of a tenth of a second; prints what came, as one JSON object.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const [modules, apiUrl, apiKey, path] = process.argv.slice(2)
const { GladiaClient } = createRequire(`${modules}/`)('@gladiaio/sdk')
const live = new GladiaClient({ apiUrl, apiKey }).liveV2()
const audio = readFileSync(path)
const session = live.startSession({
  encoding: 'wav/pcm',
  sample_rate: 16000,
  bit_depth: 16,
  channels: 1,
  post_processing: { summarization: true },
  messages_config: { receive_partial_transcripts: true, receive_lifecycle_events: true },
})
const messages = []
const states = []
for (const name of ['started', 'connecting', 'connected', 'ending', 'error']) {
  session.on(name, () => states.push(name))
}
session.on('message', (message) => messages.push(message))
const ended = new Promise((resolve) => session.once('ended', resolve))
await new Promise((resolve) => session.once('connected', resolve))
for (let at = 0; at < audio.length; at += 3200) session.sendAudio(audio.subarray(at, at + 3200))
session.stopRecording()
const { code } = await ended
const id = session.sessionId
const job = await live.get(id)
const listed = await live.list({ limit: 1 })
const recording = Buffer.from(await live.getFile(id))

console.log(
  JSON.stringify({
    code,
    states,
    types: messages.map((one) => one.type),
    finals: messages.filter((one) => one.type === 'transcript' && one.data.is_final).map((one) => one.data.utterance.text),
    status: job.status,
    transcript: job.result.transcription.full_transcript,
    listed: listed.items.map((one) => one.id === id),
    riff: recording.subarray(0, 4).toString(),
    samples: recording.subarray(-audio.length).equals(audio),
    deleted: await live.delete(id),
  }),
)
