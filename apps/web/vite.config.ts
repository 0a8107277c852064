import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './build/precompress.ts';
import { stampInputs } from './build/stamp-inputs.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompress(), stampInputs()],
  build: { target: 'es2022', manifest: true, modulePreload: { polyfill: false } },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // The host stays as the browser sends it, so that the server sees its own page calling and not a foreign one.
    proxy: {
      '^/millrace\\.v1\\.': { target: process.env.MILLRACE_API_URL ?? 'http://127.0.0.1:4200', changeOrigin: false },
    },
  },
});
