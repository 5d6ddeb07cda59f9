import { defineConfig } from "vite";

// The page is served by the app under a strict Content-Security-Policy: every script, style, font and worklet
// is a file of its own, nothing is inlined.
export default defineConfig({
  base: "/",
  build: {
    outDir: "../src/bmo/app/page",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: {
    proxy: {
      "/socket.io": { target: "http://127.0.0.1:5000", ws: true },
      "/api": "http://127.0.0.1:5000",
      "/sign-in": "http://127.0.0.1:5000",
      "/sign-out": "http://127.0.0.1:5000",
    },
  },
});
