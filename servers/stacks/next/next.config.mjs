export default {
  distDir: process.env.DIST ?? '.next',
  // This address is fixed at build time; start.js replaces it with that of the service.
  rewrites: async () => [{ source: '/api/:path*', destination: 'http://service.invalid/:path*' }],
}
