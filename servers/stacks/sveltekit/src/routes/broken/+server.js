export function GET() {
  throw new Error('an uncaught error')
}
