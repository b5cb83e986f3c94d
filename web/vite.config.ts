// How the pages are built. `npm run dev` serves them with the API of a running `relearn serve`
// (RELEARN_SERVER, http://127.0.0.1:8080), so that work on pages needs no C++.
import { defineConfig } from "vitest/config";

const server = process.env.RELEARN_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env.RELEARN_WEB_OUT ?? "../build/web",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // everything is a file of its own: the policy of the pages allows no others
    modulePreload: { polyfill: false },
    rollupOptions: { output: { hashCharacters: "hex" } },
  },
  server: {
    proxy: {
      "/api": server,
      "/readyz": server,
    },
  },
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.{ts,tsx}"],
    testTimeout: 60_000, // a busy machine counts seconds slowly
  },
});
