// The service in Express, with the `cors` package in the configuration that `CORS` names.
import cookies from 'cookie-parser'
import cors from 'cors'
import express from 'express'

const production = {
  origin: ['https://app.my-company.com', 'https://admin.my-company.com'],
  credentials: true,
  methods: ['GET', 'PUT', 'DELETE'],
  allowedHeaders: ['Content-Type', 'X-Request-Id'],
  exposedHeaders: ['ETag'],
  maxAge: 600,
}

const configurations = {
  production,
  development: { origin: 'http://localhost:5173', credentials: true },
  // `true` reflects the request's origin: the usual answer to "the wildcard does not work with cookies".
  'reflects-any-origin': { ...production, origin: true },
  'regex-without-end': { ...production, origin: /^https:\/\/(app|admin)\.my-company\.com/ },
  // For a mobile app, whose pages have a file: URL. The origin of every sandboxed frame is `null` too.
  'null-allowed': { ...production, origin: [...production.origin, 'null'] },
  // The effect of `credentials: true` alone: the package sends `*` if `origin` is not set.
  'wildcard-and-credentials': { ...production, origin: '*' },
  'method-missing': { ...production, methods: ['GET', 'POST', 'DELETE'] },
  // As in the package's README: an unlisted origin is an error, which Express answers with 500.
  'throws-for-unlisted-origins': {
    ...production,
    origin: (origin, answer) =>
      !origin || production.origin.includes(origin) ? answer(null, true) : answer(new Error('Not allowed by CORS')),
  },
  // For a reverse proxy that adds the CORS headers.
  none: null,
}

const [, , port = process.env.PORT] = process.argv
const name = process.env.CORS ?? 'production'
if (!port) fail('usage: server.js PORT, or PORT=…; a number, or the path of a Unix socket')
if (!(name in configurations)) {
  fail(`CORS=${name} is unknown; use one of: ${Object.keys(configurations).join(', ')}`)
}

const app = express()
if (configurations[name]) app.use(cors(configurations[name]))
app.use(cookies(), express.json())

function login(request, response, next) {
  if (request.cookies.session === 'alice') next()
  else response.status(401).json({ detail: 'log in first' })
}

app.get('/health', (_, response) => response.json({ ready: true }))
app.get('/public', (_, response) => response.json({ chair: 40 }))
app.get('/me', login, (_, response) => response.json({ user: 'alice' }))
app.put('/things', login, (request, response) => response.json({ kept: request.body, by: 'alice' }))
app.delete('/things', login, (_, response) => response.status(204).end())
// Express compares the ETag with If-None-Match and answers 304.
app.get('/cached', (_, response) => response.set('ETag', '"v1"').json({ version: 1 }))
app.get('/broken', () => {
  throw new Error('an error that no handler catches')
})

const socket = /^\d+$/.test(port) ? { port: Number(port), host: '127.0.0.1' } : { path: port }
app.listen(socket, (error) => {
  if (error) fail(`cannot listen on ${port}: ${error.message}`)
  console.log(`express: listening on ${port}, CORS=${name}`)
})

function fail(message) {
  console.error(message)
  process.exit(1)
}
