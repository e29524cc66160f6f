// The service in Express.
import express from 'express'

const app = express()
// CORS-LINES
const login = (request, response, next) =>
  request.headers.cookie === 'session=alice' ? next() : response.status(401).json({ detail: 'log in first' })
app.get('/me', login, (_, response) => response.set('ETag', '"v1"').json({ user: 'alice' }))
app.put('/things', login, (_, response) => response.status(204).end())
app.get('/broken', () => {
  throw new Error('an error that no handler catches')
})
app.listen(process.argv[2], '127.0.0.1')
