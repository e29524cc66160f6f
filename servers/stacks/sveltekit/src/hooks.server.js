import { configuration } from './cors.js'

const cors = configuration(process.env.CORS)

export async function handle({ event, resolve }) {
  const answersHere = isPreflight(event.request) && !cors.leavesPreflights
  const response = answersHere ? new Response(null, { status: 204 }) : await resolve(event)
  if (cors.leavesErrors && response.status >= 400) return response
  for (const [name, value] of Object.entries(headersFor(event.request))) response.headers.append(name, value)
  return response
}

function headersFor(request) {
  const origin = request.headers.get('origin')
  const headers = cors.leavesVaryOut ? {} : { Vary: 'Origin' }
  if (origin === null || !cors.allows(origin)) return headers
  headers['Access-Control-Allow-Origin'] = origin
  headers['Access-Control-Allow-Credentials'] = 'true'
  if (!isPreflight(request)) return { ...headers, 'Access-Control-Expose-Headers': 'ETag' }
  return {
    ...headers,
    'Access-Control-Allow-Methods': 'GET, PUT, DELETE',
    'Access-Control-Allow-Headers': 'Content-Type, X-Request-Id',
    'Access-Control-Max-Age': '600',
  }
}

function isPreflight({ method, headers }) {
  return method === 'OPTIONS' && headers.has('access-control-request-method')
}
