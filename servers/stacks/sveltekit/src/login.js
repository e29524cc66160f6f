import { error } from '@sveltejs/kit'

export function login({ cookies }) {
  const user = cookies.get('session')
  if (user !== 'alice') error(401, 'log in first')
  return user
}
