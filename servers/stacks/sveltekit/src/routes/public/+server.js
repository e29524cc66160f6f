import { json } from '@sveltejs/kit'

export const GET = () => json({ chair: 40 })
