import { json } from '@sveltejs/kit'
import { login } from '../../login.js'

export const GET = (event) => json({ user: login(event) })
