import { json } from '@sveltejs/kit'
import { login } from '../../login.js'

export async function PUT(event) {
  const by = login(event)
  return json({ kept: await event.request.json(), by })
}

export function DELETE(event) {
  login(event)
  return new Response(null, { status: 204 })
}

// Takes a form as well, to show SvelteKit's own check of where a form comes from.
export async function POST(event) {
  const by = login(event)
  return json({ kept: Object.fromEntries(await event.request.formData()), by })
}
