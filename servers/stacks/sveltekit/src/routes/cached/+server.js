import { json } from '@sveltejs/kit'

export function GET({ request }) {
  const headers = { ETag: '"v1"' }
  if (request.headers.get('if-none-match') === headers.ETag) return new Response(null, { status: 304, headers })
  return json({ version: 1 }, { headers })
}
