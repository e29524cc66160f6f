export function GET() {
  throw new Error('nobody catches this')
}
