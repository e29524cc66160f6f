// usage: node start.js PORT, or PORT=… node start.js
//
// Runs the output of `next build` and the service behind its rewrite in one process.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import next from 'next'
import { configuration } from './cors.js'
import { service } from './service.js'

const [, , port = process.env.PORT] = process.argv
const dir = dirname(fileURLToPath(import.meta.url))
process.chdir(dir)
process.env.NEXT_TELEMETRY_DISABLED = '1'
try {
  if (!/^\d+$/.test(port)) throw new Error('usage: start.js PORT, or PORT=…')
  const cors = configuration(process.env.CORS)
  let answer
  const ready = new Promise((resolve) => (answer = resolve))
  const front = createServer(async (request, response) => (await ready)(request, response))
  const back = service(cors.service)
  await listen(front, Number(port)) // first, because the port can be in use
  await listen(back, 0)
  process.env.DIST = buildFor(`http://127.0.0.1:${back.address().port}`)

  const app = next({ dir, dev: false, hostname: '127.0.0.1', port: Number(port), httpServer: front })
  await app.prepare()
  answer(app.getRequestHandler())
  console.log(`next: listening on ${port}, CORS=${process.env.CORS ?? 'production'}`)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

async function listen(server, port) {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening') // or throws its error
}

// A copy of the build whose rewrite has the service's address: a folder of links, and a new manifest.
function buildFor(service) {
  const built = mkdtempSync('.next/at-')
  process.on('exit', () => rmSync(built, { recursive: true }))
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
  const manifest = 'routes-manifest.json'
  for (const name of readdirSync('.next')) {
    if (name !== manifest && !name.startsWith('at-')) symlinkSync(join(dir, '.next', name), join(built, name))
  }
  const routes = readFileSync(join('.next', manifest), 'utf8')
  writeFileSync(join(built, manifest), routes.replaceAll('http://service.invalid', service))
  return built
}
