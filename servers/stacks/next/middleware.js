import { NextResponse } from 'next/server'
import { configuration, headersFor } from './cors.js'

export const config = { matcher: '/api/:path*' }

export function middleware(request) {
  const { middleware: allows } = configuration(process.env.CORS)
  if (!allows) return NextResponse.next()
  const headers = headersFor(allows, request.method, request.headers.get('origin'))
  if (request.method === 'OPTIONS') return new NextResponse(null, { status: 204, headers })
  return NextResponse.next({ headers })
}
