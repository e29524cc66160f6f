const origins = ['https://app.my-company.com', 'https://admin.my-company.com']
const listed = (origin) => origins.includes(origin)

// SvelteKit has no CORS middleware: a hook sets the headers. These are common ways to write it.
export const configurations = {
  production: { allows: listed },
  development: { allows: (origin) => origin === 'http://localhost:5173' },
  // Origins begin with `https://app…`, so the hook compares the beginning.
  'starts-with': { allows: (origin) => origins.some((allowed) => origin.startsWith(allowed)) },
  // The list is one string that is not split: `includes` finds any part of it.
  'list-as-text': { allows: (origin) => origins.join(',').includes(origin) },
  // The hook sets headers and passes OPTIONS on to the endpoint, which has no handler for it.
  'options-405': { allows: listed, leavesPreflights: true },
  // As if each endpoint set its own headers: responses of SvelteKit itself, such as `error(401)`, have none.
  'no-headers-on-errors': { allows: listed, leavesErrors: true },
  'no-vary': { allows: listed, leavesVaryOut: true },
}

export function configuration(name = 'production') {
  if (name in configurations) return configurations[name]
  throw new Error(`CORS=${name} is unknown; use one of: ${Object.keys(configurations).join(', ')}`)
}
