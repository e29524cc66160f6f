export default {
  distDir: process.env.DIST ?? '.next',
  // A build knows this by heart; start.js puts in where the service really is.
  rewrites: async () => [{ source: '/api/:path*', destination: 'http://service.invalid/:path*' }],
}
