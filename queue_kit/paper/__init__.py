"""Paper: what stands on a slip, how it looks, the printers that print it and the small file that remembers it."""
