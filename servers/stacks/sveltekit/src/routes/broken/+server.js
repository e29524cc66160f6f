export function GET() {
  throw new Error('an error that no handler catches')
}
