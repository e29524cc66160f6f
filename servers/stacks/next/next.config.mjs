export default {
  distDir: process.env.DIST ?? '.next',
  // The build fixes the destination; start.js replaces it with the service's address.
  rewrites: async () => [{ source: '/api/:path*', destination: 'http://service.invalid/:path*' }],
}
