// Seconds per cycle of the peer: restore a state as text, complete the review, save as text again.
// Usage: node cycle.mjs MODEL CYCLES; the variables come as JSON on standard input.
import { readFileSync } from 'node:fs'
import { EventEmitter } from 'node:events'
import { Engine } from 'bpmn-engine'

const [model, cycles] = process.argv.slice(2)
const variables = JSON.parse(readFileSync(0, 'utf8'))

function waitsFor(listener, id) {
  return new Promise((resolve) => {
    const look = (api) => {
      if (api.id === id) {
        listener.off('wait', look)
        resolve(api)
      }
    }
    listener.on('wait', look)
  })
}

async function atReview() {
  const engine = new Engine({ name: 'permit', source: readFileSync(model, 'utf8'), variables })
  const listener = new EventEmitter()
  const submit = waitsFor(listener, 'submit')
  const execution = await engine.execute({ listener })
  const review = waitsFor(listener, 'review')
  ;(await submit).signal()
  await review
  const saved = JSON.stringify(await engine.getState())
  await execution.stop()
  return saved
}

async function cycle(saved) {
  const engine = new Engine({ name: 'permit' })
  engine.recover(JSON.parse(saved))
  const listener = new EventEmitter()
  const review = waitsFor(listener, 'review')
  const execution = await engine.resume({ listener })
  const sign = waitsFor(listener, 'sign')
  ;(await review).signal()
  await sign
  const text = JSON.stringify(await engine.getState())
  await execution.stop()
  return text
}

const saved = await atReview()
await cycle(saved)
const began = process.hrtime.bigint()
for (let count = 0; count < Number(cycles); count++) await cycle(saved)
const seconds = Number(process.hrtime.bigint() - began) / 1e9
console.log(JSON.stringify({ seconds: seconds / Number(cycles), bytes: saved.length }))
