"""Every message between app, AI server and browser; the one source of the page's TypeScript types."""
