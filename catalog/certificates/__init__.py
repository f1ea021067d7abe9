"""Registration certificates: what was registered, under which hash, and how anybody checks it."""
