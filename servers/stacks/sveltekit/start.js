// usage: node start.js PORT, or PORT=… node start.js
//
// CORS=development runs `vite dev`, any other value the output of `vite build`, both in this process.
import { once } from 'node:events'
import { configuration } from './src/cors.js'

const [, , port = process.env.PORT] = process.argv
const name = process.env.CORS ?? 'production'
try {
  if (!/^\d+$/.test(port)) throw new Error('usage: start.js PORT, or PORT=…')
  configuration(name)
  if (name === 'development') await develop()
  else await serve()
  console.log(`sveltekit: listening on ${port}, CORS=${name}`)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

async function develop() {
  const { createServer } = await import('vite')
  const server = await createServer({ server: { host: '127.0.0.1', port: Number(port), strictPort: true } })
  await server.listen()
}

async function serve() {
  // Without SHUTDOWN_TIMEOUT, an idle connection delays the exit by half a minute.
  Object.assign(process.env, { HOST: '127.0.0.1', PORT: port, SHUTDOWN_TIMEOUT: '1' })
  const { server } = await import('./build/index.js')
  await once(server.server, 'listening') // or throws its error
}
