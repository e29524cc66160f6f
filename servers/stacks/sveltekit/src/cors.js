const origins = ['https://app.my-company.com', 'https://admin.my-company.com']
const listed = (origin) => origins.includes(origin)

// SvelteKit has no middleware for CORS: a hook sets the headers, and these are the ways in which it is written.
export const configurations = {
  production: { allows: listed },
  development: { allows: (origin) => origin === 'http://localhost:5173' },
  // The page in the browser says `https://app…`, so that is what is looked for.
  'starts-with': { allows: (origin) => origins.some((allowed) => origin.startsWith(allowed)) },
  // One variable of the environment, never split: any part of it is in it.
  'list-as-text': { allows: (origin) => origins.join(',').includes(origin) },
  // The hook sets headers and leaves OPTIONS to the endpoint, which exports no such function.
  'options-405': { allows: listed, leavesPreflights: true },
  // As if each endpoint set its own: what SvelteKit answers in its place, or by `error(401)`, has none.
  'no-headers-on-errors': { allows: listed, leavesErrors: true },
  'no-vary': { allows: listed, leavesVaryOut: true },
}

export function configuration(name = 'production') {
  if (name in configurations) return configurations[name]
  throw new Error(`CORS=${name} is not known here; one of: ${Object.keys(configurations).join(', ')}`)
}
