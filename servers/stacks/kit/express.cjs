// The service of the kit with expressjs/cors.
const cors = require('cors')
const express = require('express')

const list = (name) => (process.env[name] ?? '').split(',').filter(Boolean)
const origins = list('ORIGINS')
const app = express()
app.use(
  cors({
    origin: origins[0] === '*' ? '*' : origins,
    methods: list('METHODS'),
    allowedHeaders: list('HEADERS'),
    exposedHeaders: list('EXPOSE'),
    credentials: process.env.CREDENTIALS === 'true',
    maxAge: process.env.MAX_AGE ? Number(process.env.MAX_AGE) : undefined,
  }),
)
app.get('/public', (_, response) => response.set('X-Total', '3').json({ open: true }))
app.get('/me', (request, response) =>
  request.headers.cookie === 'session=alice' ? response.json({ user: 'alice' }) : response.sendStatus(401),
)
app.put('/things', (_, response) => response.status(204).end())
app.get('/broken', () => {
  throw new Error('an error that no handler catches')
})
app.listen(process.argv[2], '127.0.0.1')
