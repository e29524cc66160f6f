const listed = (origin) => ['https://app.my-company.com', 'https://admin.my-company.com'].includes(origin) && origin

// What sets Access-Control-Allow-Origin: the service behind the rewrite, or a middleware of Next.js.
export const configurations = {
  // The app's own page makes same-origin requests. This list is for the admin page, which is cross-origin.
  production: { service: listed },
  development: { service: (origin) => origin === 'http://localhost:5173' && origin },
  // No CORS headers: same-origin requests need none.
  none: {},
  'reflects-any-origin': { service: (origin) => origin },
  'wildcard-and-credentials': { service: () => '*' },
  // As in the framework's CORS example, which has no rewrite to another server. With a rewrite, Next.js drops the
  // headers that a middleware or headers() of next.config.mjs adds to the response.
  'lost-in-rewrite': { middleware: listed },
}

export function configuration(name = 'production') {
  if (name in configurations) return configurations[name]
  throw new Error(`CORS=${name} is unknown; use one of: ${Object.keys(configurations).join(', ')}`)
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
