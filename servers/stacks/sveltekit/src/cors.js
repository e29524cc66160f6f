const origins = ['https://app.my-company.com', 'https://admin.my-company.com']
const listed = (origin) => origins.includes(origin)

// SvelteKit has no middleware for CORS. A hook sets the headers, in one of these configurations.
export const configurations = {
  production: { allows: listed },
  development: { allows: (origin) => origin === 'http://localhost:5173' },
  // Compares only the beginning of the origin.
  'starts-with': { allows: (origin) => origins.some((allowed) => origin.startsWith(allowed)) },
  // The list is one variable of the environment that is not split, so any part of the text is allowed.
  'list-as-text': { allows: (origin) => origins.join(',').includes(origin) },
  // The hook sets headers and does not answer OPTIONS, for which the endpoint exports no function.
  'options-405': { allows: listed, leavesPreflights: true },
  // As if each endpoint set the headers: responses that SvelteKit makes, such as for `error(401)`, have none.
  'no-headers-on-errors': { allows: listed, leavesErrors: true },
  'no-vary': { allows: listed, leavesVaryOut: true },
}

export function configuration(name = 'production') {
  if (name in configurations) return configurations[name]
  throw new Error(`CORS=${name} is not known here; one of: ${Object.keys(configurations).join(', ')}`)
}
