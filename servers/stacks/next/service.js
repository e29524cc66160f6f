// The service behind the rewrite: plain Node, which gets requests from Next.js only.
import { createServer } from 'node:http'
import { headersFor } from './cors.js'

const LOGIN = [401, { detail: 'log in first' }]
const ETAG = { ETag: '"v1"' }

const routes = {
  'GET /health': () => [200, { ready: true }],
  'GET /public': () => [200, { chair: 40 }],
  'GET /me': ({ user }) => (user ? [200, { user }] : LOGIN),
  'PUT /things': ({ user, body }) => (user ? [200, { kept: JSON.parse(body), by: user }] : LOGIN),
  'DELETE /things': ({ user }) => (user ? [204] : LOGIN),
  'GET /cached': ({ match }) => (match === ETAG.ETag ? [304, undefined, ETAG] : [200, { version: 1 }, ETAG]),
  'GET /broken': () => {
    throw new Error('an error that no handler catches')
  },
}

// `allows` decides which origins are allowed; without it, there are no CORS headers.
export const service = (allows) =>
  createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { method, headers: asked } = request
    const user = /(^|; )session=alice(;|$)/.test(asked.cookie) ? 'alice' : undefined
    const [status, answer, headers] = answerTo(`${method} ${request.url}`, { user, body, match: asked['if-none-match'] })
    const cors = allows && headersFor(allows, method, asked.origin)
    response.writeHead(status, { ...cors, ...headers, ...(answer && { 'Content-Type': 'application/json' }) })
    response.end(answer && JSON.stringify(answer))
  })

function answerTo(asked, request) {
  if (asked.startsWith('OPTIONS ')) return [204]
  try {
    return routes[asked]?.(request) ?? [404, { detail: 'no such route' }]
  } catch (error) {
    console.error(error)
    return [500, { detail: 'internal error' }]
  }
}
