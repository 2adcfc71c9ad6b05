"""E-mail: bytes to a parsed mail and back, with no database and no Django in this folder's pure modules."""
