const listed = (origin) => ['https://app.my-company.com', 'https://admin.my-company.com'].includes(origin) && origin

// Who says what Access-Control-Allow-Origin is: the service behind the rewrite, or a middleware of Next.js.
export const configurations = {
  // The page's own calls go to its own origin. This is for the second one, which is another.
  production: { service: listed },
  development: { service: (origin) => origin === 'http://localhost:5173' && origin },
  // Nobody says anything, and the page's own calls need nothing.
  none: {},
  'reflects-any-origin': { service: (origin) => origin },
  'wildcard-and-credentials': { service: () => '*' },
  // As in the framework's own example of CORS, which has no rewrite to another server: there, what a
  // middleware adds to the answer is dropped, and so is what headers() of next.config.mjs adds.
  'lost-in-rewrite': { middleware: listed },
}

export function configuration(name = 'production') {
  if (name in configurations) return configurations[name]
  throw new Error(`CORS=${name} is not known here; one of: ${Object.keys(configurations).join(', ')}`)
}

export function headersFor(allows, method, origin) {
  const headers = { Vary: 'Origin' }
  const allowed = allows(origin)
  if (!allowed) return headers
  headers['Access-Control-Allow-Origin'] = allowed
  headers['Access-Control-Allow-Credentials'] = 'true'
  if (method !== 'OPTIONS') return { ...headers, 'Access-Control-Expose-Headers': 'ETag' }
  return {
    ...headers,
    'Access-Control-Allow-Methods': 'GET, PUT, DELETE',
    'Access-Control-Allow-Headers': 'Content-Type, X-Request-Id',
    'Access-Control-Max-Age': '600',
  }
}
